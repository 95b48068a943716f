package org.statelessnf.host.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Durations;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Json;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.host.Terminal;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.bench.load.Keys;
import org.statelessnf.host.bench.nf.BenchFunction;
import org.statelessnf.host.bench.nf.FunctionBench;
import org.statelessnf.host.bench.page.BenchPage;
import org.statelessnf.host.bench.report.BenchFiles;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.Comparison;
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
    description = "Measures latency and throughput of stores, and of network functions on them.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf bench --store caffeine:,redis://localhost:6379 --report out",
      "  snf bench --store redis://localhost:6379 --quick --nf firewall",
      "  snf bench --compare old/bench.json new/bench.json"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final long USUAL_NANOS = 3_000_000_000L;
  private static final long QUICK_NANOS = 400_000_000L;
  private static final int USUAL_KEYS = 100_000;
  private static final int QUICK_KEYS = 10_000;
  private static final int MAX_KEYS = 10_000_000;
  private static final int MAX_ROUNDS = 100;
  private static final int USUAL_PACKETS = 200_000;
  private static final int QUICK_PACKETS = 40_000;
  private static final int MAX_PACKETS = 10_000_000;

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
      description =
          "Write "
              + BenchFiles.PAGE
              + ", "
              + BenchFiles.JSON
              + " and "
              + BenchFiles.HGRM
              + "/*.hgrm.")
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
      names = "--nf",
      paramLabel = "NAME[,…]",
      split = ",",
      description =
          "Network functions to measure on each store: firewall, nat, lb (default: all), none.")
  private @Nullable List<String> functions;

  @Option(
      names = "--packets",
      paramLabel = "N",
      description =
          "Packets of each kind of traffic in each round (default 200,000; with --quick 40,000).")
  private @Nullable Integer packets;

  @Option(
      names = "--packet-rate",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Packets per second when the round trip is measured (default 10,000), less where a store"
              + " would not keep up.")
  private double packetRate = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What keys and their order follow from (default: drawn, and told).")
  private @Nullable Long seed;

  @Option(
      names = "--compare",
      paramLabel = "JSON",
      arity = "2",
      description =
          "Measure nothing: show what changed from the first "
              + BenchFiles.JSON
              + " to the second, and mark what chance would seldom do.")
  private @Nullable List<Path> compared;

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
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      return ExitCode.USAGE;
    }
    PrintWriter data = spec.commandLine().getOut();
    if (compared != null) {
      if (stores != null || report != null) {
        throw new UsageException(
            "--compare measures nothing: --store and --report do not go with it");
      }
      compare(compared, data, spec.commandLine().getErr());
      return ExitCode.OK;
    }
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
      files.write(result, BenchPage.of(result));
    }
    data.print(format == OutputFormat.JSON ? Json.valueText(result) : ReportTable.of(result));
    data.flush();
    return ExitCode.OK;
  }

  private void compare(List<Path> files, PrintWriter data, PrintWriter talk) {
    BenchReport before = BenchFiles.read(files.getFirst());
    BenchReport after = BenchFiles.read(files.getLast());
    Comparison comparison = Comparison.of(before, after);
    String warning = Comparison.warning(before, after);
    if (!warning.isEmpty()) {
      talk.println("snf bench: " + warning);
    }
    data.print(format == OutputFormat.JSON ? Json.valueText(comparison) : comparison.table());
    data.flush();
  }

  private List<BenchFunction> functions() {
    if (functions == null) {
      return BenchFunction.all();
    }
    if (functions.equals(List.of("none"))) {
      return List.of();
    }
    List<BenchFunction> chosen = new ArrayList<>();
    for (String name : functions) {
      BenchFunction function =
          BenchFunction.of(name)
              .orElseThrow(() ->
                  new UsageException(
                      "--nf '%s' is not one of %s, none".formatted(name, BenchFunction.names())));
      if (chosen.contains(function)) {
        throw new UsageException("--nf names " + name + " twice");
      }
      chosen.add(function);
    }
    return chosen;
  }

  private BenchPlan plan(List<String> texts) {
    boolean quick = length != null && length.quick;
    long nanos = quick ? QUICK_NANOS : USUAL_NANOS;
    if (length != null && length.duration != null) {
      nanos = Durations.nanos("--duration", length.duration);
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
    int frames = packets == null ? quick ? QUICK_PACKETS : USUAL_PACKETS : packets;
    if (frames < FunctionBench.LONG_FLOW || frames > MAX_PACKETS) {
      throw new UsageException(
          "--packets %d: from %d to %d".formatted(frames, FunctionBench.LONG_FLOW, MAX_PACKETS));
    }
    if (!(packetRate >= 1 && packetRate <= 1e8)) {
      throw new UsageException("--packet-rate " + packetRate + ": from 1 to 100000000");
    }
    long drawn = seed == null ? new SplittableRandom().nextInt(1, Integer.MAX_VALUE) : seed;
    List<String> uris = StoreList.parse(texts);
    return new BenchPlan(
        command(uris, drawn, nanos, records, frames),
        uris,
        nanos,
        rounds,
        records,
        drawn,
        load,
        rate == null ? 0 : rate,
        functions(),
        frames,
        packetRate);
  }

  private String command(List<String> uris, long drawn, long nanos, int records, int frames) {
    List<String> words = new ArrayList<>(List.of("snf bench --store"));
    words.add(String.join(",", uris.stream().map(uri -> StoreUri.parse(uri).toString()).toList()));
    words.add("--duration %dms --rounds %d".formatted(nanos / 1_000_000, rounds));
    words.add("--keys " + records);
    words.add(
        rate == null
            ? String.format(Locale.ROOT, "--load %s", load)
            : String.format(Locale.ROOT, "--rate %s", rate));
    if (functions != null) {
      words.add("--nf " + String.join(",", functions));
    }
    words.add("--packets " + frames);
    words.add(String.format(Locale.ROOT, "--packet-rate %s", packetRate));
    words.add("--seed " + drawn);
    return String.join(" ", words);
  }
}
