package org.statelessnf.host.bench;

import java.util.ArrayList;
import java.util.List;
import org.statelessnf.host.bench.nf.BenchFunction;
import org.statelessnf.host.bench.nf.FunctionBench;
import org.statelessnf.host.bench.report.FunctionReport;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * Measures the network functions: the loop without state, the baseline with its state in its own
 * process, and each store, which take turns at every round. One thread only.
 */
final class FunctionRun {
  private static final String BASELINE = "baseline, in-process";
  private static final double PACE_SHARE = 0.4;
  private static final double PACED_SECONDS = 2;

  private final BenchPlan plan;
  private final List<StoreBench> stores;

  FunctionRun(BenchPlan plan, List<StoreBench> stores) {
    this.plan = plan;
    this.stores = stores;
  }

  /** How many steps it takes. */
  int steps() {
    return plan.functions().size() * (stores.size() + 2) * (2 + plan.rounds());
  }

  /**
   * All of them.
   *
   * @param listener told how it goes
   * @param before steps done before
   */
  List<FunctionReport> run(BenchListener listener, int before) throws InterruptedException {
    int done = before;
    List<FunctionReport> reports = new ArrayList<>();
    for (BenchFunction function : plan.functions()) {
      listener.part("network function " + function.id());
      try (StateStore baseline = Stores.open("caffeine:")) {
        List<FunctionBench> benches = new ArrayList<>();
        benches.add(new FunctionBench(function, FunctionBench.LOOP, null));
        benches.add(new FunctionBench(function, BASELINE, baseline));
        for (StoreBench store : stores) {
          benches.add(new FunctionBench(function, store.label(), store.store()));
        }
        for (int round = 0; round <= plan.rounds(); round++) {
          for (FunctionBench bench : benches) {
            listener.step(bench.name(), done++);
            bench.measure(plan.packets(), round, plan.seed() + round);
          }
        }
        double pace = pace(benches);
        int packets = (int) Math.clamp(pace * PACED_SECONDS, 1, plan.packets());
        for (FunctionBench bench : benches) {
          listener.step(bench.name() + ", round trip", done++);
          int unused = 2 * (plan.rounds() + 1) * plan.packets() / FunctionBench.SHORT_FLOW;
          bench.roundTrip(pace, packets, unused, plan.seed());
        }
        benches.forEach(bench -> reports.add(bench.report()));
      }
    }
    return reports;
  }

  /** The same for all, and less than what the slowest does. */
  private double pace(List<FunctionBench> benches) {
    double slowest =
        benches.stream().mapToDouble(FunctionBench::shortFlowsPerSecond).min().orElseThrow();
    return Math.max(1, Math.min(plan.packetRate(), PACE_SHARE * slowest));
  }
}
