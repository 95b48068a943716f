package org.statelessnf.host.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.bench.load.LoadLoop;
import org.statelessnf.host.bench.report.FilterReport.Rate;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.bench.report.StoreReport.ThroughputReport;

/** Reports made by hand. */
public final class Samples {
  private Samples() {}

  /** 1 to 1,000 µs, evenly, times a factor. */
  static Distribution even(double factor) {
    Histogram histogram = LoadLoop.histogram();
    for (int micros = 1; micros <= 1_000; micros++) {
      histogram.recordValue((long) (micros * 1_000 * factor));
    }
    return Distribution.of(histogram);
  }

  static List<Double> rounds(double middle) {
    List<Double> rounds = new ArrayList<>();
    for (int i = -2; i <= 2; i++) {
      rounds.add(middle * (1 + i / 100.0));
    }
    return rounds;
  }

  static OperationReport operation(String name, int batch, double factor) {
    Distribution latency = even(factor);
    return new OperationReport(
        name,
        batch,
        null,
        new LatencyReport(
            5_000,
            8,
            0,
            latency,
            even(factor / 2),
            rounds((double) latency.p50()),
            rounds((double) latency.p99())),
        List.of(
            new ThroughputReport(1, 10_000 / factor, rounds(10_000 / factor)),
            new ThroughputReport(8, 40_000 / factor, rounds(40_000 / factor))),
        Map.of());
  }

  static StoreReport store(String uri, double factor) {
    return new StoreReport(
        uri,
        "a store <1.0> & more",
        new StoreReport.Declared(
            "HOST", "LINEARIZABLE", "NONE", 128, 65_536, 8, List.of("INCREMENT", "SCAN")),
        List.of(
            operation("read", 1, factor),
            operation("multi-read 8", 8, 2 * factor),
            operation("multi-read 100", 100, 8 * factor),
            new OperationReport("timer claim 32", 32, "TIMERS", null, List.of(), Map.of()),
            new OperationReport(
                "write",
                1,
                null,
                operation("", 1, factor).latency(),
                List.of(),
                Map.of("FULL", 7L))),
        filter(factor));
  }

  static FilterReport filter(double factor) {
    return new FilterReport(
        100,
        8,
        Rate.of(rounds(1_000 / factor)),
        Rate.of(rounds(2_000 / factor)),
        Rate.of(rounds(1_000 / factor)),
        Rate.of(rounds(800 / factor)),
        0.0123);
  }

  static FunctionReport function(String store, double factor, @Nullable RoundTrip roundTrip) {
    return new FunctionReport(
        "firewall",
        store,
        List.of(
            new TrafficReport(
                "long flows", 10_000, 1e6 * factor, rounds(1e6 * factor), 0.1, 0.01, 0),
            new TrafficReport(
                "short flows", 100, 1e5 * factor, rounds(1e5 * factor), 0.9, 0.02, 3)),
        roundTrip);
  }

  /**
   * A report of two stores and a network function.
   *
   * @param factor how slow the first store is
   */
  public static BenchReport report(double factor) {
    return new BenchReport(
        BenchReport.FORMAT,
        new BenchReport.Setting(
            "snf bench --store one:,two:",
            4711,
            "2026-01-02T03:04:05Z",
            "2 processors",
            "a machine",
            "0.1",
            1_000_000,
            5,
            10_000,
            24,
            64,
            0.5,
            20_000),
        List.of(store("one:", factor), store("two:?a=<b>", 3)),
        List.of(
            function("parse and forward", 9, null),
            function("one:", 1 / factor, new RoundTrip(500, even(factor))),
            function("two:?a=<b>", 0.3, new RoundTrip(500, even(3)))));
  }
}
