package org.statelessnf.host.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.statelessnf.host.HostFacts;
import org.statelessnf.host.bench.load.Keys;
import org.statelessnf.host.bench.load.Operation;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Runs a benchmark, on the calling thread.
 *
 * <p>Stores take turns at each operation, and operations at each round: what slows the machine down
 * for a while slows all stores alike, and is seen as one round that differs from the others.
 */
public final class BenchRun implements AutoCloseable {
  private final BenchPlan plan;
  private final BenchListener listener;
  private final String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final List<StoreBench> stores = new ArrayList<>();
  private int done;

  /**
   * Opens the stores.
   *
   * @param plan what to do
   * @param listener told how it goes
   * @throws StoreUnavailableException if a store cannot be reached
   */
  public BenchRun(BenchPlan plan, BenchListener listener) {
    this.plan = plan;
    this.listener = listener;
    try {
      for (String uri : plan.stores()) {
        stores.add(StoreBench.open(uri, stores.size() + 1, plan));
      }
    } catch (RuntimeException e) {
      try {
        close();
      } catch (RuntimeException further) {
        e.addSuppressed(further);
      }
      throw e;
    }
  }

  /**
   * Measures.
   *
   * @throws StoreUnavailableException if a store answers no more
   * @throws InterruptedException if the caller is interrupted
   */
  public BenchReport run() throws InterruptedException {
    int operations = Operation.all().size();
    FunctionRun functions = new FunctionRun(plan, stores);
    String names = stores.stream().map(StoreBench::header).collect(Collectors.joining(", "));
    listener.started(
        "snf bench: %s, seed %d".formatted(names, plan.seed()),
        stores.size() * (1 + (operations + 1) * (1 + plan.rounds())) + functions.steps());
    listener.part("writing %,d records into each store".formatted(plan.keys()));
    for (StoreBench store : stores) {
      listener.step(store.label(), done++);
      store.fill();
    }
    for (int round = 0; round <= plan.rounds(); round++) {
      listener.part(round == 0 ? "warm-up" : "round " + round + " of " + plan.rounds());
      for (int i = 0; i < operations; i++) {
        for (StoreBench store : stores) {
          OperationBench operation = store.operations().get(i);
          listener.step(store.label() + " " + operation.name(), done++);
          if (round == 0) {
            operation.warmUp();
          } else {
            operation.measure();
          }
        }
      }
      for (StoreBench store : stores) {
        listener.step(store.label() + " Bloom filter", done++);
        store.filter().measure(round);
      }
    }
    List<StoreReport> reports = stores.stream().map(StoreBench::report).toList();
    return new BenchReport(BenchReport.FORMAT, setting(), reports, functions.run(listener, done));
  }

  private BenchReport.Setting setting() {
    return new BenchReport.Setting(
        plan.command(),
        plan.seed(),
        time,
        HostFacts.host(),
        HostFacts.jvm(),
        HostFacts.version(),
        plan.nanosPerMeasurement(),
        plan.rounds(),
        plan.keys(),
        Keys.KEY_BYTES,
        Keys.VALUE_BYTES,
        plan.rate() > 0 ? 0 : plan.load(),
        plan.packets());
  }

  /** Takes everything out of the stores and closes them, all of them whatever one of them says. */
  @Override
  public void close() {
    RuntimeException first = null;
    for (StoreBench store : stores) {
      try {
        store.close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    stores.clear();
    if (first != null) {
      throw first;
    }
  }
}
