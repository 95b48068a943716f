package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/**
 * What no packet has to wait for: increments, summed up by counter, and the completion of timers.
 * One request of each kind is under way at a time; what comes meanwhile gathers for the next.
 */
final class Aftermath {
  private static final int SLOTS = 256;

  private final StoreBinding store;
  private final StoreSession session;
  private final PipeMetrics metrics;
  private final long timeoutNanos;
  private final WriteBatch increments;
  private final TimerBatch completes;
  private Sums gathering;
  private Sums flying;
  private final ScratchMemory timerIds = new ScratchMemory(SLOTS * 64L);
  private final long[] timerId = new long[SLOTS];
  private final int[] timerIdLength = new int[SLOTS];
  private final long[] timerFence = new long[SLOTS];
  private int timers;

  /** Sums of increments by key. */
  private static final class Sums {
    final ScratchMemory keys = new ScratchMemory(SLOTS * 64L);
    final RecordIndex index;
    long[] sum = new long[SLOTS];

    Sums(StateTable anyTable) {
      this.index = new RecordIndex(keys, anyTable, SLOTS);
    }

    void add(StateTable table, MemorySegment key, long offset, int length, long delta) {
      int hash = KeyHash.of(table.index(), key, offset, length);
      int at = index.find(table, key, offset, length, hash);
      if (at < 0) {
        long copy = keys.allocate(length);
        MemorySegment.copy(key, offset, keys.memory(), copy, length);
        at = index.add(table, copy, length, hash);
        if (at == sum.length) {
          sum = Arrays.copyOf(sum, 2 * at);
        }
        sum[at] = 0;
      }
      sum[at] += delta;
    }

    void clear() {
      index.clear();
      keys.clear();
    }
  }

  Aftermath(StoreBinding store, StateTable anyTable, PipeConfig config, PipeMetrics metrics) {
    this.store = store;
    this.session = store.session();
    this.metrics = metrics;
    this.timeoutNanos = config.storeTimeout().toNanos();
    this.increments = session.newWriteBatch(SLOTS);
    this.completes = session.newTimerBatch(SLOTS);
    this.gathering = new Sums(anyTable);
    this.flying = new Sums(anyTable);
  }

  /** Takes over a settled batch's increments and finished timers. */
  void add(Flight flight) {
    MemorySegment memory = flight.scratch.memory();
    Flight.Counts counts = flight.counts;
    for (int i = 0; i < counts.size(); i++) {
      int item = counts.item(i);
      if (item == Flight.Counts.COMMITTED || (item >= 0 && !flight.isFailed(item))) {
        gathering.add(
            counts.table(i), memory, counts.keyOffset(i), counts.keyLength(i), counts.delta(i));
      }
    }
    for (int i = flight.packets(); i < flight.items(); i++) {
      Item item = flight.item(i);
      // A timer whose step failed is left to its lease; one that was armed again is superseded.
      if (!item.timerRearmed && !flight.isFailed(i) && timers < SLOTS) {
        int length = 1 + item.keyLength();
        long at = timerIds.allocate(length);
        MemorySegment ids = timerIds.memory();
        ids.set(ValueLayout.JAVA_BYTE, at, (byte) item.table().index());
        MemorySegment.copy(memory, item.keyOffset(), ids, at + 1, item.keyLength());
        timerId[timers] = at;
        timerIdLength[timers] = length;
        timerFence[timers++] = item.timerFence;
      }
    }
  }

  boolean isIdle() {
    return gathering.index.size() == 0
        && timers == 0
        && flying.index.size() == 0
        && !increments.isInFlight()
        && !completes.isInFlight();
  }

  /** Makes progress without blocking. */
  void advance() {
    if (!increments.isInFlight()) {
      takeIncrements();
      if (flying.index.size() == 0 && gathering.index.size() > 0) {
        Sums next = gathering;
        gathering = flying;
        flying = next;
        buildIncrements();
      }
      if (increments.size() > 0 && !increments.isDone()) {
        session.submit(increments, timeoutNanos);
      }
    }
    if (!completes.isInFlight()) {
      if (completes.isDone()) {
        completes.clear(); // one that failed is delivered again, and finds nothing to do
      }
      if (timers > 0 && completes.size() == 0) {
        buildCompletes();
      }
      if (completes.size() > 0) {
        session.submit(completes, timeoutNanos);
      }
    }
  }

  private void buildIncrements() {
    increments.clear();
    MemorySegment keys = flying.keys.memory();
    int count = Math.min(SLOTS, flying.index.size());
    for (int i = 0; i < count; i++) {
      Staged counter = flying.index.get(i);
      increments.increment(
          store.table(counter.table), keys, counter.keyOffset, counter.keyLength, flying.sum[i]);
    }
    for (int i = count; i < flying.index.size(); i++) {
      Staged counter = flying.index.get(i);
      gathering.add(counter.table, keys, counter.keyOffset, counter.keyLength, flying.sum[i]);
    }
  }

  private void takeIncrements() {
    if (!increments.isDone()) {
      return;
    }
    MemorySegment keys = flying.keys.memory();
    for (int i = 0; i < increments.size(); i++) {
      Outcome outcome = increments.outcome(i);
      if (outcome == Outcome.UNAVAILABLE) {
        Staged counter = flying.index.get(i);
        gathering.add(counter.table, keys, counter.keyOffset, counter.keyLength, flying.sum[i]);
      } else if (outcome != Outcome.OK) {
        metrics.storeFailed(outcome); // perhaps counted: counting again would be worse
      }
    }
    metrics.writes(increments.size());
    increments.clear();
    flying.clear();
  }

  private void buildCompletes() {
    MemorySegment ids = timerIds.memory();
    for (int i = 0; i < timers; i++) {
      completes.complete(store.timerQueue(), ids, timerId[i], timerIdLength[i], timerFence[i]);
    }
    timers = 0;
    timerIds.clear();
  }

  void close() {
    gathering.keys.close();
    flying.keys.close();
    timerIds.close();
  }
}
