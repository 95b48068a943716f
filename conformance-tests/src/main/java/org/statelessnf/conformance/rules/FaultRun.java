package org.statelessnf.conformance.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.history.BackgroundLoad;
import org.statelessnf.conformance.history.Operation;
import org.statelessnf.conformance.history.RecordedRun;
import org.statelessnf.conformance.history.RegisterLoad;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.StateStore;

/** A recorded load during which something is done to the store. */
final class FaultRun {
  /** Time that an operation has under faults. */
  static final long TIMEOUT_MILLIS = 300;

  /** Time that the load runs before and after: enough for every key to change several times. */
  private static final long HEALTHY_MILLIS = 250;

  private static final int CLIENTS = 3;

  /** What is done to the store. */
  @FunctionalInterface
  interface Script {
    void run() throws IOException;
  }

  private final Kit kit;
  private final RecordedRun run;
  private final List<Operation> before = new ArrayList<>();

  FaultRun(Kit kit) {
    this.kit = kit;
    // Many keys, so that few operations of unknown outcome meet on one.
    this.run =
        new RecordedRun(
            kit,
            new RegisterLoad.Plan(
                64,
                200_000,
                4,
                TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS),
                TimeUnit.MICROSECONDS.toNanos(500)));
  }

  /** Runs the load and the script, then waits until the same sessions are served again. */
  void run(StateStore on, Script script) throws IOException {
    try (BackgroundLoad load = run.start(CLIENTS, on)) {
      load.awaitService();
      Kit.sleep(HEALTHY_MILLIS);
      script.run();
      long over = System.nanoTime();
      load.awaitService();
      kit.report("served again ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over));
      Kit.sleep(HEALTHY_MILLIS);
      run.stop(load);
    }
    run.requireDeadlines();
  }

  /** Nothing acknowledged was lost, nothing happened that was said not to have. */
  void requireNothingLost() {
    run.readAll(kit.client());
    run.requireLinearizable();
  }

  /**
   * What the store may lose was lost, but until then all was well, and no version came back.
   *
   * @param lostAt when
   */
  void requireNothingReused(long lostAt) {
    for (Operation operation : run.history()) {
      if (operation.invoke() < lostAt) {
        before.add(operation.complete() < lostAt ? operation : operation.asPending());
      }
    }
    run.requireUniqueVersions();
    RecordedRun.requireLinearizable(kit, before);
  }

  /** Milliseconds to wait within a script. */
  static void pause(long millis) {
    Kit.sleep(millis);
  }
}
