package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;

/** The slots of a timer batch, in one round. */
final class TimerWork extends OneRoundWork {
  private final TimerBatch batch;

  TimerWork(TimerBatch batch) {
    super(batch);
    this.batch = batch;
  }

  @Override
  byte[] key(int slot) {
    return ((IgniteTimerQueue) batch.queue(slot))
        .fullKey(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
  }

  @Override
  int valueLength(int slot) {
    return batch.payloadLength(slot);
  }

  @Override
  void copyValue(int slot, byte[] ops, int to) {
    MemorySegment.copy(
        batch.memory(),
        ValueLayout.JAVA_BYTE,
        batch.payloadOffset(slot),
        ops,
        to,
        batch.payloadLength(slot));
  }

  @Override
  void encode(int slot, byte[] ops, int at) {
    ops[at + WriteOps.KIND] =
        switch (batch.op(slot)) {
          case SCHEDULE -> TimerOps.SCHEDULE;
          case RESCHEDULE -> TimerOps.RESCHEDULE;
          case CANCEL -> TimerOps.CANCEL;
          case COMPLETE -> TimerOps.COMPLETE;
          case REARM -> TimerOps.REARM;
          default -> throw new IllegalStateException(batch.op(slot) + " in a timer batch");
        };
    WriteOps.int64(ops, at + WriteOps.EXPECTED, batch.fence(slot));
    WriteOps.int64(ops, at + WriteOps.TTL, batch.delayMillis(slot));
  }

  @Override
  void applied(int slot, long version) {
    batch.resolve(slot, Outcome.OK);
  }

  @Override
  int answer(int slot, byte result, byte[] results, int at, long version) {
    batch.resolve(
        slot,
        switch (result) {
          case WriteResults.ABSENT -> Outcome.ABSENT;
          case WriteResults.REFUSED -> Outcome.MISMATCH;
          case WriteResults.FULL -> Outcome.FULL;
          default -> throw new IllegalStateException("result " + result);
        });
    return at;
  }

  @Override
  void failed(int slot, Outcome outcome, long version) {
    batch.resolve(slot, outcome);
  }
}
