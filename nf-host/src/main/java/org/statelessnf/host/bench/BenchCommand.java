package org.statelessnf.host.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Json;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.bench.load.Keys;
import org.statelessnf.host.bench.report.BenchFiles;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.ReportTable;
import org.statelessnf.store.StoreUri;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code snf bench}: how fast stores, and network functions on them, are. */
@Command(
    name = "bench",
    description = "Measures latency and throughput of stores.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf bench --store caffeine:,redis://localhost:6379 --report out",
      "  snf bench --store redis://localhost:6379 --quick"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final long USUAL_NANOS = 3_000_000_000L;
  private static final long QUICK_NANOS = 400_000_000L;
  private static final int USUAL_KEYS = 100_000;
  private static final int QUICK_KEYS = 10_000;
  private static final int MAX_KEYS = 10_000_000;
  private static final int MAX_ROUNDS = 100;
  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m)");

  @Option(
      names = "--store",
      paramLabel = "URI[,URI…]",
      description =
          "The stores to measure. Others may use them: it works in namespaces "
              + StoreBench.NAMESPACE
              + "-1, -2, … unless the URI names one.")
  private @Nullable List<String> stores;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write " + BenchFiles.JSON + " and " + BenchFiles.HGRM + "/*.hgrm.")
  private @Nullable Path report;

  @ArgGroup private @Nullable Length length;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds that share the time (default 5); differences are judged by them.")
  private int rounds = 5;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Records in each store (default 100,000; with --quick 10,000).")
  private @Nullable Integer keys;

  @Option(
      names = "--load",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description =
          "Pace of the open loop, as a share of what the store does with one request at a time"
              + " (default 0.5).")
  private double load = 0.5;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Pace of the open loop in requests per second, instead of --load.")
  private @Nullable Double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What keys and their order follow from (default: drawn, and told).")
  private @Nullable Long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json.")
  private OutputFormat format = OutputFormat.TABLE;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** How long. */
  private static final class Length {
    @Option(
        names = "--duration",
        paramLabel = "TIME",
        description = "Time for each operation of each store, such as 500ms or 3s (default 3s).")
    private @Nullable String duration;

    @Option(names = "--quick", description = "A first impression: 400ms, and fewer records.")
    private boolean quick;
  }

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      return ExitCode.USAGE;
    }
    PrintWriter data = spec.commandLine().getOut();
    if (stores == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--store=URI'");
    }
    BenchPlan plan = plan(stores);
    BenchFiles files = report == null ? null : new BenchFiles(report);
    BenchReport result;
    try (BenchProgress progress =
            new BenchProgress(spec.commandLine().getErr(), Terminal.isWatched());
        BenchRun run = new BenchRun(plan, progress)) {
      result = run.run();
    }
    if (files != null) {
      files.write(result);
    }
    data.print(format == OutputFormat.JSON ? Json.valueText(result) : ReportTable.of(result));
    data.flush();
    return ExitCode.OK;
  }

  private BenchPlan plan(List<String> texts) {
    boolean quick = length != null && length.quick;
    long nanos = quick ? QUICK_NANOS : USUAL_NANOS;
    if (length != null && length.duration != null) {
      nanos = nanos(length.duration);
    }
    int records = keys == null ? quick ? QUICK_KEYS : USUAL_KEYS : keys;
    if (records < Keys.MIN_COUNT || records > MAX_KEYS) {
      throw new UsageException(
          "--keys %d: from %d to %d".formatted(records, Keys.MIN_COUNT, MAX_KEYS));
    }
    if (rounds < 1 || rounds > MAX_ROUNDS) {
      throw new UsageException("--rounds " + rounds + ": from 1 to " + MAX_ROUNDS);
    }
    if (!(load > 0 && load <= 2)) {
      throw new UsageException("--load " + load + ": above 0, at most 2");
    }
    if (rate != null && !(rate >= 1 && rate <= 1e8)) {
      throw new UsageException("--rate " + rate + ": from 1 to 100000000");
    }
    long drawn = seed == null ? new SplittableRandom().nextInt(1, Integer.MAX_VALUE) : seed;
    List<String> uris = StoreList.parse(texts);
    return new BenchPlan(
        command(uris, drawn, nanos, records),
        uris,
        nanos,
        rounds,
        records,
        drawn,
        load,
        rate == null ? 0 : rate);
  }

  private String command(List<String> uris, long drawn, long nanos, int records) {
    List<String> words = new ArrayList<>(List.of("snf bench --store"));
    words.add(String.join(",", uris.stream().map(uri -> StoreUri.parse(uri).toString()).toList()));
    words.add("--duration %dms --rounds %d".formatted(nanos / 1_000_000, rounds));
    words.add("--keys " + records);
    words.add(
        rate == null
            ? String.format(Locale.ROOT, "--load %s", load)
            : String.format(Locale.ROOT, "--rate %s", rate));
    words.add("--seed " + drawn);
    return String.join(" ", words);
  }

  private static long nanos(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException("--duration '" + text + "' is not a time such as 500ms, 3s or 1m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> number * 1_000_000;
      case "s" -> number * 1_000_000_000;
      default -> number * 60_000_000_000L;
    };
  }
}
