package org.statelessnf.store;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Byte layout of one slot of a {@link Batch}, in native byte order. A backend that hands the batch
 * to native code reads it as it lies; every other backend uses the accessors of the batch.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  | operation     | outcome       | flag          | 0             |  0
 *  +---------------------------------------------------------------+
 *  | key length                                                    |  4
 *  +---------------------------------------------------------------+
 *  | key offset from the start of the batch's memory (64 bits)     |  8
 *  +---------------------------------------------------------------+
 *  | version: expected before, current after (64 bits)             | 16
 *  +---------------------------------------------------------------+
 *  | number: delta, delay or lease before, counter after (64 bits) | 24
 *  +---------------------------------------------------------------+
 *  | time-to-live in ms: 0 the table's, -1 none (64 bits)          | 32
 *  +---------------------------------------------------------------+
 *  | input offset: value to write, or payload                      | 40
 *  +---------------------------------------------------------------+
 *  | input length                                                  | 44
 *  +---------------------------------------------------------------+
 *  | output offset: where a value is returned to                   | 48
 *  +---------------------------------------------------------------+
 *  | output capacity                                               | 52
 *  +---------------------------------------------------------------+
 *  | output length, -1 none                                        | 56
 *  +---------------------------------------------------------------+
 *  | 0                                                             | 60
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>All offsets count from the start of {@link Batch#memory()}; slot {@code i} starts at {@code i
 * * BYTES}.
 */
public final class SlotLayout {
  /** Size of a slot. */
  public static final int BYTES = 64;

  /** Operation code, one byte: {@link Op#code()}. */
  public static final int OPERATION = 0;

  /** Outcome, one byte: {@link Outcome#code()}. */
  public static final int OUTCOME = 1;

  /** One byte, 0 or 1: the answer of a filter. */
  public static final int FLAG = 2;

  /** Key length, 32 bits. */
  public static final int KEY_LENGTH = 4;

  /** Key offset, 64 bits. */
  public static final int KEY_OFFSET = 8;

  /** Expected version before, current version after, 64 bits. */
  public static final int VERSION = 16;

  /** Delta, delay or lease before; counter or fence after; 64 bits. */
  public static final int NUMBER = 24;

  /** Time-to-live in milliseconds, 64 bits. */
  public static final int TTL = 32;

  /** Offset of the value to write, 32 bits. */
  public static final int IN_OFFSET = 40;

  /** Length of the value to write, 32 bits. */
  public static final int IN_LENGTH = 44;

  /** Where a returned value goes, 32 bits. */
  public static final int OUT_OFFSET = 48;

  /** Room for a returned value, 32 bits. */
  public static final int OUT_CAPACITY = 52;

  /** Length of the returned value, -1 for none, 32 bits. */
  public static final int OUT_LENGTH = 56;

  static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.nativeOrder());
  static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.nativeOrder());

  /** Bytes as they follow each other, eight at a time. */
  static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private SlotLayout() {}

  /** Two neighbouring 32-bit fields as one number to be stored at the first one's offset. */
  static long pair(int first, int second) {
    return LITTLE_ENDIAN
        ? (first & 0xFFFF_FFFFL) | ((long) second << Integer.SIZE)
        : ((long) first << Integer.SIZE) | (second & 0xFFFF_FFFFL);
  }

  /** The first four bytes of a pending slot: its operation, no outcome yet, flag off. */
  static int first(Op op) {
    return LITTLE_ENDIAN ? op.code() : op.code() << (3 * Byte.SIZE);
  }
}
