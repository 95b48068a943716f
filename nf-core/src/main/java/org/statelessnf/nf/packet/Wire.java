package org.statelessnf.nf.packet;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Unaligned network-order (big-endian) access to off-heap bytes. All flyweights of this package go
 * through it; NFs use it for fields that have no flyweight.
 *
 * <p>Unsigned 8- and 16-bit fields come back as {@code int}, unsigned 32-bit fields as {@code
 * long}; {@link #i32} and {@link #i64} return the raw bits for values that are only compared or
 * copied.
 */
public final class Wire {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

  private Wire() {}

  /** Unsigned byte. */
  public static int u8(MemorySegment memory, long offset) {
    return memory.get(BYTE, offset) & 0xff;
  }

  /** Unsigned 16-bit value. */
  public static int u16(MemorySegment memory, long offset) {
    return memory.get(SHORT, offset) & 0xffff;
  }

  /** Unsigned 32-bit value. */
  public static long u32(MemorySegment memory, long offset) {
    return memory.get(INT, offset) & 0xffff_ffffL;
  }

  /** Raw 32 bits. */
  public static int i32(MemorySegment memory, long offset) {
    return memory.get(INT, offset);
  }

  /** Raw 64 bits. */
  public static long i64(MemorySegment memory, long offset) {
    return memory.get(LONG, offset);
  }

  /** Unsigned 48-bit value (a MAC address) in the low bits. */
  public static long u48(MemorySegment memory, long offset) {
    return (long) u16(memory, offset) << 32 | u32(memory, offset + 2);
  }

  /** Writes the low 8 bits. */
  public static void put8(MemorySegment memory, long offset, int value) {
    memory.set(BYTE, offset, (byte) value);
  }

  /** Writes the low 16 bits. */
  public static void put16(MemorySegment memory, long offset, int value) {
    memory.set(SHORT, offset, (short) value);
  }

  /** Writes 32 bits. */
  public static void put32(MemorySegment memory, long offset, int value) {
    memory.set(INT, offset, value);
  }

  /** Writes 64 bits. */
  public static void put64(MemorySegment memory, long offset, long value) {
    memory.set(LONG, offset, value);
  }

  /** Writes the low 48 bits (a MAC address). */
  public static void put48(MemorySegment memory, long offset, long value) {
    put16(memory, offset, (int) (value >>> 32));
    put32(memory, offset + 2, (int) value);
  }
}
