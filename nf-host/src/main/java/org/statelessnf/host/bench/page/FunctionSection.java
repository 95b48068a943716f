package org.statelessnf.host.bench.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.statelessnf.host.Text;
import org.statelessnf.host.bench.page.LineChart.Point;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.Distribution;
import org.statelessnf.host.bench.report.FunctionReport;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.host.page.BarChart;
import org.statelessnf.host.page.BarChart.Bar;

/** The network functions' part of the page. */
final class FunctionSection {
  private static final double HIGHEST_SHOWN = 99.9;
  private static final double LEAST_STEP = 0.25;

  private final BenchReport report;
  private final Html page;
  private final Set<String> functions = new LinkedHashSet<>();
  private final List<String> baselines = new ArrayList<>();

  FunctionSection(BenchReport report, Html page) {
    this.report = report;
    this.page = page;
    List<String> stores = report.stores().stream().map(StoreReport::store).toList();
    for (FunctionReport function : report.functions()) {
      functions.add(function.function());
      if (!stores.contains(function.store()) && !baselines.contains(function.store())) {
        baselines.add(function.store());
      }
    }
  }

  void write() {
    if (functions.isEmpty()) {
      return;
    }
    page.section(
        "Network functions: packets per second",
        "Frames of 64 bytes through one pipe. Long flows have 10,000 packets each, short ones 100;"
            + " making the flows is part of it. The loop without state and the baseline, whose"
            + " state is in its own process, show what the store costs.");
    legend();
    for (String function : functions) {
      page.figure("narrow", bars(function));
    }
    page.section(
        "Network functions: round trip",
        "Share of packets released within a time of their arrival, at the same pace for all, far"
            + " below what they can do. A packet waits for its read and, where state changes, for"
            + " the write.");
    legend();
    page.raw("<div class=\"row wide\">\n");
    for (String function : functions) {
      curves(function);
    }
    page.raw("</div>\n");
    figures();
  }

  private String style(FunctionReport function) {
    for (int i = 0; i < report.stores().size(); i++) {
      if (report.stores().get(i).store().equals(function.store())) {
        return BenchPage.style(i);
      }
    }
    int baseline = baselines.indexOf(function.store());
    return baseline == 0 ? "none" : BenchPage.style(BenchStyle.COLOURS - baseline);
  }

  private void legend() {
    Set<String> shown = new LinkedHashSet<>();
    page.raw("<p class=\"legend\">");
    for (FunctionReport function : report.functions()) {
      if (shown.add(function.store())) {
        page.key(style(function), function.store());
      }
    }
    page.raw("</p>\n");
  }

  private String bars(String name) {
    BarChart chart = new BarChart();
    List<FunctionReport> of =
        report.functions().stream().filter(one -> one.function().equals(name)).toList();
    for (int kind = 0; kind < of.getFirst().traffic().size(); kind++) {
      List<Bar> bars = new ArrayList<>();
      for (FunctionReport function : of) {
        TrafficReport traffic = function.traffic().get(kind);
        double rate = traffic.packetsPerSecond();
        String label = Units.rate(rate) + "/s";
        bars.add(new Bar(style(function), rate, label, function.store() + ": " + label));
      }
      chart.group(name + ", " + of.getFirst().traffic().get(kind).traffic(), bars);
    }
    return chart.draw("packets per second, " + name);
  }

  private void curves(String name) {
    double pace = 0;
    LineChart chart = null;
    for (FunctionReport function : report.functions()) {
      RoundTrip roundTrip = function.roundTrip();
      if (function.function().equals(name) && roundTrip != null) {
        pace = roundTrip.packetsPerSecond();
        if (chart == null) {
          chart = new LineChart(name, "arrival to release, at " + Units.rate(pace) + " packets/s");
        }
        List<Point> points = points(roundTrip.latency().histogram());
        chart.add(style(function), function.store(), points, false);
      }
    }
    if (chart != null) {
      page.figure("", chart.drawPercents(Units::nanos));
    }
  }

  private static List<Point> points(Histogram histogram) {
    List<Point> points = new ArrayList<>();
    double last = -1;
    for (HistogramIterationValue value : histogram.recordedValues()) {
      double percent = value.getPercentileLevelIteratedTo();
      if (points.isEmpty()) {
        points.add(new Point((double) value.getValueIteratedTo(), 0));
      }
      if (percent - last >= LEAST_STEP && percent <= HIGHEST_SHOWN) {
        points.add(new Point((double) value.getValueIteratedTo(), percent));
        last = percent;
      }
    }
    points.add(new Point((double) histogram.getValueAtPercentile(HIGHEST_SHOWN), HIGHEST_SHOWN));
    return points;
  }

  private void figures() {
    page.raw("<details>").element("summary", "All figures").raw("\n");
    page.table(
        "network function",
        "state in",
        "traffic",
        "packets/s",
        "reads per packet",
        "writes per packet",
        "round trip p50",
        "p90",
        "p99",
        "p99.9",
        "dropped");
    for (FunctionReport function : report.functions()) {
      for (TrafficReport traffic : function.traffic()) {
        boolean paced = traffic.equals(function.traffic().getLast());
        RoundTrip roundTrip = paced ? function.roundTrip() : null;
        Distribution of = roundTrip == null ? null : roundTrip.latency();
        page.row(
            function.function(),
            function.store(),
            traffic.traffic(),
            Units.rate(traffic.packetsPerSecond()),
            String.format(Locale.ROOT, "%.3f", traffic.readsPerPacket()),
            String.format(Locale.ROOT, "%.3f", traffic.writesPerPacket()),
            of == null ? "-" : Text.nanos(of.p50()),
            of == null ? "-" : Text.nanos(of.p90()),
            of == null ? "-" : Text.nanos(of.p99()),
            of == null ? "-" : Text.nanos(of.p999()),
            Text.count(traffic.dropped()));
      }
    }
    page.endTable().raw("</details>\n");
  }
}
