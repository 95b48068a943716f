package org.statelessnf.host.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.HostFacts;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.lab.Lab;
import org.statelessnf.host.lab.LabException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code snf experiment failover}. */
@Command(
    name = "failover",
    description =
        "Downloads through a firewall that is killed half-way: with the state in the instances and"
            + " with the state in a store.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf experiment failover",
      "  snf experiment failover --store redis-socket:///run/redis/redis.sock --report failover.html",
      "  snf experiment failover --downloads 500 --size 20 --at-once 100   (the dissertation's)"
    })
final class FailoverCommand implements Callable<Integer> {
  private static final int MEGABYTE = 1_000_000;
  private static final int MAX_DOWNLOADS = 100_000;
  private static final int MAX_SIZE = 10_000;
  private static final int MAX_AT_ONCE = 1_000;

  @Option(
      names = "--downloads",
      paramLabel = "N",
      defaultValue = "60",
      description = "Downloads in each case. Default: ${DEFAULT-VALUE}.")
  private int downloads = 60;

  @Option(
      names = "--size",
      paramLabel = "MB",
      defaultValue = "4",
      description = "Megabytes of each. Default: ${DEFAULT-VALUE}.")
  private int size = 4;

  @Option(
      names = "--at-once",
      paramLabel = "N",
      defaultValue = "12",
      description = "Downloads at a time. Default: ${DEFAULT-VALUE}.")
  private int atOnce = 12;

  @Option(
      names = "--stall",
      paramLabel = "TIME",
      defaultValue = "3s",
      description =
          "After which a client gives a silent connection up and begins again. Default:"
              + " ${DEFAULT-VALUE}.")
  private String stall = "3s";

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "Where the stateless instances keep their state (default: chronicle: in shared memory).")
  private @Nullable String store;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "failover.html",
      description = "Page to write. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("failover.html");

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
    Failover experiment = experiment();
    String missing = Lab.missing();
    if (missing != null) {
      throw new LabException("this experiment cannot run here: " + missing);
    }
    ExperimentCommand.checkReport(report);
    PrintWriter talk = self.getErr();
    List<FailoverResult> results = new ArrayList<>();
    for (boolean failure : new boolean[] {false, true}) {
      for (boolean stateless : new boolean[] {false, true}) {
        results.add(run(experiment, stateless, failure, talk));
      }
    }
    FailoverReport text = new FailoverReport(experiment, results);
    self.getOut().print(format == OutputFormat.JSON ? text.json() + "\n" : text.table());
    Files.writeString(report, new FailoverPage(experiment, results, HostFacts.host()).html());
    if (format == OutputFormat.TABLE) {
      self.getOut().println("Chart: " + report);
    }
    self.getOut().flush();
    boolean unnoticed =
        results.stream()
            .filter(FailoverResult::stateless)
            .allMatch(result -> result.unbroken() == downloads);
    return unnoticed ? ExitCode.OK : ExitCode.RUNTIME;
  }

  private FailoverResult run(
      Failover experiment, boolean stateless, boolean failure, PrintWriter talk)
      throws InterruptedException {
    String name = (stateless ? "stateless" : "baseline") + (failure ? " with a failure" : "");
    talk.println("snf experiment: " + name);
    String uri = stateless ? store : "caffeine:";
    return experiment.run(stateless, failure, uri, line -> talk.println("  " + line));
  }

  private Failover experiment() {
    ExperimentCommand.check("--downloads", downloads, MAX_DOWNLOADS);
    ExperimentCommand.check("--size", size, MAX_SIZE);
    ExperimentCommand.check("--at-once", atOnce, MAX_AT_ONCE);
    if (store != null && store.startsWith("caffeine:")) {
      throw new UsageException("--store caffeine: is not shared between processes");
    }
    int stallMillis = (int) (Durations.nanos("--stall", stall) / MEGABYTE);
    return new Failover(downloads, (long) size * MEGABYTE, atOnce, stallMillis);
  }
}
