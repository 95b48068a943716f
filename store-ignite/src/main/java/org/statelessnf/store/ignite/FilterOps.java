package org.statelessnf.store.ignite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Filter operations at the data. A filter has one record that says which generation is the newest,
 * and one per block of bits, which holds that block of all its generations, little-endian:
 *
 * <pre>
 *  +-----------------------------------------------------------------+
 *  | seed of the hash (64 bits)                                      |  0
 *  +-----------------------------------------------------------------+
 *  | number of the newest generation (64)                            |  8
 *  +-----------------------------------------------------------------+
 *
 *  block:
 *  +-----------------------------------------------------------------+
 *  | number of the newest generation that was added to (64 bits)     |  0
 *  +-----------------------------------------------------------------+
 *  | bits of generation g, at place g modulo how many there are      |  8 ...
 *  +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>Dropping a generation changes the first record only: a block forgets what was dropped when it
 * is added to by somebody who knows. An operation on a block carries the number of the newest
 * generation, how many are live, and its bits, 16 bits each.
 */
final class FilterOps {
  /** Tells the first record, which it makes of its value if there is none. */
  static final byte LOOK = 16;

  /** Starts a generation, and does as {@link #LOOK}. */
  static final byte ROTATE = 17;

  static final byte ADD = 18;
  static final byte TEST = 19;

  static final int SEED = 0;
  static final int NEWEST = 8;
  static final int META_BYTES = 16;

  /** Bytes that a generation has in a block. */
  static final int BLOCK_BYTES = 512;

  private static final int BITS = RecordLayout.VALUE + Long.BYTES;

  private FilterOps() {}

  /** Whether an operation is one of these. */
  static boolean owns(byte kind) {
    return kind >= LOOK && kind <= TEST;
  }

  /** Whether an operation makes a record where there was none. */
  static boolean creates(byte kind) {
    return kind == LOOK || kind == ROTATE || kind == ADD;
  }

  /** Whether an operation tells the record. */
  static boolean tells(byte kind) {
    return kind == LOOK || kind == ROTATE;
  }

  /** Whether an operation can be carried out, or the answer to it: a {@link WriteResults} code. */
  static byte check(byte[] ops, int at, byte @Nullable [] record) {
    byte kind = ops[at + WriteOps.KIND];
    if (kind != TEST) {
      return WriteResults.OK;
    }
    if (record == null) {
      return WriteResults.NOT_THERE;
    }
    requireSize(ops, at, record);
    long newest = WriteOps.int64(ops, at + WriteOps.EXPECTED);
    long generations = WriteOps.int64(ops, at + WriteOps.DELTA);
    long top = newestOf(record);
    long oldest = Math.max(newest, top) - generations + 1;
    for (long generation = top; generation >= Math.max(0, oldest); generation--) {
      if (top - generation < generations
          && hasAll(ops, at, record, start(generation, generations))) {
        return WriteResults.PERHAPS;
      }
    }
    return WriteResults.NOT_THERE;
  }

  /** Carries an operation out; the record afterwards, the same if nothing changes. */
  static byte[] apply(byte[] ops, int at, byte @Nullable [] record) {
    byte kind = ops[at + WriteOps.KIND];
    long version = WriteOps.int64(ops, at + WriteOps.VERSION);
    if (kind == ADD) {
      return add(ops, at, record, version);
    }
    if (record != null && kind == LOOK) {
      return record;
    }
    byte[] made;
    if (record == null) {
      made = RecordLayout.create(version, 0, META_BYTES);
      int from = WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET);
      System.arraycopy(ops, from, made, RecordLayout.VALUE, META_BYTES);
    } else {
      made = copy(record, version);
    }
    if (kind == ROTATE) {
      int newest = RecordLayout.VALUE + NEWEST;
      RecordLayout.LONG.set(made, newest, (long) RecordLayout.LONG.get(made, newest) + 1);
    }
    return made;
  }

  private static byte[] add(byte[] ops, int at, byte @Nullable [] record, long version) {
    long newest = WriteOps.int64(ops, at + WriteOps.EXPECTED);
    long generations = WriteOps.int64(ops, at + WriteOps.DELTA);
    byte[] made;
    if (record == null) {
      made = RecordLayout.create(version, 0, size(generations));
      RecordLayout.LONG.set(made, RecordLayout.VALUE, newest);
    } else {
      requireSize(ops, at, record);
      long top = newestOf(record);
      if (newest <= top && hasAll(ops, at, record, start(top, generations))) {
        return record;
      }
      made = copy(record, version);
      for (long g = Math.max(top + 1, newest - generations + 1); g <= newest; g++) {
        int from = start(g, generations);
        Arrays.fill(made, from, from + BLOCK_BYTES, (byte) 0);
      }
      RecordLayout.LONG.set(made, RecordLayout.VALUE, Math.max(top, newest));
    }
    int start = start(newestOf(made), generations);
    for (int bit = 0; bit < bits(ops, at); bit++) {
      int number = bit(ops, at, bit);
      made[start + (number >>> 3)] |= (byte) (1 << (number & 7));
    }
    return made;
  }

  private static boolean hasAll(byte[] ops, int at, byte[] record, int start) {
    for (int bit = 0; bit < bits(ops, at); bit++) {
      int number = bit(ops, at, bit);
      if ((record[start + (number >>> 3)] & (1 << (number & 7))) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int bits(byte[] ops, int at) {
    return WriteOps.int32(ops, at + WriteOps.VALUE_LENGTH) / Short.BYTES;
  }

  private static int bit(byte[] ops, int at, int index) {
    int from = WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET) + index * Short.BYTES;
    return ((ops[from] & 0xff) | ((ops[from + 1] & 0xff) << Byte.SIZE)) % (BLOCK_BYTES * Byte.SIZE);
  }

  private static byte[] copy(byte[] record, long version) {
    byte[] made = record.clone();
    RecordLayout.LONG.set(made, 0, version);
    return made;
  }

  private static long newestOf(byte[] block) {
    return (long) RecordLayout.LONG.get(block, RecordLayout.VALUE);
  }

  private static int size(long generations) {
    return Long.BYTES + (int) generations * BLOCK_BYTES;
  }

  private static int start(long generation, long generations) {
    return BITS + (int) Math.floorMod(generation, generations) * BLOCK_BYTES;
  }

  private static void requireSize(byte[] ops, int at, byte[] record) {
    long generations = WriteOps.int64(ops, at + WriteOps.DELTA);
    if (record.length != RecordLayout.VALUE + size(generations)) {
      throw new IllegalArgumentException(
          "a filter of this name is in use with another number of generations than " + generations);
    }
  }
}
