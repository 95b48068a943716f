package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Hash and equality of keys in off-heap memory, eight bytes at a time. */
final class KeyHash {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private KeyHash() {}

  static int of(int table, MemorySegment memory, long offset, int length) {
    long hash = (table + 1L) * MULTIPLIER ^ length;
    if (length < Long.BYTES) {
      for (int i = 0; i < length; i++) {
        hash = mix(hash ^ memory.get(ValueLayout.JAVA_BYTE, offset + i));
      }
    } else {
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        hash = mix(hash ^ memory.get(LONG, offset + i));
      }
      hash = mix(hash ^ memory.get(LONG, offset + last)); // may overlap the one before
    }
    return (int) (hash ^ hash >>> 32);
  }

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
