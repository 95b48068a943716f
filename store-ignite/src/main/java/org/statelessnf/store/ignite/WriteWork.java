package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.WriteBatch;

/** The slots of a multi-write, in one round. */
final class WriteWork extends OneRoundWork {
  private final WriteBatch batch;

  WriteWork(WriteBatch batch) {
    super(batch);
    this.batch = batch;
  }

  @Override
  byte[] key(int slot) {
    return ((IgniteTable) batch.table(slot))
        .fullKey(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
  }

  @Override
  long ttlMillis(int slot) {
    return batch.effectiveTtlMillis(slot);
  }

  @Override
  int valueLength(int slot) {
    return batch.valueLength(slot);
  }

  @Override
  void copyValue(int slot, byte[] ops, int to) {
    MemorySegment.copy(
        batch.memory(),
        ValueLayout.JAVA_BYTE,
        batch.valueOffset(slot),
        ops,
        to,
        batch.valueLength(slot));
  }

  @Override
  void encode(int slot, byte[] ops, int at) {
    Op op = batch.op(slot);
    ops[at + WriteOps.KIND] =
        switch (op) {
          case REMOVE, REMOVE_IF_VERSION -> WriteOps.REMOVE;
          case INCREMENT -> WriteOps.INCREMENT;
          default -> WriteOps.PUT;
        };
    ops[at + WriteOps.CONDITION] =
        switch (op) {
          case PUT_IF_ABSENT -> WriteOps.IF_ABSENT;
          case PUT_IF_VERSION, REMOVE_IF_VERSION -> WriteOps.IF_VERSION;
          default -> WriteOps.ALWAYS;
        };
    WriteOps.int64(ops, at + WriteOps.EXPECTED, batch.expectedVersion(slot));
    WriteOps.int64(ops, at + WriteOps.TTL, batch.effectiveTtlMillis(slot));
    WriteOps.int64(ops, at + WriteOps.DELTA, op == Op.INCREMENT ? batch.delta(slot) : 0);
  }

  @Override
  void applied(int slot, long version) {
    boolean removes = batch.op(slot) == Op.REMOVE || batch.op(slot) == Op.REMOVE_IF_VERSION;
    batch.written(slot, removes ? 0 : version);
  }

  @Override
  int answer(int slot, byte result, byte[] results, int at, long version) {
    switch (result) {
      case WriteResults.COUNTED -> {
        batch.counted(slot, version, WriteOps.int64(results, at));
        return at + Long.BYTES;
      }
      case WriteResults.ABSENT -> batch.absent(slot);
      case WriteResults.FULL -> batch.resolve(slot, Outcome.FULL);
      case WriteResults.MISMATCH -> {
        return mismatch(slot, results, at);
      }
      default -> throw new IllegalStateException("result " + result);
    }
    return at;
  }

  private int mismatch(int slot, byte[] results, int at) {
    long version = WriteOps.int64(results, at);
    int length = WriteOps.int32(results, at + Long.BYTES);
    int value = at + Long.BYTES + Integer.BYTES;
    if (length < 0) {
      batch.mismatch(slot, version);
      return value;
    }
    if (length > batch.table(slot).spec().maxValueBytes()) {
      batch.mismatch(slot, version); // another process opened the table with other bounds
    } else {
      batch.mismatch(slot, version, MemorySegment.ofArray(results), value, length);
    }
    return value + length;
  }

  @Override
  void failed(int slot, Outcome outcome, long version) {
    batch.resolve(slot, outcome);
  }
}
