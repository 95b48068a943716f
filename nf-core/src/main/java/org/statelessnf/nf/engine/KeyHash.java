package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Hash and equality of keys in off-heap memory, eight bytes at a time. */
final class KeyHash {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private KeyHash() {}

  /**
   * Hash of a key.
   *
   * @param offset a multiple of 8; up to the next multiple behind the key, memory may be read
   */
  static int of(int table, MemorySegment memory, long offset, int length) {
    long hash = (table + 1L) * MULTIPLIER ^ length;
    int left = length;
    long at = offset;
    for (; left > Long.BYTES; left -= Long.BYTES) {
      hash = mix(hash ^ memory.get(LONG, at));
      at += Long.BYTES;
    }
    hash = mix(hash ^ lastWord(memory, at, left));
    return (int) (hash ^ hash >>> 32);
  }

  /**
   * Whether two keys are equal.
   *
   * @param offsetA a multiple of 8, as for {@link #of}
   * @param offsetB a multiple of 8, as for {@link #of}
   */
  static boolean equalKeys(
      MemorySegment a, long offsetA, MemorySegment b, long offsetB, int length) {
    int left = length;
    long atA = offsetA;
    long atB = offsetB;
    for (; left > Long.BYTES; left -= Long.BYTES) {
      if (a.get(LONG, atA) != b.get(LONG, atB)) {
        return false;
      }
      atA += Long.BYTES;
      atB += Long.BYTES;
    }
    return lastWord(a, atA, left) == lastWord(b, atB, left);
  }

  /** The last 1 to 8 bytes of a key, in one read: the key may just have been written by words. */
  private static long lastWord(MemorySegment memory, long offset, int bytes) {
    long word = memory.get(LONG, offset);
    int unused = Long.SIZE - bytes * Byte.SIZE;
    return LITTLE_ENDIAN ? word << unused : word >>> unused;
  }

  /** Whether two values are equal; any offsets. */
  static boolean equal(MemorySegment a, long offsetA, MemorySegment b, long offsetB, int length) {
    if (length < Long.BYTES) {
      for (int i = 0; i < length; i++) {
        if (a.get(ValueLayout.JAVA_BYTE, offsetA + i)
            != b.get(ValueLayout.JAVA_BYTE, offsetB + i)) {
          return false;
        }
      }
      return true;
    }
    int last = length - Long.BYTES;
    for (int i = 0; i < last; i += Long.BYTES) {
      if (a.get(LONG, offsetA + i) != b.get(LONG, offsetB + i)) {
        return false;
      }
    }
    return a.get(LONG, offsetA + last) == b.get(LONG, offsetB + last); // may overlap
  }

  private static long mix(long value) {
    long product = value * MULTIPLIER;
    return product ^ product >>> 29;
  }
}
