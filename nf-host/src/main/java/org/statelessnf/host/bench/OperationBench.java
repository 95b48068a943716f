package org.statelessnf.host.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.bench.load.BenchTables;
import org.statelessnf.host.bench.load.Clock;
import org.statelessnf.host.bench.load.Failures;
import org.statelessnf.host.bench.load.LoadLoop;
import org.statelessnf.host.bench.load.LoadResult;
import org.statelessnf.host.bench.load.Operation;
import org.statelessnf.host.bench.load.Workload;
import org.statelessnf.host.bench.load.Workloads;
import org.statelessnf.host.bench.report.Distribution;
import org.statelessnf.host.bench.report.Statistics;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;
import org.statelessnf.host.bench.report.StoreReport.ThroughputReport;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreUnavailableException;

/** Measures one operation of one store, round by round. One thread only, that of the session. */
final class OperationBench {
  private static final int IN_FLIGHT = 8;
  private static final double LEAST_RATE = 1;
  private static final long WARM_UP_NANOS = 60_000_000;

  private final Operation operation;
  private final StateStore store;
  private final BenchPlan plan;
  private final @Nullable Feature missing;
  private final List<Depth> depths = new ArrayList<>();
  private final Histogram latency = LoadLoop.histogram();
  private final Histogram service = LoadLoop.histogram();
  private final List<Double> p50 = new ArrayList<>();
  private final List<Double> p99 = new ArrayList<>();
  private final Failures failures = new Failures();
  private double pace;
  private long unstarted;

  OperationBench(Operation operation, BenchTables tables, BenchPlan plan) {
    this.operation = operation;
    this.store = tables.store();
    this.plan = plan;
    this.missing = operation.missing(store.capabilities());
    if (missing == null) {
      int most = Math.min(IN_FLIGHT, store.capabilities().maxInFlight());
      for (int lanes : IntStream.of(1, most).distinct().toArray()) {
        Workload workload = Workloads.of(operation, tables, lanes);
        LoadLoop loop = new LoadLoop(tables.session(), workload, lanes, Clock.SYSTEM);
        depths.add(new Depth(lanes, loop, new ArrayList<>()));
      }
    }
  }

  /**
   * So many requests in flight.
   *
   * @param rates slots per second of each round
   */
  private record Depth(int lanes, LoadLoop loop, List<Double> rates) {}

  String name() {
    return operation.name();
  }

  /** Has code compiled, and finds the pace of the open loop. */
  void warmUp() {
    if (missing != null) {
      return;
    }
    long nanos = Math.max(slice(), WARM_UP_NANOS);
    depths.forEach(depth -> check(depth.loop.closed(nanos)));
    double alone = check(depths.getFirst().loop.closed(nanos)).requestsPerSecond();
    pace = plan.rate() > 0 ? plan.rate() : Math.max(LEAST_RATE, alone * plan.load());
  }

  /** One round. */
  void measure() {
    if (missing != null) {
      return;
    }
    LoadResult open = check(depths.getLast().loop.open(pace, slice()));
    latency.add(open.latency());
    service.add(open.service());
    p50.add((double) open.latency().getValueAtPercentile(50));
    p99.add((double) open.latency().getValueAtPercentile(99));
    unstarted += open.unstarted();
    failures.add(open.failures());
    for (Depth depth : depths) {
      LoadResult closed = check(depth.loop.closed(slice() / depths.size()));
      depth.rates.add(closed.slotsPerSecond());
      failures.add(closed.failures());
    }
  }

  /** Half of a round's time: one for the open loop, one for the closed ones. */
  private long slice() {
    return Math.max(1, plan.nanosPerMeasurement() / plan.rounds() / 2);
  }

  private LoadResult check(LoadResult result) {
    Map<String, Long> failed = result.failures().byOutcome();
    boolean answered = result.slots() > 0 || failed.isEmpty();
    if (!answered
        && (failed.containsKey(Outcome.UNAVAILABLE.name())
            || failed.containsKey(Outcome.UNKNOWN.name()))) {
      throw new StoreUnavailableException(
          store.uri() + ": no answer to " + operation.name() + " " + failed);
    }
    return result;
  }

  OperationReport report() {
    if (missing != null) {
      return new OperationReport(
          name(), operation.batch(), missing.name(), null, List.of(), Map.of());
    }
    List<ThroughputReport> throughput = new ArrayList<>();
    for (Depth depth : depths) {
      double median = Statistics.median(depth.rates);
      throughput.add(new ThroughputReport(depth.lanes, median, depth.rates));
    }
    return new OperationReport(
        name(),
        operation.batch(),
        null,
        new LatencyReport(
            pace,
            depths.getLast().lanes,
            unstarted,
            Distribution.of(latency),
            Distribution.of(service),
            p50,
            p99),
        throughput,
        failures.byOutcome());
  }
}
