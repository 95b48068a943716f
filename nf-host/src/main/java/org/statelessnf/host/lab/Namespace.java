package org.statelessnf.host.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network namespace of a {@link Lab}. */
public final class Namespace {
  private final Lab lab;
  private final String name;

  Namespace(Lab lab, String name) {
    this.lab = lab;
    this.name = name;
  }

  /** Its name in the system. */
  public String name() {
    return name;
  }

  /** A command that runs another one in this namespace. */
  public List<String> inside(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(command));
    return all;
  }

  /**
   * Runs a command that must succeed; see {@link Commands#run}.
   *
   * @return what it said
   */
  public String run(String... command) {
    return Commands.run(inside(command));
  }

  /** Runs a line of words, which must succeed: {@code ip addr add 10.0.0.1/24 dev eth0}. */
  public String sh(String line) {
    return run(line.split(" ", -1));
  }

  /** Runs a command that may fail. */
  public Commands.Result call(String... command) {
    return Commands.call(inside(command));
  }

  /**
   * Starts a command that goes on. The lab ends it, if nobody else does.
   *
   * @param output where stdout and stderr go
   */
  public Process start(Path output, String... command) {
    return start(Commands.builder(inside(command)), output);
  }

  Process start(ProcessBuilder builder, Path output) {
    try {
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      lab.ends(process);
      return process;
    } catch (IOException e) {
      throw new LabException(String.join(" ", builder.command()) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Applies nftables rules, all or none.
   *
   * @param rules in nft's own words, statements separated by newlines
   */
  public void nft(String rules) {
    run("nft", rules);
  }

  @Override
  public String toString() {
    return name;
  }
}
