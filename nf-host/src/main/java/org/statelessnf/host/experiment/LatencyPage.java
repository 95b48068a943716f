package org.statelessnf.host.experiment;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.Text;
import org.statelessnf.host.page.BarChart;

/** The latency experiment as a page. */
record LatencyPage(LatencyReport report, String host) {

  String html() {
    return new ExperimentPage("latency", verdict(), lead())
        .table(
            List.of(
                "", "baseline", "stateless", "added", "store's read", "added / read", "per pass"),
            rows())
        .figure(
            "Round trips",
            "<span class=\"key one\"></span>state in the instance "
                + "<span class=\"key many\"></span>state in a store "
                + "<span class=\"key apart\"></span>one read of the store",
            chart())
        .html(host);
  }

  private LatencyResult result() {
    return report.result();
  }

  private String verdict() {
    return "A store adds %s to a round trip at the median: %s of its own reads."
        .formatted(LatencyReport.signed(result().added(50)), report.ratio(50));
  }

  private String lead() {
    return ("%s of each kind, in turns: UDP echoes through a firewall with its state in its own"
            + " memory, through one with its state in %s, and single reads of that store.")
        .formatted(Text.plural(result().reads().getTotalCount(), "round trip"), result().store());
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (double percentile : LatencyReport.PERCENTILES) {
      rows.add(report.row(percentile));
    }
    return rows;
  }

  private String chart() {
    BarChart chart = new BarChart();
    for (double percentile : LatencyReport.PERCENTILES) {
      chart.group(
          LatencyReport.name(percentile),
          List.of(
              bar("one", "state in the instance", result().baseline(), percentile),
              bar("many", "state in a store", result().stateless(), percentile),
              bar("apart", "one read of the store", result().reads(), percentile)));
    }
    return chart.draw("Round trips at p50 and p95");
  }

  private static BarChart.Bar bar(String style, String what, Histogram times, double percentile) {
    String label = LatencyReport.at(times, percentile);
    return new BarChart.Bar(
        style, times.getValueAtPercentile(percentile), label, what + ": " + label);
  }
}
