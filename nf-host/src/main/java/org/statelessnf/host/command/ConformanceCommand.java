package org.statelessnf.host.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.ConformanceOptions;
import org.statelessnf.conformance.ConformanceRunner;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.Certificate;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.ResultTable;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.TextTable;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.conformance.BarProgress;
import org.statelessnf.host.conformance.LineProgress;
import org.statelessnf.host.conformance.ReportFiles;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code snf conformance}: a store against every rule of the contract. */
@Command(
    name = "conformance",
    description = "Tries a store against every rule of the store contract.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf conformance --store caffeine:",
      "  snf conformance --store redis://localhost:6379?namespace=conformance --report out",
      "  snf conformance --store redis://localhost:6379 --rule V,L01 --seed 4711",
      "  snf conformance --list --rule T"
    })
public final class ConformanceCommand implements Callable<Integer> {
  private static final double QUICK = 0.1;
  private static final double LONG = 5;
  private static final Duration LONG_HANG_LIMIT = Duration.ofMinutes(20);

  /** JUnit warns by java.util.logging. Held here: the log manager forgets what nobody holds. */
  private static final Logger JUNIT_LOGGER = Logger.getLogger("org.junit");

  @Option(
      names = "--store",
      paramLabel = "URI",
      description = "The store to try. Others may use it: take a namespace of your own.")
  private @Nullable String store;

  @Option(
      names = "--rule",
      paramLabel = "ID",
      split = ",",
      description = "Only these rules: ids such as V03, or how they begin (V: all of versions).")
  private @Nullable List<String> rules;

  @ArgGroup private @Nullable Length length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What random choices follow from (default: drawn, and told).")
  private @Nullable Long seed;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write " + ConformanceRunner.JUNIT_XML + " and " + ConformanceRunner.CERTIFICATE + ".")
  private @Nullable Path report;

  @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML to this file.")
  private @Nullable Path junit;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Write the certificate (JSON) to this file.")
  private @Nullable Path certificate;

  @Option(names = "--list", description = "List the rules and try none.")
  private boolean list;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json (the certificate).")
  private OutputFormat format = OutputFormat.TABLE;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** How much bulk work. */
  private static final class Length {
    @Option(names = "--quick", description = "A tenth of the bulk work.")
    private boolean quick;

    @Option(names = "--long", description = "Five times the bulk work.")
    private boolean extended;

    ConformanceOptions apply(ConformanceOptions options) {
      if (extended) {
        return options.withScale(LONG).withHangLimit(LONG_HANG_LIMIT);
      }
      return quick ? options.withScale(QUICK) : options;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      return ExitCode.USAGE;
    }
    PrintWriter data = spec.commandLine().getOut();
    ConformanceOptions options = options();
    if (list) {
      data.print(listing(ConformanceRunner.rules(options)));
      return ExitCode.OK;
    }
    if (store == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--store=URI'");
    }
    ReportFiles files = new ReportFiles(report, junit, certificate);
    JUNIT_LOGGER.setLevel(Level.OFF);
    ConformanceResult result = run(store, options, spec.commandLine().getErr());
    files.write(result);
    data.print(format == OutputFormat.JSON ? Certificate.of(result) : ResultTable.of(result));
    data.flush();
    return result.passed() ? ExitCode.OK : ExitCode.CONFORMANCE_FAILED;
  }

  private static ConformanceResult run(String uri, ConformanceOptions options, PrintWriter talk)
      throws IOException {
    if (!Terminal.isWatched()) {
      return ConformanceRunner.run(uri, null, new LineProgress(talk), options);
    }
    try (BarProgress bar = new BarProgress(talk, Terminal.columns())) {
      return ConformanceRunner.run(uri, null, bar, options);
    }
  }

  private ConformanceOptions options() {
    List<String> wanted = rules == null ? List.of() : rules;
    if (rules != null && wanted.isEmpty()) {
      throw new UsageException("--rule names no rule (see --list)");
    }
    for (String rule : wanted) {
      ConformanceOptions one = ConformanceOptions.defaults().withRules(rule);
      if (rule.isBlank() || ConformanceRunner.rules(one).isEmpty()) {
        throw new UsageException("--rule '" + rule + "': there is none (see --list)");
      }
    }
    ConformanceOptions options =
        ConformanceOptions.defaults().withRules(wanted.toArray(String[]::new));
    if (seed != null) {
      options = options.withSeed(seed);
    }
    return length == null ? options : length.apply(options);
  }

  private static String listing(List<RuleInfo> rules) {
    TextTable table = new TextTable("rule", "level", "what must hold", "runs if");
    for (RuleInfo rule : rules) {
      table.row(
          rule.id(),
          rule.level().name().toLowerCase(Locale.ROOT),
          rule.text(),
          rule.condition().isEmpty() ? "always" : rule.condition());
    }
    return table.toString();
  }
}
