package org.statelessnf.store.local.caffeine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Layout of a record: one array, so that a read follows no pointer more than a map of plain values
 * would. Immutable once it is in the map.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | version (64 bits)                                             |  0
 *  +---------------------------------------------------------------+
 *  | end, milliseconds of the store's clock (64 bits)              |  8
 *  +-------------------------------+-------------------------------+
 *  | sweep tick (32 bits)          | value ...                     | 16
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>The end is {@link #NEVER} for a record without time-to-live. The sweep tick says which entry
 * of the {@link ExpiryWheel} stands for this record, 0 for none.
 */
final class RecordBytes {
  /** End of a record that has none. */
  static final long NEVER = Long.MAX_VALUE;

  /** Where the value starts. */
  static final int VALUE = 20;

  private static final int VERSION = 0;
  private static final int END = 8;
  private static final int TICK = 16;

  private static final VarHandle I64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle I32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  // Up to here a loop beats the call of a copying routine, which checks its arguments at length.
  private static final int LONGEST_BY_WORDS = 128;

  private RecordBytes() {}

  static byte[] of(long version, long end, int tick, MemorySegment value, long offset, int length) {
    byte[] record = new byte[VALUE + length];
    I64.set(record, VERSION, version);
    I64.set(record, END, end);
    I32.set(record, TICK, tick);
    MemorySegment.copy(value, ValueLayout.JAVA_BYTE, offset, record, VALUE, length);
    return record;
  }

  static byte[] ofCounter(long version, long end, int tick, long number) {
    byte[] record = new byte[VALUE + Long.BYTES];
    I64.set(record, VERSION, version);
    I64.set(record, END, end);
    I32.set(record, TICK, tick);
    I64.set(record, VALUE, number);
    return record;
  }

  /** The same record, swept at another tick. */
  static byte[] withTick(byte[] record, int tick) {
    byte[] copy = record.clone();
    I32.set(copy, TICK, tick);
    return copy;
  }

  static long version(byte[] record) {
    return (long) I64.get(record, VERSION);
  }

  static long end(byte[] record) {
    return (long) I64.get(record, END);
  }

  static int tick(byte[] record) {
    return (int) I32.get(record, TICK);
  }

  static int length(byte[] record) {
    return record.length - VALUE;
  }

  /**
   * Copies the value out.
   *
   * @param memory a batch's memory
   * @param at where to, a multiple of 8
   */
  static void copyValue(byte[] record, MemorySegment memory, long at) {
    int length = record.length - VALUE;
    if (length > LONGEST_BY_WORDS) {
      MemorySegment.copy(record, VALUE, memory, ValueLayout.JAVA_BYTE, at, length);
      return;
    }
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      memory.set(WORD, at + i, (long) I64.get(record, VALUE + i));
    }
    for (; i < length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, at + i, record[VALUE + i]);
    }
  }

  /** The value of a record that is a counter: {@link #length} is 8. */
  static long counter(byte[] record) {
    return (long) I64.get(record, VALUE);
  }
}
