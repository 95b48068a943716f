package org.statelessnf.host.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's commands. Any thread. */
public final class Commands {
  private static final long TIMEOUT_SECONDS = 120;
  private static final String SBIN = "/usr/local/sbin:/usr/sbin:/sbin";

  /**
   * What a command said.
   *
   * @param exitCode its exit code
   * @param output stdout and stderr
   */
  public record Result(int exitCode, String output) {}

  private Commands() {}

  /** Where commands are looked for: sbin is not on every path. */
  public static String path() {
    String path = System.getenv("PATH");
    return path == null ? SBIN + ":/usr/bin:/bin" : path + ":" + SBIN;
  }

  /** Whether a command is installed. */
  public static boolean isFound(String command) {
    for (String directory : path().split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }

  /** A command to be started, with the longer path. */
  public static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PATH", path());
    return builder;
  }

  /**
   * Runs a command and takes what it says.
   *
   * @throws LabException if it cannot be started or does not end in time
   */
  public static Result call(List<String> command) {
    try {
      Path said = Files.createTempFile("snf-lab-", ".out");
      try {
        Process process =
            builder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new LabException(
              String.join(" ", command) + ": not ended after " + TIMEOUT_SECONDS + " s");
        }
        return new Result(
            process.exitValue(), Files.readString(said, StandardCharsets.UTF_8).strip());
      } finally {
        Files.delete(said);
      }
    } catch (IOException e) {
      throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /**
   * Runs a command that must succeed.
   *
   * @return what it said
   * @throws LabException if its exit code is not 0
   */
  public static String run(List<String> command) {
    Result result = call(command);
    if (result.exitCode != 0) {
      throw new LabException(
          String.join(" ", command)
              + ": exit code "
              + result.exitCode
              + ": "
              + result.output.replaceAll("\\s*\\R\\s*", "; "));
    }
    return result.output;
  }
}
