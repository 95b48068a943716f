package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.Snf;
import org.statelessnf.host.Traces;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.io.pcap.CapturedFrame;

/** {@code snf run} in two processes on one {@code chronicle:} store. */
class RunTakeOverTest {
  private static final int PARTS = 3;

  @TempDir Path folder;

  @Test
  void shouldTakeOverTheFlowsOfAnotherProcess() throws Exception {
    Path whole = Traces.file("mid/mix-dev.pcap");
    Path expected = folder.resolve("expected.pcap");
    Invocation.snf(run("caffeine:", whole, expected).toArray(String[]::new)).json();

    String store = "chronicle:" + folder.resolve("store") + "?connectTimeout=60s&timeout=60s";
    List<String> out = new ArrayList<>();
    // The first part in this process, which has the store open until the end of its run; the
    // second in another one, the third in this one again: flows go back and forth.
    for (int part = 0; part < PARTS; part++) {
      Path in = part(whole, part);
      Path forwarded = folder.resolve("out" + part + ".pcap");
      List<String> arguments = run(store, in, forwarded);
      if (part % 2 == 0) {
        Invocation.snf(arguments.toArray(String[]::new)).json();
      } else {
        runElsewhere(arguments);
      }
      out.addAll(frames(forwarded));
    }
    List<String> atOnce = frames(expected);
    assertThat(out).hasSameSizeAs(atOnce).containsExactlyInAnyOrderElementsOf(atOnce);
  }

  private static List<String> run(String store, Path in, Path out) {
    return List.of(
        "run",
        "--nf",
        "firewall",
        "--mode",
        "strict",
        "--store",
        store,
        "--in",
        in.toString(),
        "--out",
        out.toString(),
        "-o",
        "json");
  }

  private void runElsewhere(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent:") && !argument.startsWith("-agent"))
        .forEach(command::add);
    command.add(Snf.class.getName());
    command.addAll(arguments);
    File said = folder.resolve("said.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said.toPath())).isZero();
  }

  /** A part of a capture, in order. */
  private Path part(Path whole, int part) throws IOException {
    int count = frames(whole).size();
    Path file = folder.resolve("in" + part + ".pcap");
    try (CaptureReader reader = CaptureReader.open(whole);
        CaptureWriter writer = CaptureWriter.openLike(file, reader)) {
      CapturedFrame frame = new CapturedFrame();
      for (int i = 0; reader.next(frame); i++) {
        if ((long) i * PARTS / count == part) {
          writer.write(
              frame.memory(),
              frame.offset(),
              frame.length(),
              frame.wireLength(),
              frame.timestampNanos());
        }
      }
    }
    return file;
  }

  private static List<String> frames(Path capture) throws IOException {
    List<String> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        frames.add(Arrays.toString(bytes));
      }
    }
    return frames;
  }
}
