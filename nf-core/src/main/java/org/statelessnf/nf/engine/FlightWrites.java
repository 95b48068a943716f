package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.nf.DropReason;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Writes what a round changed, of the groups that are {@link Groups#COMMITTING}: timers and claims
 * in the first step, the located records in the second.
 */
final class FlightWrites {
  private static final long HALF_MILLI_NANOS = 500_000;

  private final Flight flight;
  private final StoreBinding store;
  private final PipeMetrics metrics;
  private final long timeoutNanos;
  private final TimerBatch timers;
  private final WriteBatch claims;
  private final WriteBatch writes;

  /** When the timers were armed, and how soon the first of them is due. */
  private long armedNanos;

  private long soonestMillis;

  FlightWrites(
      Flight flight, StoreBinding store, PipeMetrics metrics, long timeoutNanos, int slots) {
    this.flight = flight;
    this.store = store;
    this.metrics = metrics;
    this.timeoutNanos = timeoutNanos;
    StoreSession session = store.session();
    this.timers = session.newTimerBatch(slots);
    this.claims = session.newWriteBatch(slots);
    this.writes = session.newWriteBatch(slots);
  }

  /** The first step: timers and claims. */
  void arm() {
    timers.clear();
    claims.clear();
    armedNanos = System.nanoTime();
    soonestMillis = Long.MAX_VALUE;
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (flight.groupState(record) == Groups.COMMITTING) {
        if (record.timerDelayMillis >= 0) {
          schedule(record);
        }
        if (record.claim && record.dirty) {
          record.slot = addWrite(claims, record);
        }
      }
    }
  }

  /** Whether the first step is answered; sends it if it was not. */
  boolean isArmed() {
    boolean timersReady = store.isDone(timers, timeoutNanos);
    return store.isDone(claims, timeoutNanos) && timersReady;
  }

  void takeArmed() {
    takeTimers();
    take(claims);
  }

  /** The second step: the records. */
  void write() {
    writes.clear();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.dirty && !record.written && flight.groupState(record) == Groups.COMMITTING) {
        record.slot = addWrite(writes, record);
      }
    }
  }

  /** Whether the second step is answered; sends it if it was not. */
  boolean isWritten() {
    return store.isDone(writes, timeoutNanos);
  }

  void takeWritten() {
    take(writes);
  }

  /**
   * Whether it took so long to write the records that a timer may have come before its record,
   * found none, and gone: half of the first one's time.
   */
  boolean isLate() {
    return timers.size() > 0
        && (System.nanoTime() - armedNanos) / HALF_MILLI_NANOS >= soonestMillis;
  }

  /** Arms the timers of the records that were written once more. */
  void armAgain() {
    timers.clear();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.written && record.timerDelayMillis >= 0) {
        schedule(record);
      }
    }
  }

  /** Whether that is answered; sends it if it was not. */
  boolean isArmedAgain() {
    return store.isDone(timers, timeoutNanos);
  }

  /** What is written stays, whatever became of its second timer. */
  void takeArmedAgain() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.timerSlot != Staged.NO_SLOT) {
        Outcome outcome = timers.outcome(record.timerSlot);
        record.timerSlot = Staged.NO_SLOT;
        if (outcome != Outcome.OK) {
          metrics.storeFailed(outcome);
        }
      }
    }
  }

  private void schedule(Staged record) {
    soonestMillis = Math.min(soonestMillis, record.timerDelayMillis);
    int length = 1 + record.keyLength;
    long at = flight.scratch.allocate(length);
    MemorySegment memory = flight.scratch.memory();
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) record.table.index());
    MemorySegment.copy(memory, record.keyOffset, memory, at + 1, record.keyLength);
    record.timerSlot =
        timers.schedule(
            store.timerQueue(),
            memory,
            at,
            length,
            record.timerDelayMillis,
            MemorySegment.NULL,
            0,
            0);
  }

  private int addWrite(WriteBatch batch, Staged record) {
    MemorySegment scratch = flight.scratch.memory();
    if (record.exists()) {
      return batch.putIfVersion(
          store.table(record.table),
          scratch,
          record.keyOffset,
          record.keyLength,
          scratch,
          record.offset(),
          record.length(),
          record.baseVersion);
    }
    return batch.removeIfVersion(
        store.table(record.table), scratch, record.keyOffset, record.keyLength, record.baseVersion);
  }

  private void takeTimers() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.timerSlot == Staged.NO_SLOT) {
        continue;
      }
      Outcome outcome = timers.outcome(record.timerSlot);
      record.timerSlot = Staged.NO_SLOT;
      if (outcome == Outcome.UNKNOWN) {
        flight.group().raise(record.item, Groups.STALE); // arming twice does no harm
      } else if (outcome != Outcome.OK) {
        metrics.storeFailed(outcome);
        flight.group().fail(record.item, reason(outcome));
      }
    }
  }

  private void take(WriteBatch batch) {
    RecordIndex records = flight.records;
    int done = 0;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int slot = record.slot;
      if (slot == Staged.NO_SLOT) {
        continue;
      }
      record.slot = Staged.NO_SLOT;
      Outcome outcome = batch.outcome(slot);
      switch (outcome) {
        case OK -> {
          written(record, batch.version(slot));
          done++;
        }
        case MISMATCH, ABSENT -> { // absent: somebody else has removed it, and acted on that
          metrics.conflict();
          flight.group().raise(record.item, Groups.STALE);
        }
        case UNKNOWN -> {
          metrics.storeFailed(outcome);
          record.unknown = true;
          flight.group().raise(record.item, Groups.STALE);
        }
        default -> {
          metrics.storeFailed(outcome);
          flight.group().fail(record.item, reason(outcome));
        }
      }
    }
    metrics.writes(done);
  }

  /** Notes that a record is at the store as the step wanted it. */
  void written(Staged record, long version) {
    record.written = true;
    record.writtenVersion = version;
    if (record.exists() && !record.baseExists()) {
      metrics.created(record.table);
    }
  }

  /** Why packets are dropped that the store refused. */
  static DropReason reason(Outcome outcome) {
    return switch (outcome) {
      case FULL -> DropReason.STORE_FULL;
      case UNAVAILABLE, UNKNOWN -> DropReason.STORE_UNAVAILABLE;
      default -> DropReason.STORE_REFUSED;
    };
  }
}
