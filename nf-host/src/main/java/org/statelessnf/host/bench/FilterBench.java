package org.statelessnf.host.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.bench.load.BenchTables;
import org.statelessnf.host.bench.load.Clock;
import org.statelessnf.host.bench.load.LoadLoop;
import org.statelessnf.host.bench.load.Lookups;
import org.statelessnf.host.bench.report.FilterReport;
import org.statelessnf.host.bench.report.FilterReport.Rate;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;

/**
 * Measures what asking the Bloom filter before the read wins for unknown keys, and what it costs
 * for known ones. One thread only, that of the session.
 */
final class FilterBench {
  private static final int IN_FLIGHT = 8;
  private static final int BATCH = 100;

  private final BenchPlan plan;
  private final int lanes;
  private final List<Way> ways = new ArrayList<>();

  /** Known or unknown keys, filtered or not. */
  private record Way(Lookups lookups, LoadLoop loop, List<Double> rates) {}

  FilterBench(BenchTables tables, BenchPlan plan) {
    this.plan = plan;
    Capabilities declared = tables.store().capabilities();
    lanes = Math.min(IN_FLIGHT, declared.maxInFlight());
    if (declared.has(Feature.FILTER)) {
      for (boolean known : new boolean[] {false, true}) {
        for (boolean filtered : new boolean[] {false, true}) {
          Lookups lookups = new Lookups(tables, lanes, BATCH, known, filtered);
          LoadLoop loop = new LoadLoop(tables.session(), lookups, lanes, Clock.SYSTEM);
          ways.add(new Way(lookups, loop, new ArrayList<>()));
        }
      }
    }
  }

  /**
   * All ways, one after the other.
   *
   * @param round 0 to warm up, without effect on the report
   */
  void measure(int round) {
    long nanos = Math.max(1, plan.nanosPerMeasurement() / plan.rounds() / 2);
    for (Way way : ways) {
      double rate = way.loop.closed(nanos).slotsPerSecond();
      if (round > 0) {
        way.rates.add(rate);
      }
    }
  }

  /** What was found; null if the store has no filter. */
  @Nullable FilterReport report() {
    if (ways.isEmpty()) {
      return null;
    }
    List<Rate> rates = ways.stream().map(way -> Rate.of(way.rates)).toList();
    return new FilterReport(
        BATCH,
        lanes,
        rates.get(0),
        rates.get(1),
        rates.get(2),
        rates.get(3),
        ways.get(1).lookups.perhapsShare());
  }
}
