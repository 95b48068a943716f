package org.statelessnf.host.bench.load;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.WriteBatch;

/**
 * What a benchmark keeps in a store: records, counters, a filter, timers. Filled before the clock
 * runs and taken away afterwards. One thread only, that of the session.
 */
public final class BenchTables {
  /** Timers that are due, for claims. */
  static final int DUE_TIMERS = 4_096;

  static final int COUNTER_BYTES = 8;

  private static final int AT_ONCE = 256;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30); // for a cold server
  private static final double FALSE_POSITIVES = 0.01;

  private final StateStore store;
  private final StoreSession session;
  private final Keys keys;
  private final WriteBatch writes;
  private final Table records;
  private final Table counters;
  private final @Nullable BloomFilter filter;
  private final @Nullable TimerQueue pending;
  private final @Nullable TimerQueue due;
  private final long[] versions;

  /**
   * Opens them, creating them if need be.
   *
   * @param store what declares what can be done
   * @param session the calling thread's, of the store
   * @param keys what to work on
   * @throws StoreUnavailableException if the store does not answer
   */
  public BenchTables(StateStore store, StoreSession session, Keys keys) {
    this.session = session;
    this.keys = keys;
    this.store = store;
    writes = session.newWriteBatch(AT_ONCE);
    records = store.table(TableSpec.of("bench.records", Keys.KEY_BYTES, Keys.VALUE_BYTES));
    counters = store.table(TableSpec.of("bench.counters", Keys.KEY_BYTES, COUNTER_BYTES));
    boolean timers = store.capabilities().has(Feature.TIMERS);
    pending = timers ? store.timers(TimerSpec.of("bench.timers", Keys.KEY_BYTES, 0)) : null;
    due = timers ? store.timers(TimerSpec.of("bench.due", Keys.KEY_BYTES, 0)) : null;
    filter =
        store.capabilities().has(Feature.FILTER)
            ? store.filter(FilterSpec.of("bench.filter", keys.count(), FALSE_POSITIVES))
            : null;
    versions = new long[keys.count()];
  }

  /** The store that they are in. */
  public StateStore store() {
    return store;
  }

  /** The session that works on them. */
  public StoreSession session() {
    return session;
  }

  Keys keys() {
    return keys;
  }

  Table records() {
    return records;
  }

  Table counters() {
    return counters;
  }

  BloomFilter filter() {
    return present(filter);
  }

  TimerQueue pending() {
    return present(pending);
  }

  TimerQueue due() {
    return present(due);
  }

  /** Version last seen of each record. */
  @SuppressWarnings("MutableReturn") // the hot loop writes into it
  long[] versions() {
    return versions;
  }

  /**
   * Fills them.
   *
   * @throws StoreUnavailableException if the store does not answer
   */
  public void fill() {
    for (int i = 0; i < keys.count(); i++) {
      int length = Keys.VALUE_BYTES;
      writes.put(records, keys.memory(), keys.offset(i), Keys.KEY_BYTES, keys.value(), 0, length);
      if (writes.isFull() || i == keys.count() - 1) {
        session.execute(writes, PATIENCE_NANOS);
        int first = i + 1 - writes.size();
        for (int slot = 0; slot < writes.size(); slot++) {
          expect(writes.outcome(slot), "writing its first records");
          versions[first + slot] = writes.version(slot);
        }
        writes.clear();
      }
    }
    if (filter != null) {
      rotate(filter); // what an earlier benchmark left
      addAll(filter);
    }
    if (due != null) {
      eachTimer(
          DUE_TIMERS,
          (batch, at) ->
              batch.schedule(
                  due(), keys.memory(), at, Keys.KEY_BYTES, 0, MemorySegment.NULL, 0, 0));
    }
  }

  private void addAll(BloomFilter to) {
    FilterBatch batch = session.newFilterBatch(AT_ONCE);
    for (int i = 0; i < keys.count(); i++) {
      batch.add(to, keys.memory(), keys.offset(i), Keys.KEY_BYTES);
      if (batch.isFull() || i == keys.count() - 1) {
        session.execute(batch, PATIENCE_NANOS);
        for (int slot = 0; slot < batch.size(); slot++) {
          expect(batch.outcome(slot), "filling its filter");
        }
        batch.clear();
      }
    }
  }

  private void rotate(BloomFilter of) {
    FilterBatch batch = session.newFilterBatch(1);
    batch.rotate(of);
    session.execute(batch, PATIENCE_NANOS);
    expect(batch.outcome(0), "emptying its filter");
  }

  /**
   * Takes everything away again.
   *
   * @throws StoreUnavailableException if the store does not answer
   */
  public void remove() {
    for (Table table : new Table[] {records, counters}) {
      for (int i = 0; i < keys.count(); i++) {
        writes.remove(table, keys.memory(), keys.offset(i), Keys.KEY_BYTES);
        if (writes.isFull() || i == keys.count() - 1) {
          session.execute(writes, PATIENCE_NANOS);
          expect(writes.outcome(0), "removing its records");
          writes.clear();
        }
      }
    }
    if (filter != null) {
      rotate(filter);
    }
    for (TimerQueue queue : Arrays.asList(pending, due)) {
      if (queue != null) {
        int timers = queue == due ? DUE_TIMERS : keys.count();
        eachTimer(timers, (batch, at) -> batch.cancel(queue, keys.memory(), at, Keys.KEY_BYTES));
      }
    }
  }

  /** Adds an operation on a timer to a batch. */
  private interface TimerStep {
    int add(TimerBatch batch, long keyOffset);
  }

  private void eachTimer(int count, TimerStep step) {
    TimerBatch batch = session.newTimerBatch(AT_ONCE);
    int timers = Math.min(count, keys.count());
    for (int i = 0; i < timers; i++) {
      step.add(batch, keys.offset(i));
      if (batch.isFull() || i == timers - 1) {
        session.execute(batch, PATIENCE_NANOS);
        for (int slot = 0; slot < batch.size(); slot++) {
          expect(batch.outcome(slot), "setting its timers");
        }
        batch.clear();
      }
    }
  }

  private void expect(Outcome outcome, String doing) {
    switch (outcome) {
      case OK, ABSENT -> {}
      case UNAVAILABLE, UNKNOWN ->
          throw new StoreUnavailableException(
              store.uri() + ": no answer while " + doing + " (" + outcome + ")");
      default -> throw new IllegalStateException(store.uri() + ": " + outcome + " while " + doing);
    }
  }

  private <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(store.uri() + " does not declare it");
    }
    return part;
  }
}
