package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Executes timer operations on distinct ids of one queue, all of them abreast: reads the records
 * that must be known, writes them all, places the entries that are needed. Every slot goes through
 * the steps of {@link Step}, some of them more than once; the reasons are in {@link RecordTimers}.
 */
final class TimerUpdates {
  /** Most slots that are executed abreast. */
  static final int MAX_SLOTS = 128;

  /** Later than anybody will wait, and far from overflow. */
  private static final long END_OF_TIME = Long.MAX_VALUE / 4;

  /** What a slot needs next. */
  private enum Step {
    /** Its record must be read, to decide what to write. */
    READ,
    /** It is decided what to write. */
    WRITE,
    /** A write was not answered: the record must be read to see whether it was done. */
    DOUBT,
    /** The record is written, its entry must be placed. */
    PLACE,
    /** Answered. */
    DONE
  }

  private final InnerCalls calls;
  private final TimerIndex index;
  private final FenceVersions fenceVersions;
  private final TimerEntries entries = new TimerEntries();
  private final ReadBatch reads;
  private final WriteBatch writes;
  private final WriteBatch afterwards;
  private final MemorySegment value = MemorySegment.ofArray(new byte[TimerRecord.MAX_BYTES]);

  // By number of the operation within the run.
  private final Step[] steps = new Step[MAX_SLOTS];
  private final int[] where = new int[MAX_SLOTS]; // slot or entry of the present step, -1 for none
  private final int[] record = new int[MAX_SLOTS]; // slot of reads that holds it, -1 for none
  private final long[] version = new long[MAX_SLOTS]; // expected, once written the new one
  private final long[] deadline = new long[MAX_SLOTS];
  private final long[] stamp = new long[MAX_SLOTS];
  private final boolean[] doubted = new boolean[MAX_SLOTS];
  private final boolean[] needsEntry = new boolean[MAX_SLOTS];
  private final boolean[] fresh = new boolean[MAX_SLOTS];
  private final boolean[] confirms = new boolean[MAX_SLOTS];
  private int first;
  private int count;
  private int left;

  TimerUpdates(
      AbstractStoreSession session,
      InnerCalls calls,
      TimerIndex index,
      FenceVersions fenceVersions) {
    this.calls = calls;
    this.index = index;
    this.fenceVersions = fenceVersions;
    this.reads = session.newReadBatch(MAX_SLOTS);
    this.writes = session.newWriteBatch(MAX_SLOTS);
    this.afterwards = session.newWriteBatch(MAX_SLOTS);
  }

  /**
   * Answers the slots from {@code from} to {@code to - 1} that are pending.
   *
   * @param batch in flight
   * @param queue the queue of them all
   * @param from first slot
   * @param to slot after the last, at most {@link #MAX_SLOTS} further
   */
  void run(TimerBatch batch, RecordTimerQueue queue, int from, int to) {
    first = from;
    count = to - from;
    left = 0;
    long now = calls.nowMillis();
    for (int i = 0; i < count; i++) {
      steps[i] = Step.DONE;
      if (batch.outcome(from + i) == Outcome.PENDING) {
        left++;
        begin(batch, queue, i, now);
      }
    }
    int tries = 0;
    while (left > 0 && !calls.over()) {
      int before = left;
      read(batch, queue);
      write(batch, queue);
      place(batch, queue);
      tries = left < before ? 0 : tries + 1;
      if (tries > 1) {
        calls.pause(tries);
      }
    }
    for (int i = 0; i < count; i++) {
      if (steps[i] != Step.DONE) {
        boolean untouched = steps[i] == Step.READ || steps[i] == Step.WRITE;
        answer(batch, i, untouched && !doubted[i] ? Outcome.UNAVAILABLE : Outcome.UNKNOWN);
      }
    }
  }

  private void begin(TimerBatch batch, RecordTimerQueue queue, int i, long now) {
    int slot = first + i;
    Op op = batch.op(slot);
    record[i] = -1;
    version[i] = 0;
    doubted[i] = false;
    stamp[i] = calls.random().nextLong();
    steps[i] = Step.READ;
    switch (op) {
      // Most timers are new: try without reading.
      case SCHEDULE -> steps[i] = Step.WRITE;
      case COMPLETE -> {
        version[i] =
            fenceVersions.get(
                queue,
                batch.memory(),
                batch.keyOffset(slot),
                batch.keyLength(slot),
                batch.fence(slot));
        steps[i] = version[i] == 0 ? Step.READ : Step.WRITE;
      }
      default -> {}
    }
    if (op == Op.SCHEDULE || op == Op.RESCHEDULE || op == Op.REARM) {
      // The clock was cut to milliseconds: one more, so as not to be early by the fraction.
      deadline[i] = Math.min(now + 1 + Math.min(batch.delayMillis(slot), END_OF_TIME), END_OF_TIME);
    }
  }

  private void answer(TimerBatch batch, int i, Outcome outcome) {
    batch.resolve(first + i, outcome);
    steps[i] = Step.DONE;
    left--;
  }

  // --- reading ---

  private void read(TimerBatch batch, RecordTimerQueue queue) {
    reads.clear();
    for (int i = 0; i < count; i++) {
      record[i] = -1;
      if (steps[i] == Step.READ || steps[i] == Step.DOUBT) {
        int slot = first + i;
        record[i] =
            reads.add(queue.timers(), batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
      }
    }
    calls.run(reads);
    for (int i = 0; i < count; i++) {
      if (record[i] >= 0) {
        Outcome outcome = InnerCalls.outcome(reads, record[i]);
        if (InnerCalls.isAnswer(outcome)) {
          if (steps[i] == Step.READ) {
            decide(batch, i, outcome == Outcome.OK);
          } else {
            resolveDoubt(batch, i, outcome == Outcome.OK);
          }
        } else if (steps[i] == Step.READ && !doubted[i]) {
          answer(batch, i, outcome);
        }
      }
    }
  }

  private void decide(TimerBatch batch, int i, boolean exists) {
    Op op = batch.op(first + i);
    if (!exists && op != Op.SCHEDULE) {
      answer(batch, i, Outcome.ABSENT);
      return;
    }
    if (op == Op.COMPLETE || op == Op.REARM) {
      long at = reads.valueOffset(record[i]);
      if (!TimerRecord.isClaimed(reads.memory(), at)
          || TimerRecord.fence(reads.memory(), at) != batch.fence(first + i)) {
        answer(batch, i, Outcome.MISMATCH);
        return;
      }
    }
    version[i] = exists ? reads.version(record[i]) : 0;
    steps[i] = Step.WRITE;
  }

  /** Finds out what became of a write that was not answered. */
  private void resolveDoubt(TimerBatch batch, int i, boolean exists) {
    long now = exists ? reads.version(record[i]) : 0;
    if (exists
        && !isRemove(batch.op(first + i))
        && TimerRecord.stamp(reads.memory(), reads.valueOffset(record[i])) == stamp[i]) {
      isWritten(batch, i, now);
      return;
    }
    if (exists && now == version[i]) {
      // Not done, but it may yet be. Doing the same again does no harm: only one of the two can
      // meet this version.
      steps[i] = Step.WRITE;
    } else {
      // Not done, or done and overtaken since; or a remove, and another one may have been faster.
      answer(batch, i, Outcome.UNKNOWN);
    }
  }

  // --- writing ---

  private static boolean isRemove(Op op) {
    return op == Op.CANCEL || op == Op.COMPLETE;
  }

  private void write(TimerBatch batch, RecordTimerQueue queue) {
    writes.clear();
    for (int i = 0; i < count; i++) {
      where[i] = -1;
      if (steps[i] == Step.WRITE) {
        int slot = first + i;
        long at = batch.keyOffset(slot);
        int length = batch.keyLength(slot);
        if (isRemove(batch.op(slot))) {
          where[i] = writes.removeIfVersion(queue.timers(), batch.memory(), at, length, version[i]);
        } else {
          int bytes = compose(batch, i);
          where[i] =
              writes.putIfVersion(
                  queue.timers(), batch.memory(), at, length, value, 0, bytes, version[i]);
        }
      }
    }
    calls.run(writes);
    for (int i = 0; i < count; i++) {
      if (where[i] >= 0) {
        takeWrite(batch, i, InnerCalls.outcome(writes, where[i]));
      }
    }
  }

  private void takeWrite(TimerBatch batch, int i, Outcome outcome) {
    switch (outcome) {
      case OK -> isWritten(batch, i, writes.version(where[i]));
      // What was read is out of date.
      case MISMATCH, ABSENT -> {
        if (doubted[i]) {
          steps[i] = Step.DOUBT; // perhaps by our own earlier write
        } else {
          steps[i] = Step.READ;
        }
      }
      case UNKNOWN -> {
        doubted[i] = true;
        steps[i] = Step.DOUBT;
      }
      case UNAVAILABLE -> {
        if (doubted[i]) {
          steps[i] = Step.DOUBT;
        } else {
          answer(batch, i, outcome);
        }
      }
      default -> answer(batch, i, doubted[i] ? Outcome.UNKNOWN : outcome);
    }
  }

  private void isWritten(TimerBatch batch, int i, long newVersion) {
    version[i] = newVersion;
    if (!isRemove(batch.op(first + i)) && needsEntry[i]) {
      steps[i] = Step.PLACE;
    } else {
      answer(batch, i, Outcome.OK);
    }
  }

  /** Puts the record to write into {@code value}, says whether it needs an entry; its length. */
  private int compose(TimerBatch batch, int i) {
    int slot = first + i;
    long due = RecordTimerQueue.tickOf(deadline[i]);
    fresh[i] = record[i] < 0 || version[i] == 0;
    if (fresh[i]) {
      TimerRecord.init(value, deadline[i], due, stamp[i]);
      needsEntry[i] = true;
      confirms[i] = false;
      return payload(batch, slot);
    }
    int bytes = reads.valueLength(record[i]);
    MemorySegment.copy(reads.memory(), reads.valueOffset(record[i]), value, 0, bytes);
    TimerRecord.pend(value, deadline[i], stamp[i]);
    long standing = TimerRecord.standing(value, 0);
    confirms[i] = !TimerRecord.isConfirmed(value, 0);
    if (confirms[i]) {
      TimerRecord.standing(value, Math.min(standing, due), false);
      needsEntry[i] = true;
    } else {
      needsEntry[i] = due < standing;
    }
    return batch.op(slot) == Op.SCHEDULE ? payload(batch, slot) : bytes;
  }

  private int payload(TimerBatch batch, int slot) {
    int length = batch.payloadLength(slot);
    MemorySegment.copy(
        batch.memory(), batch.payloadOffset(slot), value, TimerRecord.PAYLOAD, length);
    return TimerRecord.PAYLOAD + length;
  }

  // --- placing entries ---

  private void place(TimerBatch batch, RecordTimerQueue queue) {
    entries.clear(batch.memory());
    for (int i = 0; i < count; i++) {
      where[i] = -1;
      if (steps[i] == Step.PLACE) {
        int slot = first + i;
        where[i] =
            entries.add(
                batch.keyOffset(slot), batch.keyLength(slot), RecordTimerQueue.tickOf(deadline[i]));
      }
    }
    index.place(queue, entries);
    afterwards.clear();
    for (int i = 0; i < count; i++) {
      if (where[i] >= 0) {
        int entry = where[i];
        where[i] = -1;
        switch (entries.fate(entry)) {
          case PLACED -> {
            if (confirms[i]) {
              confirm(batch, queue, i, entries.tick(entry));
            }
            answer(batch, i, Outcome.OK);
          }
          case FULL -> {
            if (fresh[i]) {
              where[i] = undo(batch, queue, i);
            } else {
              answer(batch, i, Outcome.UNKNOWN); // set, but it may fire late
            }
          }
          case WAITING -> {} // out of time
        }
      }
    }
    calls.run(afterwards);
    for (int i = 0; i < count; i++) {
      if (where[i] >= 0) {
        boolean undone = InnerCalls.outcome(afterwards, where[i]) == Outcome.OK;
        answer(batch, i, undone ? Outcome.FULL : Outcome.UNKNOWN);
      }
    }
  }

  /**
   * Notes in the record that an entry stands for it, so that the next change need not place one.
   */
  private void confirm(TimerBatch batch, RecordTimerQueue queue, int i, long tick) {
    int slot = first + i;
    int bytes = compose(batch, i);
    TimerRecord.standing(value, tick, true);
    afterwards.putIfVersion(
        queue.timers(),
        batch.memory(),
        batch.keyOffset(slot),
        batch.keyLength(slot),
        value,
        0,
        bytes,
        version[i]);
  }

  private int undo(TimerBatch batch, RecordTimerQueue queue, int i) {
    int slot = first + i;
    return afterwards.removeIfVersion(
        queue.timers(), batch.memory(), batch.keyOffset(slot), batch.keyLength(slot), version[i]);
  }
}
