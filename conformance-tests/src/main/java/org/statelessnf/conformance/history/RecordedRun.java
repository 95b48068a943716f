package org.statelessnf.conformance.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;

/** A run of {@link RegisterLoad}s in threads and processes, and what its history must satisfy. */
public final class RecordedRun {
  /** Clients of processes are numbered from here. */
  private static final int FIRST_REMOTE_CLIENT = 100;

  private static final int READER = 99;

  private final Kit kit;
  private final String tableName;
  private final RegisterLoad.Plan plan;
  private final List<Operation> history = Collections.synchronizedList(new ArrayList<>());

  /**
   * Prepares a run on a table of its own.
   *
   * @param kit the test's
   * @param plan what each client does
   */
  public RecordedRun(Kit kit, RegisterLoad.Plan plan) {
    this.kit = kit;
    this.tableName = kit.name("history");
    this.plan = plan;
    kit.table(RegisterLoad.spec(tableName));
  }

  /**
   * Runs clients in threads of this process, to their end.
   *
   * @param threads how many
   * @param on the handle they use
   * @param stop ends them early
   */
  public void runThreads(int threads, StateStore on, BooleanSupplier stop) {
    Table table = on.table(RegisterLoad.spec(tableName));
    kit.parallel(
        threads,
        on,
        (index, client) -> {
          try (HistoryLog log = HistoryLog.inMemory(index, plan.operations() + plan.maxBatch())) {
            try {
              new RegisterLoad(client.session(), table, log, plan, index, kit.random(index))
                  .run(stop);
            } finally {
              history.addAll(log.operations());
            }
          }
        });
  }

  /**
   * Starts processes that wait for "go".
   *
   * @param workers the test's
   * @param processes how many
   * @param threads clients of each
   * @param directory where they record
   */
  public List<Worker> startProcesses(Workers workers, int processes, int threads, Path directory)
      throws IOException {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("threads", Integer.toString(threads));
    arguments.put("table", tableName);
    arguments.put("keys", Integer.toString(plan.keys()));
    arguments.put("operations", Integer.toString(plan.operations()));
    arguments.put("maxBatch", Integer.toString(plan.maxBatch()));
    arguments.put(
        "timeoutMillis", Long.toString(TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos())));
    arguments.put("pauseMicros", Long.toString(TimeUnit.NANOSECONDS.toMicros(plan.pauseNanos())));
    arguments.put("seed", Long.toString(kit.seed()));
    arguments.put("firstClient", Integer.toString(FIRST_REMOTE_CLIENT));
    arguments.put("directory", directory.toString());
    List<Worker> started = workers.start(processes, RegisterLoadTask.class, arguments);
    for (Worker worker : started) {
      worker.awaitReady();
    }
    return started;
  }

  /**
   * Adds what processes recorded.
   *
   * @param directory as for {@link #startProcesses}
   */
  public void collect(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        history.addAll(HistoryLog.read(file));
      }
    }
  }

  /**
   * Reads every key once more and records that: whatever was acknowledged and is lost shows.
   *
   * @param client of the same store
   */
  public void readAll(Client client) {
    Table table = client.session().store().table(RegisterLoad.spec(tableName));
    try (HistoryLog log = HistoryLog.inMemory(READER, plan.keys())) {
      RegisterLoad.readAll(client.session(), table, log, plan.keys());
      history.addAll(log.operations());
    }
  }

  /** Everything recorded so far. */
  public Collection<Operation> history() {
    synchronized (history) {
      return List.copyOf(history);
    }
  }

  /**
   * Starts clients that run until {@link #stop}.
   *
   * @param clients how many
   * @param on the handle they use
   */
  public BackgroundLoad start(int clients, StateStore on) {
    Table table = on.table(RegisterLoad.spec(tableName));
    return new BackgroundLoad(clients, on, table, plan, kit::random);
  }

  /**
   * Ends clients and takes their history.
   *
   * @param load from {@link #start}
   */
  public void stop(BackgroundLoad load) {
    history.addAll(load.stop());
  }

  /** Fails if a version was given to two writes of one key. */
  public void requireUniqueVersions() {
    Verdict verdict = LinearizabilityChecker.checkVersions(history());
    if (verdict.isRejected()) {
      throw new AssertionFailedError(verdict.toString());
    }
  }

  /** Fails unless the history is linearizable. */
  public void requireLinearizable() {
    requireLinearizable(kit, history());
  }

  /**
   * Fails unless a history is linearizable.
   *
   * @param kit the test's
   * @param history all or part of what was recorded
   */
  public static void requireLinearizable(Kit kit, Collection<Operation> history) {
    long unknown = history.stream().filter(Operation::isUnknown).count();
    kit.report("operations", history.size());
    kit.report("unknown outcomes", unknown);
    Verdict verdict = LinearizabilityChecker.check(history);
    if (verdict.isRejected()) {
      throw new AssertionFailedError(verdict.toString());
    }
    if (verdict.kind() == Verdict.Kind.UNDECIDED) {
      throw kit.skip(
          "undecided: %d of %d operations had an unknown outcome"
              .formatted(unknown, history.size()));
    }
  }

  /** Fails if an operation failed: for runs in which nothing hurts the store. */
  public void requireAnswers() {
    long writes = 0;
    for (Operation operation : history()) {
      Outcome outcome = operation.outcome();
      boolean answered =
          outcome == Outcome.OK || outcome == Outcome.ABSENT || outcome == Outcome.MISMATCH;
      if (!answered) {
        throw new AssertionFailedError("no answer: " + operation.toString(operation.invoke()));
      }
      writes += operation.changed() && operation.op() != Op.INCREMENT ? 1 : 0;
    }
    if (writes == 0) {
      throw new AssertionFailedError("no conditional or plain write succeeded in the whole run");
    }
  }

  /** Fails if an operation took longer than it had, by more than the slack. */
  public void requireDeadlines() {
    long longest = 0;
    for (Operation operation : history()) {
      if (operation.complete() != Operation.NEVER) {
        longest = Math.max(longest, operation.complete() - operation.invoke());
      }
    }
    kit.report("longest operation ms", TimeUnit.NANOSECONDS.toMillis(longest));
    long allowed = plan.timeoutNanos() + kit.options().deadlineSlack().toNanos();
    if (longest > allowed) {
      throw new AssertionFailedError(
          "an operation took %d ms, it had %d ms"
              .formatted(
                  TimeUnit.NANOSECONDS.toMillis(longest),
                  TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos())));
    }
  }
}
