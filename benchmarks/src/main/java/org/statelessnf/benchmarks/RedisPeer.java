package org.statelessnf.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Redis server of the benchmark's own, on a unix socket, without persistence, and {@code
 * redis-benchmark} as the peer: the client that comes with the server, in C.
 */
final class RedisPeer implements AutoCloseable {
  private static final long START_MILLIS = 10_000;
  private static final Pattern RATE = Pattern.compile("\",\"([0-9.]+)\"");

  private final Path directory;
  private final Process server;

  RedisPeer() throws IOException, InterruptedException {
    directory = Files.createTempDirectory("snf-bench-");
    server =
        new ProcessBuilder(
                "redis-server",
                "--port",
                "0",
                "--unixsocket",
                socket().toString(),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (!Files.exists(socket()) || !cli("PING").equals("PONG")) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "redis-server did not start: " + Files.readString(directory.resolve("server.log")));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Its unix socket. */
  Path socket() {
    return directory.resolve("redis.sock");
  }

  /** Runs one command with {@code redis-cli}. */
  String cli(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("redis-cli", "-s", socket().toString()));
    command.addAll(List.of(words));
    return run(command).strip();
  }

  /** Processor time of the server so far, in nanoseconds. */
  long serverCpuNanos() throws IOException, InterruptedException {
    double seconds = 0;
    for (String line : cli("INFO", "cpu").split("\\R", -1)) {
      if (line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:")) {
        seconds += Double.parseDouble(line.substring(line.indexOf(':') + 1));
      }
    }
    return (long) (seconds * 1e9);
  }

  /**
   * Runs {@code redis-benchmark} with one connection.
   *
   * @param depth requests in flight
   * @param records what {@code __rand_int__} is drawn from
   * @param requests how many
   * @param words the request
   * @return requests per second
   */
  double benchmark(int depth, int records, long requests, List<String> words)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "redis-benchmark",
                "-s",
                socket().toString(),
                "-c",
                "1",
                "-P",
                Integer.toString(depth),
                "-r",
                Integer.toString(records),
                "-n",
                Long.toString(requests),
                "--csv"));
    command.addAll(words);
    String output = run(command).strip();
    Matcher matcher = RATE.matcher(output.substring(output.lastIndexOf('\n') + 1));
    if (!matcher.find()) {
      throw new IOException("redis-benchmark printed: " + output);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Override
  public void close() throws IOException {
    server.destroyForcibly();
    server.onExit().join();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
