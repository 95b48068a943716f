package org.statelessnf.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The peer written in C: DPDK's own {@code dpdk-testpmd} forwarding with swapped addresses over a
 * null device, one core, with buffers, cache and descriptors like ours.
 */
final class TestPmd {
  /** All ports together; the first such line of the output is of the one port there is. */
  private static final Pattern SENT = Pattern.compile("TX-packets: (\\d+)");

  private static final List<String> ENVIRONMENT =
      List.of(
          "dpdk-testpmd",
          "-l",
          "0,1",
          "--no-huge",
          "-m",
          "512",
          "--no-pci",
          "--no-telemetry",
          "--no-shconf",
          "--vdev=net_null0,size=64");
  private static final List<String> FORWARDING =
      List.of(
          "--no-mlockall",
          "--forward-mode=macswap",
          "--total-num-mbufs=16383",
          "--mbcache=250",
          "--port-topology=loop");

  private TestPmd() {}

  static boolean isInstalled() {
    return isOnPath("dpdk-testpmd");
  }

  /** Whether a program is installed. */
  static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /**
   * Forwards for a while.
   *
   * @return packets per second of the forwarding thread's CPU time
   */
  static double packetsPerCpuSecond(int burst, double seconds)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("testpmd", ".txt");
    try {
      Process process = start(burst, output);
      Path thread = worker(process);
      Thread.sleep((long) (seconds * 1_000));
      process.outputWriter(UTF_8).append('\n').close(); // "press enter to exit"
      double cpuSeconds = 0;
      Double seen = cpuSeconds(thread);
      while (seen != null) { // until the thread is gone; stopped, it uses nothing
        cpuSeconds = seen;
        Thread.sleep(1);
        seen = cpuSeconds(thread);
      }
      process.waitFor(10, TimeUnit.SECONDS);
      Matcher sent = SENT.matcher(Files.readString(output));
      if (!sent.find() || cpuSeconds == 0) {
        throw new IllegalStateException("dpdk-testpmd said: " + Files.readString(output));
      }
      return Long.parseLong(sent.group(1)) / cpuSeconds;
    } finally {
      Files.delete(output);
    }
  }

  private static Process start(int burst, Path output) throws IOException {
    List<String> command = new ArrayList<>(ENVIRONMENT);
    command.add("--file-prefix=testpmd" + ProcessHandle.current().pid());
    command.add("--");
    command.addAll(FORWARDING);
    command.add("--burst=" + burst);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Waits for the forwarding thread to begin its work. */
  private static Path worker(Process process) throws IOException, InterruptedException {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    while (process.isAlive()) {
      try (Stream<Path> threads = Files.list(tasks)) {
        for (Path thread : threads.toList()) {
          Double used = cpuSeconds(thread);
          if (Files.readString(thread.resolve("comm")).contains("worker")
              && used != null
              && used > 0) {
            return thread;
          }
        }
      } catch (UncheckedIOException e) {
        throw new IllegalStateException("dpdk-testpmd has ended", e);
      }
      Thread.sleep(5);
    }
    throw new IllegalStateException("dpdk-testpmd does not start");
  }

  /** Null once the thread has ended. */
  private static @Nullable Double cpuSeconds(Path thread) {
    try {
      String nanosFirst = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(nanosFirst.substring(0, nanosFirst.indexOf(' '))) / 1e9;
    } catch (IOException e) {
      return null;
    }
  }
}
