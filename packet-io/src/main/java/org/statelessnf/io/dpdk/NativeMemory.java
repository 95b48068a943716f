package org.statelessnf.io.dpdk;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * All of the process's memory, by address: where the drivers' buffers are. Nothing protects against
 * a wrong address.
 *
 * <p>The mask lets the compiler see that an address lies within the segment, so that no check is
 * left of the access: a user-space address on x86-64 and AArch64 has at most 56 bits.
 */
public final class NativeMemory {
  /** Every address there is; an offset in it is an address. */
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long ADDRESS = (1L << 56) - 1;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private NativeMemory() {}

  /** Unsigned 16 bits in the machine's byte order. */
  public static int u16(long address) {
    return ALL.get(SHORT, address & ADDRESS) & 0xffff;
  }

  /** Raw 32 bits in the machine's byte order. */
  public static int i32(long address) {
    return ALL.get(INT, address & ADDRESS);
  }

  /** Raw 64 bits in the machine's byte order. */
  public static long i64(long address) {
    return ALL.get(LONG, address & ADDRESS);
  }

  /** Writes the low 16 bits in the machine's byte order. */
  public static void put16(long address, int value) {
    ALL.set(SHORT, address & ADDRESS, (short) value);
  }

  /** Writes 32 bits in the machine's byte order. */
  public static void put32(long address, int value) {
    ALL.set(INT, address & ADDRESS, value);
  }

  /** Writes 64 bits in the machine's byte order. */
  public static void put64(long address, long value) {
    ALL.set(LONG, address & ADDRESS, value);
  }
}
