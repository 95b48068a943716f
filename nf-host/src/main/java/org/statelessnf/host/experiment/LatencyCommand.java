package org.statelessnf.host.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.HostFacts;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.lab.Lab;
import org.statelessnf.host.lab.LabException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code snf experiment latency}. */
@Command(
    name = "latency",
    description =
        "Round trips through a firewall with the state in the instance and with the state in a"
            + " store, beside the store's own.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf experiment latency",
      "  snf experiment latency --store redis-socket:///run/redis/redis.sock --report latency.html"
    })
final class LatencyCommand implements Callable<Integer> {
  private static final int MAX_ROUNDS = 10_000;
  private static final int MAX_PINGS = 100_000;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Turns of the three. Default: ${DEFAULT-VALUE}.")
  private int rounds = 20;

  @Option(
      names = "--pings",
      paramLabel = "N",
      defaultValue = "500",
      description = "Round trips of each kind in a turn. Default: ${DEFAULT-VALUE}.")
  private int pings = 500;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "Where the stateless firewall keeps its state (default: a Redis of its own, by a unix"
              + " socket).")
  private @Nullable String store;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "latency.html",
      description = "Page to write. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("latency.html");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json.")
  private OutputFormat format = OutputFormat.TABLE;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandLine self = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    ExperimentCommand.check("--rounds", rounds, MAX_ROUNDS);
    ExperimentCommand.check("--pings", pings, MAX_PINGS);
    if (store != null && store.startsWith("caffeine:")) {
      throw new UsageException("--store caffeine: is what the store is compared with");
    }
    String missing = store == null ? Lab.missing("redis-server", "redis-cli") : Lab.missing();
    if (missing != null) {
      throw new LabException("this experiment cannot run here: " + missing);
    }
    ExperimentCommand.checkReport(report);
    Latency experiment = new Latency(rounds, pings);
    LatencyReport text = new LatencyReport(experiment, experiment.run(store));
    Files.writeString(report, new LatencyPage(text, HostFacts.host()).html());
    if (format == OutputFormat.JSON) {
      self.getOut().println(text.json());
    } else {
      self.getOut().print(text.table());
      self.getOut().println("Chart: " + report);
    }
    self.getOut().flush();
    return ExitCode.OK;
  }
}
