package org.statelessnf.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * RAMCloud's C API, called from C: {@code ramcloud_peer.c}, compiled with {@code gcc} and linked
 * with the user's {@code libramcloud.so}, a process with a client of its own. One thread.
 */
final class RamcloudPeer implements AutoCloseable {
  private final Path directory;
  private final Process process;
  private final Writer in;
  private final BufferedReader out;

  /**
   * Compiles and starts it, and waits until its table is filled.
   *
   * @param library path of {@code libramcloud.so}
   * @param arguments of {@code ramcloud_peer.c}
   */
  RamcloudPeer(String library, List<String> arguments) throws IOException, InterruptedException {
    this.directory = Files.createTempDirectory("snf-ramcloud-peer-");
    Path source = directory.resolve("ramcloud_peer.c");
    Path program = directory.resolve("ramcloud_peer");
    try (InputStream text = RamcloudPeer.class.getResourceAsStream("ramcloud_peer.c")) {
      if (text == null) {
        throw new IOException("no ramcloud_peer.c");
      }
      Files.copy(text, source);
    }
    Path path = Path.of(library).toAbsolutePath();
    Process compiler =
        new ProcessBuilder(
                "gcc",
                "-std=gnu11",
                "-O2",
                "-o",
                program.toString(),
                source.toString(),
                path.toString(),
                "-Wl,--allow-shlib-undefined",
                "-Wl,-rpath," + path.getParent())
            .inheritIO()
            .start();
    if (compiler.waitFor() != 0) {
      throw new IOException("gcc failed");
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.in = process.outputWriter(StandardCharsets.US_ASCII);
    this.out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    line();
  }

  /**
   * Lets it work.
   *
   * @param what {@code read} or {@code write}
   * @param batches how many
   * @return batches per second
   */
  double run(String what, long batches) throws IOException {
    in.write(what + " " + batches + "\n");
    in.flush();
    return batches * 1e9 / Long.parseLong(line());
  }

  private String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the peer has ended");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.delete(directory.resolve("ramcloud_peer"));
    Files.delete(directory.resolve("ramcloud_peer.c"));
    Files.delete(directory);
  }
}
