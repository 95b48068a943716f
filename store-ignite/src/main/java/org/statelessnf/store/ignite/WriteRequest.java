package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.Versions;

/** Turns slots of a multi-write into {@link WriteOps} and their answers back into outcomes. */
final class WriteRequest {
  private WriteRequest() {}

  /**
   * Bytes that a key's slots take in a request.
   *
   * @param index of the batch
   * @param key its number in the index
   */
  static int bytes(WriteBatch batch, KeyIndex index, int key) {
    int bytes = index.key(key).length;
    for (int slot = index.firstSlot(key); slot >= 0; slot = index.nextSlot(slot)) {
      bytes += Integer.BYTES + WriteOps.BYTES + batch.valueLength(slot);
    }
    return bytes;
  }

  /**
   * Makes a request.
   *
   * @param members numbers of the keys in the index
   * @param count how many members
   * @param bytes of all of them
   * @param versions where new versions come from
   * @param given takes the new versions, by slot
   */
  static byte[] encode(
      WriteBatch batch,
      KeyIndex index,
      int[] members,
      int count,
      int bytes,
      Versions versions,
      long[] given) {
    int slots = 0;
    for (int i = 0; i < count; i++) {
      for (int slot = index.firstSlot(members[i]); slot >= 0; slot = index.nextSlot(slot)) {
        slots++;
      }
    }
    byte[] ops = new byte[WriteOps.HEADER + bytes];
    WriteOps.int32(ops, 0, slots);
    int free = WriteOps.tableBytes(slots);
    long version = versions.take(slots);
    int op = 0;
    for (int i = 0; i < count; i++) {
      int key = members[i];
      byte[] name = index.key(key);
      System.arraycopy(name, 0, ops, free, name.length);
      int keyOffset = free;
      free += name.length;
      for (int slot = index.firstSlot(key); slot >= 0; slot = index.nextSlot(slot)) {
        WriteOps.hash(ops, op, index.hash(key));
        int at = WriteOps.at(ops, op);
        operation(ops, at, batch, slot);
        WriteOps.int32(ops, at + WriteOps.KEY_OFFSET, keyOffset);
        WriteOps.int32(ops, at + WriteOps.KEY_LENGTH, name.length);
        WriteOps.int32(ops, at + WriteOps.NEXT, index.nextSlot(slot) < 0 ? -1 : op + 1);
        WriteOps.int64(ops, at + WriteOps.VERSION, version);
        given[slot] = version++;
        int length = batch.valueLength(slot);
        WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET, free);
        WriteOps.int32(ops, at + WriteOps.VALUE_LENGTH, length);
        MemorySegment.copy(
            batch.memory(), ValueLayout.JAVA_BYTE, batch.valueOffset(slot), ops, free, length);
        free += length;
        op++;
      }
    }
    return ops;
  }

  private static void operation(byte[] ops, int at, WriteBatch batch, int slot) {
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

  /**
   * Answers the slots of a key for which there was something to tell.
   *
   * @param slot the key's first
   * @param results {@link WriteResults}
   * @param given the new versions, by slot
   */
  static void answer(WriteBatch batch, KeyIndex index, int slot, byte[] results, long[] given) {
    int at = 0;
    for (; slot >= 0; slot = index.nextSlot(slot)) {
      switch (results[at++]) {
        case WriteResults.OK -> applied(batch, slot, given);
        case WriteResults.COUNTED -> {
          batch.counted(slot, given[slot], WriteOps.int64(results, at));
          at += Long.BYTES;
        }
        case WriteResults.ABSENT -> batch.absent(slot);
        case WriteResults.FULL -> batch.resolve(slot, Outcome.FULL);
        case WriteResults.MISMATCH -> {
          long version = WriteOps.int64(results, at);
          int length = WriteOps.int32(results, at + Long.BYTES);
          at += Long.BYTES + Integer.BYTES;
          if (length < 0) {
            batch.mismatch(slot, version);
          } else if (length > batch.table(slot).spec().maxValueBytes()) {
            batch.mismatch(slot, version); // another process opened the table with other bounds
            at += length;
          } else {
            batch.mismatch(slot, version, MemorySegment.ofArray(results), at, length);
            at += length;
          }
        }
        default -> throw new IllegalStateException("result " + results[at - 1]);
      }
    }
  }

  /** Answers a slot that was applied and has nothing to tell. */
  static void applied(WriteBatch batch, int slot, long[] given) {
    boolean removes = batch.op(slot) == Op.REMOVE || batch.op(slot) == Op.REMOVE_IF_VERSION;
    batch.written(slot, removes ? 0 : given[slot]);
  }
}
