package org.statelessnf.host.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.HostFacts;
import org.statelessnf.host.UsageException;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code snf demo}: the main job in one command. */
@Command(
    name = "demo",
    description =
        "Network functions over a bundled trace, an instance lost half-way, and a page of charts.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  snf demo", "  snf demo --store redis://localhost --instances 8 --report r.html"})
public final class DemoCommand implements Callable<Integer> {
  private static final int MAX_INSTANCES = 16;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "4",
      description = "Instances that share the work, 2 to 16. Default: ${DEFAULT-VALUE}.")
  private int instances = 4;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Seed of the traffic. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--store",
      paramLabel = "URI",
      defaultValue = "caffeine:",
      description = "Where the stateless instances keep their state. Default: ${DEFAULT-VALUE}.")
  private String store = "caffeine:";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "Page to write. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("report.html");

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (instances < 2 || instances > MAX_INSTANCES) {
      throw new UsageException("--instances " + instances + ": from 2 to " + MAX_INSTANCES);
    }
    CommandLine self = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    PrintWriter out = self.getOut();
    PrintWriter err = self.getErr();
    try {
      Files.writeString(report, ""); // before the work: a wrong path is the user's to mend
    } catch (IOException e) {
      throw new UsageException("--report " + report + ": cannot be written", e);
    }
    String described;
    try (StateStore probe = Stores.open(store)) {
      described = probe.uri() + " (" + probe.description() + ")";
    }
    List<SceneResult> results =
        new Demo(
                seed,
                instances,
                store,
                line -> {
                  err.println("snf demo: " + line);
                  err.flush();
                })
            .run();
    out.print(DemoText.of(results, instances));
    Files.writeString(report, new ReportPage(results, setting(described)).html());
    out.println("Charts: " + report);
    out.flush();
    return DemoText.isUnnoticed(results) ? ExitCode.OK : ExitCode.RUNTIME;
  }

  private ReportPage.Setting setting(String described) {
    return new ReportPage.Setting(
        "snf demo --instances %d --seed %d --store %s"
            .formatted(instances, seed, described.substring(0, described.indexOf(" ("))),
        seed,
        instances,
        described,
        HostFacts.host(),
        HostFacts.jvm(),
        HostFacts.version(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
