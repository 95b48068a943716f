package org.statelessnf.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Suricata reading the same segments from a file with the same rules, one packet thread, where it
 * is installed. What a run takes longer for many segments than for few is the segments' share:
 * loading rules and ending are in both.
 */
final class Suricata implements AutoCloseable {
  private static final int PASSES = 5;

  private final Path directory;
  private final Path few;
  private final Path many;
  private final Path rules;
  private long alerts;

  /** Whether there is one on the path. */
  static boolean isInstalled() {
    return TestPmd.isOnPath("suricata");
  }

  /** Writes the files. */
  Suricata(IpsTraffic traffic) throws IOException {
    this.directory = Files.createTempDirectory("snf-suricata-");
    this.few = directory.resolve("few.pcap");
    this.many = directory.resolve("many.pcap");
    this.rules = directory.resolve("benchmark.rules");
    traffic.write(few, IpsTraffic.PACKETS);
    traffic.write(many, PASSES * IpsTraffic.PACKETS);
    Files.write(rules, traffic.rules());
  }

  /** Runs it with few segments and with many. Returns payload bytes per second. */
  double scan() throws IOException, InterruptedException {
    double seconds = -seconds(few);
    seconds += seconds(many);
    return (PASSES - 1) * (double) IpsTraffic.PACKETS * IpsTraffic.PAYLOAD / seconds;
  }

  /** Alerts of the last run. */
  long alerts() {
    return alerts;
  }

  private double seconds(Path capture) throws IOException, InterruptedException {
    Path eve = directory.resolve("eve.json");
    Files.deleteIfExists(eve);
    List<String> command =
        new ArrayList<>(List.of("suricata", "-r", capture.toString(), "-S", rules.toString()));
    command.addAll(
        List.of("-l", directory.toString(), "-k", "none", "--simulate-ips", "--runmode", "single"));
    command.addAll(List.of("--set", "stream.midstream=true"));
    command.addAll(List.of("--set", "stream.reassembly.depth=0"));
    Path output = directory.resolve("output.txt");
    long start = System.nanoTime();
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0) {
      throw new IOException("suricata ended with " + status + ": " + Files.readString(output));
    }
    if (Files.exists(eve)) {
      try (Stream<String> lines = Files.lines(eve)) {
        alerts = lines.filter(line -> line.contains("\"event_type\":\"alert\"")).count();
      }
    }
    return seconds;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
