package org.statelessnf.store.ramcloud;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Compiles C sources of the tests and of the module, if there is a compiler. */
final class Compiler {
  static final Path TESTS = Path.of("src/test/c");
  static final Path MAIN = Path.of("src/main/c");
  private static final String CC = "gcc";

  private Compiler() {}

  /** Skips the test, loudly, where there is no compiler. */
  static void require() {
    boolean found =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64")
            && List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, CC)));
    Assumptions.assumeTrue(found, "SKIPPED: no gcc on linux-x86_64 to compile the stand-in with");
  }

  /** Compiles; fails the test with what the compiler says. */
  static void run(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(CC, "-std=c11", "-Wall", "-Wextra", "-Werror"));
    command.addAll(arguments);
    Output output = execute(command);
    if (output.status() != 0) {
      throw new IOException(String.join(" ", command) + "\n" + output.text());
    }
  }

  /**
   * What a command said.
   *
   * @param status its exit code
   * @param text standard output and error
   */
  record Output(int status, String text) {}

  static Output execute(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      return new Output(process.waitFor(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
