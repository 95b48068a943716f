package org.statelessnf.host.bench.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.statelessnf.host.Text;
import org.statelessnf.host.bench.page.LineChart.Point;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.Distribution;
import org.statelessnf.host.bench.report.FilterReport;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.bench.report.StoreReport.ThroughputReport;
import org.statelessnf.host.page.PageStyle;
import org.statelessnf.host.page.Svg;

/** The page that a benchmark leaves: charts first, figures below them, then where it ran. */
public final class BenchPage {
  private final BenchReport report;
  private final List<StoreReport> stores;
  private final Html page = new Html();

  private BenchPage(BenchReport report) {
    this.report = report;
    this.stores = report.stores();
  }

  /**
   * The page.
   *
   * @param report with at least one store
   */
  public static String of(BenchReport report) {
    return new BenchPage(report).html();
  }

  private String html() {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
        .element("title", "StatelessNF bench")
        .raw("\n<style>\n")
        .raw(PageStyle.CSS)
        .raw(BenchStyle.css())
        .raw("</style>\n</head>\n<body>\n<main>\n");
    summary();
    latencies();
    batches();
    new FunctionSection(report, page).write();
    filters();
    setting();
    return page.raw("</main>\n</body>\n</html>\n").toString();
  }

  static String style(int store) {
    return "c" + store % BenchStyle.COLOURS;
  }

  private void legend() {
    page.raw("<p class=\"legend\">");
    for (int i = 0; i < stores.size(); i++) {
      page.key(style(i), stores.get(i).store());
    }
    page.raw("</p>\n");
  }

  private void summary() {
    page.raw("<header>\n")
        .element("p", "eyebrow", "StatelessNF bench")
        .element("h1", stores.size() == 1 ? "How fast the store is" : "How fast the stores are")
        .element(
            "p",
            "lead",
            "One session, as a pipe of a network function has it. Latency counts from when a request"
                + " was meant to start, so a store that stands still cannot hide it.")
        .raw("</header>\n")
        .table(
            "store",
            "what it is",
            "read, p50",
            "read, p99",
            "write 100 if unchanged, p50",
            "reads/s, 100 a request",
            "Bloom filter before reads");
    for (StoreReport store : stores) {
      FilterReport filter = store.filter();
      page.row(
          store.store(),
          store.description(),
          percentile(store, "read", 50),
          percentile(store, "read", 99),
          percentile(store, "conditional multi-write 100", 50),
          best(store, "multi-read 100"),
          filter == null ? "unsupported" : filter.advice());
    }
    page.endTable();
  }

  private static String percentile(StoreReport store, String name, int percentile) {
    for (OperationReport operation : store.operations()) {
      LatencyReport latency = operation.latency();
      if (operation.operation().equals(name) && latency != null) {
        Distribution of = latency.latency();
        return Text.nanos(percentile == 50 ? of.p50() : of.p99());
      }
    }
    return "unsupported";
  }

  private static String best(StoreReport store, String name) {
    double best = 0;
    for (OperationReport operation : store.operations()) {
      if (operation.operation().equals(name)) {
        for (ThroughputReport rate : operation.throughput()) {
          best = Math.max(best, rate.perSecond());
        }
      }
    }
    return best == 0 ? "unsupported" : Units.rate(best);
  }

  private void latencies() {
    page.section(
        "Latency",
        "Block: the median, its figure on the right. Bar: to the 99th percentile. Line: to the"
            + " 99.9th. Mark: the longest. Each operation at its own pace, "
            + pace());
    legend();
    page.figure("", new LatencyRows(stores).draw());
    page.raw("<details>").element("summary", "All figures").raw("\n");
    page.table(
        "operation",
        "store",
        "requests/s",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
        "p99 without correction",
        "items/s, one in flight",
        "items/s, most in flight");
    for (int i = 0; i < stores.getFirst().operations().size(); i++) {
      for (StoreReport store : stores) {
        figures(store, store.operations().get(i));
      }
    }
    page.endTable().raw("</details>\n");
  }

  private String pace() {
    double load = report.setting().load();
    return load == 0
        ? "the same for all."
        : String.format(Locale.ROOT, "%.0f %% of what one request at a time makes.", load * 100);
  }

  private void figures(StoreReport store, OperationReport operation) {
    LatencyReport latency = operation.latency();
    if (latency == null) {
      page.row(operation.operation(), store.store(), String.valueOf(operation.whyNot()));
      return;
    }
    Distribution of = latency.latency();
    List<ThroughputReport> rates = operation.throughput();
    page.row(
        operation.operation() + (operation.failures().isEmpty() ? "" : " " + operation.failures()),
        store.store(),
        Units.rate(latency.requestsPerSecond()),
        Text.nanos(of.p50()),
        Text.nanos(of.p90()),
        Text.nanos(of.p99()),
        Text.nanos(of.p999()),
        Text.nanos(of.max()),
        Text.nanos(latency.service().p99()),
        rates.isEmpty() ? "-" : Units.rate(rates.getFirst().perSecond()),
        rates.isEmpty()
            ? "-"
            : Units.rate(rates.getLast().perSecond()) + " (" + rates.getLast().inFlight() + ")");
  }

  private void batches() {
    page.section(
        "What a record costs, by batch size",
        "Time per record from the closed loop. Solid: one request in flight. Dashed: as many as the"
            + " session keeps, up to 8.");
    legend();
    page.raw("<div class=\"row wide\">\n");
    batch("multi-read");
    batch("multi-write");
    page.raw("</div>\n");
  }

  private void batch(String kind) {
    LineChart chart = new LineChart(kind, "records in a request");
    List<Double> sizes = new ArrayList<>();
    for (int s = 0; s < stores.size(); s++) {
      StoreReport store = stores.get(s);
      List<Point> alone = new ArrayList<>();
      List<Point> many = new ArrayList<>();
      for (OperationReport operation : store.operations()) {
        List<ThroughputReport> rates = operation.throughput();
        if (operation.operation().startsWith(kind + " ") && !rates.isEmpty()) {
          double size = operation.batch();
          if (!sizes.contains(size)) {
            sizes.add(size);
          }
          alone.add(new Point(size, 1e9 / rates.getFirst().perSecond()));
          if (rates.size() > 1) {
            many.add(new Point(size, 1e9 / rates.getLast().perSecond()));
          }
        }
      }
      chart.add(style(s), store.store() + ", one in flight", alone, true);
      chart.add(style(s) + " dashed", store.store() + ", most in flight", many, true);
    }
    if (!chart.isEmpty()) {
      String svg = chart.draw(sizes, size -> Text.count((long) size), Units::nanos);
      page.figure("", svg);
    }
  }

  private void filters() {
    page.section(
        "Does a Bloom filter pay?",
        "Batches of lookups, all read, or first asked for in the filter and read only where it says"
            + " \"perhaps\". Unknown keys are what a SYN scan brings, known ones what flows bring."
            + " In lookups per second; above 1 the filter wins.");
    page.table(
        "store",
        "unknown, read",
        "unknown, filter first",
        "ratio",
        "known, read",
        "known, filter first",
        "ratio",
        "false positives",
        "advice");
    for (StoreReport store : stores) {
      FilterReport filter = store.filter();
      if (filter == null) {
        page.row(store.store(), "unsupported: filter");
      } else {
        page.row(
            store.store(),
            Units.rate(filter.missPlain().perSecond()),
            Units.rate(filter.missFiltered().perSecond()),
            String.format(Locale.ROOT, "%.2f", filter.missRatio()),
            Units.rate(filter.hitPlain().perSecond()),
            Units.rate(filter.hitFiltered().perSecond()),
            String.format(Locale.ROOT, "%.2f", filter.hitRatio()),
            String.format(Locale.ROOT, "%.2f %%", filter.falsePositives() * 100),
            filter.advice());
      }
    }
    page.endTable();
  }

  private void setting() {
    page.section("What the stores declare", "As snf stores and the conformance kit have it.");
    page.table("store", "scope", "consistency", "durability", "batches in flight", "features");
    for (StoreReport store : stores) {
      StoreReport.Declared declared = store.capabilities();
      page.row(
          store.store(),
          lower(declared.scope()),
          lower(declared.consistency()),
          lower(declared.durability()),
          Text.count(declared.maxInFlight()),
          lower(String.join(", ", declared.features())));
    }
    page.endTable();
    BenchReport.Setting setting = report.setting();
    page.raw("<footer>\n<dl>\n");
    item("command", setting.command());
    item("seed", Long.toString(setting.seed()));
    for (StoreReport store : stores) {
      item("store", store.store() + " (" + store.description() + ")");
    }
    item(
        "records",
        "%s of %d bytes under keys of %d bytes, asked for by Zipf's law"
            .formatted(Text.count(setting.keys()), setting.valueBytes(), setting.keyBytes()));
    item(
        "time each",
        Text.nanos(setting.nanosPerMeasurement()) + " in " + setting.rounds() + " rounds");
    item("host", setting.host());
    item("JVM", setting.jvm());
    item("version", setting.version());
    item("time", setting.time());
    page.raw("</dl>\n</footer>\n");
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void item(String name, String value) {
    page.raw("<dt>" + name + "</dt><dd>" + Svg.escape(value) + "</dd>\n");
  }
}
