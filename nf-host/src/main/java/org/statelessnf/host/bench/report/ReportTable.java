package org.statelessnf.host.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.bench.report.StoreReport.ThroughputReport;

/** A report for a terminal. */
public final class ReportTable {
  private final BenchReport report;
  private final StringBuilder text = new StringBuilder();

  private ReportTable(BenchReport report) {
    this.report = report;
  }

  /** The whole report. */
  public static String of(BenchReport report) {
    return new ReportTable(report).all();
  }

  private String all() {
    for (StoreReport store : report.stores()) {
      text.append(store.store()).append("  ").append(store.description()).append('\n');
    }
    text.append('\n');
    operations();
    functions();
    filters();
    notes();
    return text.toString();
  }

  private void operations() {
    Set<Integer> depths = new LinkedHashSet<>();
    for (StoreReport store : report.stores()) {
      for (OperationReport operation : store.operations()) {
        operation.throughput().forEach(rate -> depths.add(rate.inFlight()));
      }
    }
    List<String> titles =
        new ArrayList<>(
            List.of("operation", "store", "p50", "p90", "p99", "p99.9", "max", "at req/s"));
    depths.stream().sorted().forEach(depth -> titles.add("items/s, " + depth + " in flight"));
    TextTable table = new TextTable(titles.toArray(String[]::new));
    int operations = report.stores().getFirst().operations().size();
    for (int i = 0; i < operations; i++) {
      for (StoreReport store : report.stores()) {
        table.row(row(store, store.operations().get(i), depths).toArray());
      }
    }
    text.append(table);
  }

  private static List<Object> row(
      StoreReport store, OperationReport operation, Set<Integer> depths) {
    List<Object> cells = new ArrayList<>(List.of(operation.operation(), store.store()));
    LatencyReport latency = operation.latency();
    if (latency == null) {
      for (int i = 0; i < 6 + depths.size(); i++) {
        cells.add("-");
      }
      cells.add(String.valueOf(operation.whyNot()));
      return cells;
    }
    Distribution of = latency.latency();
    for (long nanos : new long[] {of.p50(), of.p90(), of.p99(), of.p999(), of.max()}) {
      cells.add(Text.nanos(nanos));
    }
    cells.add(Text.count(Math.round(latency.requestsPerSecond())));
    depths.stream().sorted().forEach(depth -> cells.add(rate(operation, depth)));
    return cells;
  }

  private static String rate(OperationReport operation, int depth) {
    for (ThroughputReport rate : operation.throughput()) {
      if (rate.inFlight() == depth) {
        return Text.count(Math.round(rate.perSecond()));
      }
    }
    return "-";
  }

  private void functions() {
    if (report.functions().isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            "network function",
            "state in",
            "long flows, packets/s",
            "short flows, packets/s",
            "reads per packet",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "at packets/s");
    for (FunctionReport function : report.functions()) {
      List<Object> cells = new ArrayList<>(List.of(function.function(), function.store()));
      for (TrafficReport traffic : function.traffic()) {
        cells.add(Text.count(Math.round(traffic.packetsPerSecond())));
      }
      cells.add(String.format(Locale.ROOT, "%.3f", function.traffic().getLast().readsPerPacket()));
      RoundTrip roundTrip = function.roundTrip();
      if (roundTrip != null) {
        Distribution of = roundTrip.latency();
        for (long nanos : new long[] {of.p50(), of.p90(), of.p99(), of.p999()}) {
          cells.add(Text.nanos(nanos));
        }
        cells.add(Text.count(Math.round(roundTrip.packetsPerSecond())));
      }
      table.row(cells.toArray());
    }
    text.append('\n').append(table);
  }

  private void filters() {
    TextTable table =
        new TextTable(
            "Bloom filter before reads",
            "unknown keys/s, read",
            "filter first",
            "ratio",
            "known keys/s, read",
            "filter first",
            "ratio",
            "false positives",
            "");
    for (StoreReport store : report.stores()) {
      FilterReport filter = store.filter();
      if (filter == null) {
        table.row(store.store(), "-", "-", "-", "-", "-", "-", "-", "unsupported: filter");
      } else {
        table.row(
            store.store(),
            Text.count(Math.round(filter.missPlain().perSecond())),
            Text.count(Math.round(filter.missFiltered().perSecond())),
            String.format(Locale.ROOT, "%.2f", filter.missRatio()),
            Text.count(Math.round(filter.hitPlain().perSecond())),
            Text.count(Math.round(filter.hitFiltered().perSecond())),
            String.format(Locale.ROOT, "%.2f", filter.hitRatio()),
            String.format(Locale.ROOT, "%.2f %%", filter.falsePositives() * 100),
            filter.advice());
      }
    }
    text.append('\n').append(table);
  }

  /** What the reader must know of before believing the figures. */
  private void notes() {
    TextTable failures = new TextTable("failures", "store", "");
    TextTable late = new TextTable("did not keep up", "store", "");
    for (StoreReport store : report.stores()) {
      for (OperationReport operation : store.operations()) {
        if (!operation.failures().isEmpty()) {
          failures.row(operation.operation(), store.store(), operation.failures());
        }
        LatencyReport latency = operation.latency();
        if (latency != null && latency.unstarted() > 0) {
          late.row(
              operation.operation(),
              store.store(),
              Text.plural(latency.unstarted(), "request") + " never begun");
        }
      }
    }
    TextTable dropped = new TextTable("packets dropped", "state in", "");
    for (FunctionReport function : report.functions()) {
      for (TrafficReport traffic : function.traffic()) {
        if (traffic.dropped() > 0) {
          String name = function.function() + ", " + traffic.traffic();
          dropped.row(name, function.store(), Text.count(traffic.dropped()));
        }
      }
    }
    for (TextTable table : List.of(failures, late, dropped)) {
      if (!table.isEmpty()) {
        text.append('\n').append(table);
      }
    }
    text.append("\nseed ").append(report.setting().seed()).append('\n');
  }
}
