package org.statelessnf.host.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code snf experiment fetch}: downloads, so many at a time, and says of each when it began, when
 * it ended, and how many connections it took. A connection that fails, or on which nothing comes
 * for a while, is given up and the download begins again, as a browser's user would.
 *
 * <pre>
 *   start MILLIS     the clock of the following
 *   NUMBER BEGIN END CONNECTIONS      one line per download, times in ms since the start
 * </pre>
 */
@Command(name = "fetch", hidden = true, description = "The downloads of an experiment.")
final class DownloadClient implements Runnable {
  private static final int CHUNK = 64 * 1024;
  private static final int MAX_CONNECTIONS = 10;

  @Option(names = "--host", required = true)
  private String host = "";

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--bytes", required = true)
  private long bytes;

  @Option(names = "--downloads", required = true)
  private int downloads;

  @Option(names = "--at-once", required = true)
  private int atOnce;

  @Option(names = "--stall-millis", required = true)
  private int stallMillis;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private final AtomicInteger next = new AtomicInteger();

  @Override
  public void run() {
    PrintWriter data = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter talk = spec.commandLine().getErr();
    CountDownLatch ended = new CountDownLatch(atOnce);
    long start = System.nanoTime();
    data.println("start " + System.currentTimeMillis());
    for (int i = 0; i < atOnce; i++) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int n = next.getAndIncrement(); n < downloads; n = next.getAndIncrement()) {
                download(n, start, data, talk);
              }
            } finally {
              ended.countDown();
            }
          });
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void download(int number, long start, PrintWriter data, PrintWriter talk) {
    long begin = System.nanoTime();
    int connections = 0;
    boolean complete = false;
    while (!complete && connections < MAX_CONNECTIONS) {
      connections++;
      try {
        fetch();
        complete = true;
      } catch (IOException e) {
        talk.println("download " + number + ": " + e.getMessage());
      }
    }
    long end = System.nanoTime();
    data.println(
        "%d %d %d %d"
            .formatted(
                number,
                (begin - start) / 1_000_000,
                (end - start) / 1_000_000,
                complete ? connections : -connections));
  }

  private void fetch() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(stallMillis);
      socket.connect(new InetSocketAddress(host, port), stallMillis);
      socket
          .getOutputStream()
          .write(
              ("GET /file HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      byte[] chunk = new byte[CHUNK];
      long received = 0;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        received += n;
      }
      if (received < bytes) {
        throw new IOException("ended after " + received + " bytes");
      }
    }
  }
}
