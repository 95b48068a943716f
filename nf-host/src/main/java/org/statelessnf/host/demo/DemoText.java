package org.statelessnf.host.demo;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;

/** What the demo prints. */
final class DemoText {
  private DemoText() {}

  static String of(List<SceneResult> results, int instances) {
    return kills(results, instances)
        + "\n"
        + latencies(results, instances)
        + "\n"
        + state(results)
        + "\n"
        + verdict(results, instances);
  }

  static boolean isUnnoticed(List<SceneResult> results) {
    return results.stream().allMatch(result -> result.sharedComparison().isUnnoticed());
  }

  private static String verdict(List<SceneResult> results, int instances) {
    long lost = results.stream().mapToLong(r -> r.shared().result().lostWithInstance()).sum();
    int apart = results.stream().mapToInt(r -> r.apartComparison().disturbed()).sum();
    return isUnnoticed(results)
        ? ("One of %d instances was killed half-way, in each of %d runs; %s died with them, as on a"
                + " wire.%nNo connection noticed: everything else came out as from one instance.%n"
                + "With the state in the instances, the kills would have ended %s.%n")
            .formatted(
                instances,
                results.size(),
                Text.plural(lost, "packet"),
                Text.plural(apart, "conversation"))
        : "Connections noticed that an instance was killed: see the table.\n";
  }

  private static String kills(List<SceneResult> results, int instances) {
    TextTable table =
        new TextTable(
            "one of " + instances + " killed half-way",
            "packets",
            "out of one",
            "out of " + instances,
            "died with it",
            "disturbed",
            "state apart: disturbed");
    for (SceneResult result : results) {
      Comparison shared = result.sharedComparison();
      table.row(
          result.scene().title(),
          Text.count(result.scene().trace().size()),
          Text.count(result.whole().result().packetsOut()),
          Text.count(result.shared().result().packetsOut()),
          Text.count(result.shared().result().lostWithInstance()),
          shared.isUnnoticed()
              ? "0"
              : "%d (%d refused, %d extra, %d wrong)"
                  .formatted(
                      shared.disturbed(),
                      shared.refused().cardinality(),
                      shared.extra().cardinality(),
                      shared.wrong()),
          Text.count(result.apartComparison().disturbed()));
    }
    return table.toString();
  }

  private static String latencies(List<SceneResult> results, int instances) {
    TextTable table =
        new TextTable(
            "receipt to release at %s packets/s".formatted(Text.count(Demo.MEASURED_RATE)),
            "p50",
            "p95",
            "p99",
            "p99.9",
            "max");
    for (SceneResult result : results) {
      row(table, result.scene().title() + ", baseline", result.wholeLatency());
      row(table, result.scene().title() + ", " + instances + " stateless", result.sharedLatency());
    }
    return table.toString();
  }

  private static void row(TextTable table, String title, Histogram latency) {
    table.row(
        title,
        Text.nanos(latency.getValueAtPercentile(50)),
        Text.nanos(latency.getValueAtPercentile(95)),
        Text.nanos(latency.getValueAtPercentile(99)),
        Text.nanos(latency.getValueAtPercentile(99.9)),
        Text.nanos(latency.getMaxValue()));
  }

  private static String state(List<SceneResult> results) {
    StringBuilder text = new StringBuilder("state in the store, some of it:\n");
    for (SceneResult result : results) {
      StateExcerpt.TableExcerpt flows = result.state().tables().getFirst();
      text.append("  ")
          .append(flows.name())
          .append(", ")
          .append(Text.plural(flows.records(), "record"))
          .append('\n');
      flows.lines().stream()
          .limit(3)
          .forEach(line -> text.append("    ").append(line).append('\n'));
    }
    return text.toString();
  }
}
