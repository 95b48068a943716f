package org.statelessnf.host.experiment;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code snf experiment}: the dissertation's experiments. */
@Command(
    name = "experiment",
    description = "Experiments in a network of namespaces. They need root and DPDK.",
    mixinStandardHelpOptions = true,
    subcommands = {FailoverCommand.class, DownloadServer.class, DownloadClient.class})
public final class ExperimentCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** For picocli. */
  public ExperimentCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec, "picocli sets it").commandLine(), "no experiment given");
  }
}
