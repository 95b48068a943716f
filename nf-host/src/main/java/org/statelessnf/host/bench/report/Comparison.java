package org.statelessnf.host.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.statelessnf.host.Text;
import org.statelessnf.host.TextTable;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.bench.report.StoreReport.ThroughputReport;

/**
 * What has changed between two reports. A change counts as significant if the rounds of the two
 * differ in rank as they would by chance in less than {@value #CHANCE} of cases, and the medians by
 * more than {@value #LEAST_CHANGE}: with five rounds against five, if all of one are beyond all of
 * the other.
 *
 * @param differences what is not the same in the settings, a line each
 * @param changes measure by measure, in the order of the new report
 * @param missing what is in one report only, a line each
 */
public record Comparison(List<String> differences, List<Change> changes, List<String> missing) {
  /** How seldom chance may make what counts as significant. */
  public static final double CHANCE = 0.01;

  /** How far medians must be apart, as a share. */
  public static final double LEAST_CHANGE = 0.05;

  private static final int ROUNDS_THAT_TELL = 5;

  /** What a change means. */
  public enum Verdict {
    /** Quicker, or more of it. */
    BETTER,
    /** Slower, or less of it. */
    WORSE,
    /** What chance does. */
    SAME
  }

  /**
   * One measure.
   *
   * @param store its URI
   * @param subject operation, or network function and traffic
   * @param measure what of it
   * @param unit {@code ns} or {@code /s}
   * @param before median of the old report's rounds
   * @param after median of the new report's rounds
   * @param ratio after by before
   * @param chance how likely such a difference is by chance
   * @param verdict what it means
   */
  public record Change(
      String store,
      String subject,
      String measure,
      String unit,
      double before,
      double after,
      double ratio,
      double chance,
      Verdict verdict) {}

  private record Key(String store, String subject, String measure, String unit) {}

  /**
   * Compares.
   *
   * @param before the old report
   * @param after the new report
   */
  public static Comparison of(BenchReport before, BenchReport after) {
    Map<Key, List<Double>> old = measures(before);
    Map<Key, List<Double>> now = measures(after);
    List<Change> changes = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    now.forEach((key, rounds) -> {
      List<Double> earlier = old.remove(key);
      if (earlier == null) {
        missing.add("only in the new one: " + text(key));
      } else {
        changes.add(change(key, earlier, rounds));
      }
    });
    old.keySet().forEach(key -> missing.add("only in the old one: " + text(key)));
    return new Comparison(differences(before.setting(), after.setting()), changes, missing);
  }

  private static String text(Key key) {
    return key.store + ", " + key.subject + ", " + key.measure;
  }

  private static Map<Key, List<Double>> measures(BenchReport report) {
    Map<Key, List<Double>> measures = new LinkedHashMap<>();
    for (StoreReport store : report.stores()) {
      for (OperationReport operation : store.operations()) {
        String name = operation.operation();
        LatencyReport latency = operation.latency();
        if (latency != null) {
          measures.put(new Key(store.store(), name, "p50", "ns"), latency.p50Rounds());
          measures.put(new Key(store.store(), name, "p99", "ns"), latency.p99Rounds());
        }
        for (ThroughputReport rate : operation.throughput()) {
          String measure = rate.inFlight() + " in flight";
          measures.put(new Key(store.store(), name, measure, "/s"), rate.rounds());
        }
      }
    }
    for (FunctionReport function : report.functions()) {
      for (TrafficReport traffic : function.traffic()) {
        String subject = function.function() + ", " + traffic.traffic();
        measures.put(new Key(function.store(), subject, "packets", "/s"), traffic.rounds());
      }
    }
    return measures;
  }

  private static Change change(Key key, List<Double> before, List<Double> after) {
    double from = Statistics.median(before);
    double to = Statistics.median(after);
    double ratio = from == 0 ? to == 0 ? 1 : Double.MAX_VALUE : to / from;
    double chance = Statistics.mannWhitney(before, after);
    Verdict verdict = Verdict.SAME;
    if (chance < CHANCE && Math.abs(ratio - 1) > LEAST_CHANGE) {
      boolean more = ratio > 1;
      verdict = more == key.unit.equals("/s") ? Verdict.BETTER : Verdict.WORSE;
    }
    return new Change(
        key.store, key.subject, key.measure, key.unit, from, to, ratio, chance, verdict);
  }

  private static List<String> differences(BenchReport.Setting old, BenchReport.Setting now) {
    List<String> lines = new ArrayList<>();
    differ(lines, "host", old.host(), now.host());
    differ(lines, "JVM", old.jvm(), now.jvm());
    differ(lines, "version", old.version(), now.version());
    differ(lines, "seed", old.seed(), now.seed());
    differ(lines, "records", old.keys(), now.keys());
    differ(lines, "rounds", old.rounds(), now.rounds());
    differ(lines, "time of each", old.nanosPerMeasurement(), now.nanosPerMeasurement());
    differ(lines, "load", old.load(), now.load());
    return lines;
  }

  private static void differ(List<String> lines, String what, Object old, Object now) {
    if (!Objects.equals(old, now)) {
      lines.add(what + " was " + old + ", is " + now);
    }
  }

  /** How many changes there are of a kind. */
  public long count(Verdict verdict) {
    return changes.stream().filter(change -> change.verdict == verdict).count();
  }

  /** For a terminal. */
  public String table() {
    StringBuilder text = new StringBuilder();
    TextTable table =
        new TextTable("subject", "store", "measure", "old", "new", "new/old", "", "by chance");
    for (Change change : changes) {
      table.row(
          change.subject,
          change.store,
          change.measure,
          number(change.unit, change.before),
          number(change.unit, change.after),
          String.format(Locale.ROOT, "%.2f", change.ratio),
          mark(change.verdict),
          String.format(Locale.ROOT, "%.3f", change.chance));
    }
    text.append(table);
    differences.forEach(line -> text.append("not the same: ").append(line).append('\n'));
    missing.forEach(line -> text.append(line).append('\n'));
    text.append(
        String.format(
            Locale.ROOT,
            "%d better, %d worse, %d within what chance does%n",
            count(Verdict.BETTER),
            count(Verdict.WORSE),
            count(Verdict.SAME)));
    return text.toString();
  }

  /** A line that says why nothing can be significant; empty if something can. */
  public static String warning(BenchReport before, BenchReport after) {
    int rounds = Math.min(before.setting().rounds(), after.setting().rounds());
    return rounds >= ROUNDS_THAT_TELL
        ? ""
        : "%d rounds are too few to tell a change from chance; use at least %d"
            .formatted(rounds, ROUNDS_THAT_TELL);
  }

  private static String mark(Verdict verdict) {
    return switch (verdict) {
      case BETTER -> "better";
      case WORSE -> "WORSE";
      case SAME -> "";
    };
  }

  private static String number(String unit, double value) {
    return unit.equals("ns") ? Text.nanos(Math.round(value)) : Text.count(Math.round(value)) + "/s";
  }
}
