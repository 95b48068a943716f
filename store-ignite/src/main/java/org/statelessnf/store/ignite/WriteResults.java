package org.statelessnf.store.ignite;

import java.util.Arrays;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ApplyWrites} answers for a key, if it has anything to tell: one entry per operation
 * on the key, little-endian. An entry is a code of 8 bits and, after {@link #COUNTED}, the counter
 * (64 bits); after {@link #MISMATCH}, the current version (64 bits), the length of the current
 * value, -1 for none (32 bits), and the value; after {@link #TOLD}, length (32 bits) and value of
 * the record.
 */
final class WriteResults {
  static final byte OK = 0;
  static final byte COUNTED = 1;
  static final byte ABSENT = 2;
  static final byte MISMATCH = 3;
  static final byte FULL = 4;

  /** Of the whole key: this node does not own it, nothing was done. */
  static final byte MOVED = 5;

  /** A condition that is not a record's version does not hold. */
  static final byte REFUSED = 6;

  /** Done, and the record's value follows. */
  static final byte TOLD = 7;

  /** Answers of a filter. */
  static final byte PERHAPS = 8;

  static final byte NOT_THERE = 9;

  private static final byte[] ALL_MOVED = {MOVED};

  private byte[] bytes;
  private int used;

  /**
   * Starts with operations that were applied and have nothing to tell.
   *
   * @param applied how many
   */
  WriteResults(int applied) {
    this.bytes = new byte[applied + 1 + Long.BYTES + Integer.BYTES];
    this.used = applied;
  }

  /**
   * Adds an operation's result.
   *
   * @param result one of the codes but {@link #COUNTED} and {@link #TOLD}
   * @param kind of the operation
   * @param version before it
   * @param record after it
   */
  void add(byte result, byte kind, long version, byte @Nullable [] record) {
    if (result == OK && kind == WriteOps.INCREMENT && record != null) {
      ensure(1 + Long.BYTES);
      bytes[used++] = COUNTED;
      put64((long) RecordLayout.LONG.get(record, RecordLayout.VALUE));
    } else if (result == OK && WriteOps.tells(kind) && record != null) {
      int length = record.length - RecordLayout.VALUE;
      ensure(1 + Integer.BYTES + length);
      bytes[used++] = TOLD;
      RecordLayout.INT.set(bytes, used, length);
      used += Integer.BYTES;
      System.arraycopy(record, RecordLayout.VALUE, bytes, used, length);
      used += length;
    } else if (result == MISMATCH) {
      // An increment's caller has no room for the value.
      boolean told = record != null && kind != WriteOps.INCREMENT;
      int length = told && record != null ? record.length - RecordLayout.VALUE : -1;
      ensure(1 + Long.BYTES + Integer.BYTES + Math.max(0, length));
      bytes[used++] = MISMATCH;
      put64(version);
      RecordLayout.INT.set(bytes, used, length);
      used += Integer.BYTES;
      if (record != null && length > 0) {
        System.arraycopy(record, RecordLayout.VALUE, bytes, used, length);
        used += length;
      }
    } else {
      ensure(1);
      bytes[used++] = result;
    }
  }

  /** The answer of a node that does not own the key. */
  static byte[] moved() {
    return ALL_MOVED.clone();
  }

  /** Whether a result, of whatever request, says that its key is owned by another node. */
  static boolean isMoved(Object result) {
    try {
      return result instanceof EntryProcessorResult<?> answer
          && answer.get() instanceof byte[] results
          && isMoved(results);
    } catch (EntryProcessorException e) {
      return false; // told when the answer is taken apart
    }
  }

  static boolean isMoved(byte[] results) {
    return results.length == 1 && results[0] == MOVED;
  }

  byte[] toBytes() {
    return used == bytes.length ? bytes : Arrays.copyOf(bytes, used);
  }

  private void put64(long value) {
    RecordLayout.LONG.set(bytes, used, value);
    used += Long.BYTES;
  }

  private void ensure(int more) {
    if (used + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(used + more, 2 * bytes.length));
    }
  }
}
