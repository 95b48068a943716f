package org.statelessnf.host.experiment;

import java.util.List;
import org.statelessnf.host.Json;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The failure experiment's figures as text. */
record FailoverReport(Failover experiment, List<FailoverResult> results) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  String table() {
    TextTable table =
        new TextTable(
            "case", "completed", "unbroken", "broken connections", "elapsed", "p50", "p95");
    for (FailoverResult result : results) {
      table.row(
          result.name(),
          Text.count(result.completed()) + " of " + Text.count(experiment.downloads()),
          Text.count(result.unbroken()),
          Text.count(result.brokenConnections()),
          millis(result.elapsedMillis()),
          millis(result.percentileMillis(0.5)),
          millis(result.percentileMillis(0.95)));
    }
    return table.toString();
  }

  static String millis(long millis) {
    return Text.nanos(millis * NANOS_PER_MILLI);
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("experiment", "failover");
    json.put("downloads", experiment.downloads());
    json.put("bytes", experiment.bytes());
    json.put("atOnce", experiment.atOnce());
    json.put("stallMillis", experiment.stallMillis());
    ArrayNode cases = json.putArray("cases");
    for (FailoverResult result : results) {
      ObjectNode one = cases.addObject();
      one.put("stateless", result.stateless());
      one.put("failure", result.failure());
      one.put("store", result.store());
      one.put("completed", result.completed());
      one.put("unbroken", result.unbroken());
      one.put("brokenConnections", result.brokenConnections());
      one.put("elapsedMillis", result.elapsedMillis());
      one.put("killedMillis", result.killedMillis());
      ObjectNode times = one.putObject("downloadMillis");
      times.put("p50", result.percentileMillis(0.5));
      times.put("p95", result.percentileMillis(0.95));
      times.put("max", result.percentileMillis(1));
    }
    return Json.text(json);
  }
}
