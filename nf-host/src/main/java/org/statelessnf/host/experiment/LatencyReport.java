package org.statelessnf.host.experiment;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.Json;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import tools.jackson.databind.node.ObjectNode;

/** The latency experiment's figures as text. */
record LatencyReport(Latency experiment, LatencyResult result) {
  static final List<Double> PERCENTILES = List.of(50.0, 95.0);

  String table() {
    TextTable table =
        new TextTable(
            "", "baseline", "stateless", "added", "store's read", "added / read", "per pass");
    for (double percentile : PERCENTILES) {
      table.row(row(percentile).toArray());
    }
    return table
        + "Round trips of each kind: "
        + Text.count(result.reads().getTotalCount())
        + ", store "
        + result.store()
        + ", lost: "
        + Text.count(result.lost())
        + "\n";
  }

  /** The figures at a percentile, its name first. */
  List<String> row(double percentile) {
    return List.of(
        name(percentile),
        at(result.baseline(), percentile),
        at(result.stateless(), percentile),
        signed(result.added(percentile)),
        at(result.reads(), percentile),
        ratio(percentile),
        perPass(percentile));
  }

  static String name(double percentile) {
    return "p" + Math.round(percentile);
  }

  static String at(Histogram histogram, double percentile) {
    return Text.nanos(histogram.getValueAtPercentile(percentile));
  }

  static String signed(long nanos) {
    return (nanos < 0 ? "-" : "+") + Text.nanos(Math.abs(nanos));
  }

  String ratio(double percentile) {
    return String.format(Locale.ROOT, "%.2f", result.storeRoundTrips(percentile));
  }

  /** An echo passes the firewall out and back, and each pass asks the store. */
  private String perPass(double percentile) {
    return String.format(
        Locale.ROOT, "%.2f", result.storeRoundTrips(percentile) / LatencyResult.PASSES);
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("experiment", "latency");
    json.put("rounds", experiment.rounds());
    json.put("pings", experiment.pings());
    json.put("store", result.store());
    json.put("lost", result.lost());
    for (double percentile : PERCENTILES) {
      ObjectNode one = json.putObject(name(percentile));
      one.put("baselineNanos", result.baseline().getValueAtPercentile(percentile));
      one.put("statelessNanos", result.stateless().getValueAtPercentile(percentile));
      one.put("addedNanos", result.added(percentile));
      one.put("addedPerPassNanos", result.added(percentile) / LatencyResult.PASSES);
      one.put("storeReadNanos", result.reads().getValueAtPercentile(percentile));
      one.put("atMostOneReadAndATenth", result.holds(percentile));
    }
    return Json.text(json);
  }
}
