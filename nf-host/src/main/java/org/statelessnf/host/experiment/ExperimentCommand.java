package org.statelessnf.host.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code snf experiment}: the dissertation's experiments. */
@Command(
    name = "experiment",
    description = "Experiments in a network of namespaces. They need root and DPDK.",
    mixinStandardHelpOptions = true,
    subcommands = {
      FailoverCommand.class,
      LatencyCommand.class,
      DownloadServer.class,
      DownloadClient.class,
      EchoServer.class,
      EchoClient.class
    })
public final class ExperimentCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** For picocli. */
  public ExperimentCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec, "picocli sets it").commandLine(), "no experiment given");
  }

  /** Finds out before the work whether the report can be written: a wrong path is soon mended. */
  static void checkReport(Path report) {
    try {
      Files.writeString(report, "");
    } catch (IOException e) {
      throw new UsageException("--report " + report + ": cannot be written", e);
    }
  }

  /** A number of an option. */
  static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new UsageException(option + " " + value + ": from 1 to " + most);
    }
  }
}
