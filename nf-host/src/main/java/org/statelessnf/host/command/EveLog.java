package org.statelessnf.host.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.UsageException;
import org.statelessnf.nf.ips.Alert;
import org.statelessnf.nf.ips.AlertSink;
import org.statelessnf.nf.reassembly.ReassemblyEvent;

/**
 * Alerts in a file, one line of JSON each, in the order in which instances told them. Any thread. A
 * disk that is full does not stop the packets: the first failure is thrown by {@link #close}.
 */
final class EveLog implements AlertSink, ReassemblyEvent.Sink, AutoCloseable {
  private final Path file;
  private final BufferedWriter out;
  private @Nullable IOException failure;

  private EveLog(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  static EveLog open(Path file) {
    try {
      return new EveLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UsageException("--alerts " + file + " cannot be written (" + e + ")", e);
    }
  }

  @Override
  public void take(Alert alert) {
    line(alert.eveJson());
  }

  @Override
  public void take(ReassemblyEvent event, String flow) {
    line(
        "{\"event_type\":\"anomaly\",\"flow\":\"%s\",\"anomaly\":{\"type\":\"stream\",\"event\":\"%s\"}}"
            .formatted(flow, event.text()));
  }

  private synchronized void line(String text) {
    try {
      out.write(text);
      out.write('\n');
    } catch (IOException e) {
      failed(e);
    }
  }

  private void failed(IOException e) {
    if (failure == null) {
      failure = e;
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      failed(e);
    }
    if (failure != null) {
      throw new UncheckedIOException("alerts are missing in " + file, failure);
    }
  }
}
