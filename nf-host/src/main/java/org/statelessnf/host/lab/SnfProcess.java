package org.statelessnf.host.lab;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.statelessnf.host.Snf;

/**
 * An {@code snf} command in a process of its own, in a namespace: with this process's Java, class
 * path and JVM arguments.
 */
public final class SnfProcess {
  private static final long START_SECONDS = 180;
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path out;
  private final Path err;

  private SnfProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command.
   *
   * @param name of its output files in the lab's directory
   * @param arguments of snf
   */
  public static SnfProcess start(Lab lab, Namespace space, String name, List<String> arguments) {
    return start(lab, space, name, Snf.class, arguments);
  }

  /** Starts another class of this class path in the same way. */
  static SnfProcess start(
      Lab lab, Namespace space, String name, Class<?> program, List<String> arguments) {
    return start(lab, space, name, List.of(), program, arguments);
  }

  /**
   * Starts a class by way of another command.
   *
   * @param before command that becomes the one that follows it
   */
  static SnfProcess start(
      Lab lab,
      Namespace space,
      String name,
      List<String> before,
      Class<?> program,
      List<String> arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (isPassedOn(argument)) {
        command.add(argument);
      }
    }
    if (!lab.isOptimizing()) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("-Xshare:auto");
    command.add(program.getName());
    command.addAll(arguments);
    Path out = lab.directory().resolve(name + ".out");
    Path err = lab.directory().resolve(name + ".err");
    ProcessBuilder builder = Commands.builder(space.inside(command.toArray(String[]::new)));
    // By the environment: a class path may be longer than an argument can be.
    builder.environment().put("CLASSPATH", absolute(System.getProperty("java.class.path")));
    builder.redirectError(err.toFile()).redirectOutput(out.toFile());
    try {
      Process process = builder.start();
      lab.ends(process);
      return new SnfProcess(process, out, err);
    } catch (IOException e) {
      throw new LabException(
          program.getSimpleName() + " " + String.join(" ", arguments) + ": " + e.getMessage(), e);
    }
  }

  /** Debuggers, agents and memory sizes are for this process alone. */
  private static boolean isPassedOn(String argument) {
    return !argument.startsWith("-agentlib:")
        && !argument.startsWith("-javaagent:")
        && !argument.startsWith("-Xdebug")
        && !argument.startsWith("-Xmx")
        && !argument.startsWith("-XX:OnOutOfMemoryError");
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Waits until it says a word on stderr.
   *
   * @throws LabException if it ends before, or does not say it within a minute
   */
  public SnfProcess awaitWord(String word) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!err().contains(word)) {
      if (!process.isAlive()) {
        throw new LabException("snf ended with " + process.exitValue() + ": " + err().strip());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new LabException("snf does not say '" + word + "': " + err().strip());
      }
      Thread.sleep(POLL_MILLIS);
    }
    return this;
  }

  /** The process; {@code ip netns exec} has become it. */
  public Process process() {
    return process;
  }

  /** Kills it like {@code kill -9}, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * Ends it like {@code kill}, and waits.
   *
   * @return its exit code
   */
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
      throw new LabException("snf does not end: " + err().strip());
    }
    return process.exitValue();
  }

  /** What it has said on stdout so far. */
  public String out() {
    return read(out);
  }

  /** What it has said on stderr so far. */
  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }
}
