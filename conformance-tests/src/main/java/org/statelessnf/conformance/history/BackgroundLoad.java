package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;

/** {@link RegisterLoad}s that run while the test does something to the store. */
public final class BackgroundLoad implements AutoCloseable {
  private static final long JOIN_MILLIS = 60_000;

  private final List<RegisterLoad> loads = new ArrayList<>();
  private final List<HistoryLog> logs = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  /**
   * Starts clients.
   *
   * @param count how many
   * @param store the handle they use
   * @param table on that handle
   * @param plan what each does
   * @param random what their choices follow from
   */
  BackgroundLoad(
      int count,
      StateStore store,
      Table table,
      RegisterLoad.Plan plan,
      IntFunction<Random> random) {
    for (int i = 0; i < count; i++) {
      HistoryLog log = HistoryLog.inMemory(i, plan.operations() + plan.maxBatch());
      Client client = new Client(store);
      RegisterLoad load = new RegisterLoad(client.session(), table, log, plan, i, random.apply(i));
      logs.add(log);
      loads.add(load);
      Thread thread =
          new Thread(
              () -> {
                try (client) {
                  load.run(() -> stopped);
                } catch (Throwable e) {
                  failure = e;
                }
              },
              "kit-load-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * Waits until every client has had an operation answered that it invoked after now: the store
   * serves the same sessions again.
   */
  public void awaitService() {
    long from = System.nanoTime();
    long end = from + TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS);
    for (RegisterLoad load : loads) {
      while (load.lastServed() - from <= 0) {
        requireAlive(load);
        if (System.nanoTime() - end > 0) {
          throw new AssertionError(
              "client %d was not served for %d s after the fault was over"
                  .formatted(loads.indexOf(load), JOIN_MILLIS / 1000));
        }
        Kit.sleep(5);
      }
    }
  }

  /** Ends the clients and takes their history. */
  List<Operation> stop() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join(JOIN_MILLIS);
        if (thread.isAlive()) {
          AssertionError hang = new AssertionError(thread.getName() + " does not end; it is at");
          hang.setStackTrace(thread.getStackTrace());
          throw hang;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: the hang guard ended the test", e);
    }
    requireNoFailure();
    List<Operation> history = new ArrayList<>();
    for (HistoryLog log : logs) {
      history.addAll(log.operations());
      log.close();
    }
    logs.clear();
    return history;
  }

  /** Ends the clients, whatever became of them. */
  @Override
  public void close() {
    stopped = true;
  }

  private void requireAlive(RegisterLoad load) {
    requireNoFailure();
    if (!threads.get(loads.indexOf(load)).isAlive()) {
      throw new IllegalStateException(
          "a client ended before the fault was over: give it more to do");
    }
  }

  private void requireNoFailure() {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError("a client failed: " + thrown, thrown);
    }
  }
}
