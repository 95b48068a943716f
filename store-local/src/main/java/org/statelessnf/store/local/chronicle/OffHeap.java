package org.statelessnf.store.local.chronicle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Memory by address. Chronicle Map hands out addresses of its mapped file; they are valid while the
 * lock of the entry's segment is held, which is for the caller to see to.
 */
final class OffHeap {
  /** All of memory: an offset is an address. */
  @SuppressWarnings("restricted") // Chronicle Map speaks in addresses
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** A number of 32 bits at any address. */
  static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A number of 64 bits at any address. */
  static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  // Up to here a loop beats the call of a copying routine, which checks its arguments at length.
  private static final int LONGEST_BY_WORDS = 128;

  private OffHeap() {}

  /**
   * Copies bytes.
   *
   * @param from segment to copy from
   * @param fromOffset where they start
   * @param to segment to copy to
   * @param toOffset where they go
   * @param length how many
   */
  static void copy(
      MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int length) {
    if (length > LONGEST_BY_WORDS) {
      MemorySegment.copy(from, fromOffset, to, toOffset, length);
      return;
    }
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      to.set(I64, toOffset + i, from.get(I64, fromOffset + i));
    }
    for (; i < length; i++) {
      to.set(ValueLayout.JAVA_BYTE, toOffset + i, from.get(ValueLayout.JAVA_BYTE, fromOffset + i));
    }
  }

  /** Whether two pieces of memory of the same length hold the same bytes. */
  static boolean same(long one, long other, long length) {
    long i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if (ALL.get(I64, one + i) != ALL.get(I64, other + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (ALL.get(ValueLayout.JAVA_BYTE, one + i) != ALL.get(ValueLayout.JAVA_BYTE, other + i)) {
        return false;
      }
    }
    return true;
  }
}
