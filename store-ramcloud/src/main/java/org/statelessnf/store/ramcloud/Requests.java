package org.statelessnf.store.ramcloud;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Requests to the native side, in off-heap memory; {@code struct request} in {@code snf_ramcloud.c}
 * has the same layout. Per slot there is also a little room to read a record's beginning into.
 *
 * <pre>
 *  +-------------------------------+-------------------------------+
 *  | operation                     | status, after                 |  0
 *  +-------------------------------+-------------------------------+
 *  | table (64 bits)                                               |  8
 *  +---------------------------------------------------------------+
 *  | key's address (64 bits)                                       | 16
 *  +---------------------------------------------------------------+
 *  | value's address: to write from or to read into (64 bits)      | 24
 *  +---------------------------------------------------------------+
 *  | version: of the condition before, RAMCloud's after (64 bits)  | 32
 *  +---------------------------------------------------------------+
 *  | number: to add before, the counter after (64 bits)            | 40
 *  +-------------------------------+-------------------------------+
 *  | key length                    | value's length, or room       | 48
 *  +-------------------------------+-------------------------------+
 *  | length read, after            | condition                     | 56
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Not thread-safe: the thread that fills it hands it over with its {@link Flight}.
 */
final class Requests {
  static final int READ = 1;
  static final int WRITE = 2;
  static final int REMOVE = 3;

  /** One call each, which RAMCloud applies exactly once. */
  static final int INCREMENT = 4;

  static final int WRITE_ONCE = 5;
  static final int REMOVE_ONCE = 6;

  static final int ALWAYS = 0;
  static final int IF_ABSENT = 1;
  static final int IF_VERSION = 2;

  /** Room per slot beside the requests: a header and a counter. */
  static final int ROOM_BYTES = RcRecord.HEADER_BYTES + RcRecord.COUNTER_BYTES;

  private static final int BYTES = 64;
  private static final int STATUS = 4;
  private static final int TABLE = 8;
  private static final int KEY = 16;
  private static final int VALUE = 24;
  private static final int VERSION = 32;
  private static final int NUMBER = 40;
  private static final int KEY_LENGTH = 48;
  private static final int LENGTH = 52;
  private static final int ACTUAL = 56;
  private static final int RULE = 60;

  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG;

  private final int capacity;
  private final MemorySegment memory;
  private int count;

  /** Freed when nobody refers to it any more, a call in progress included. */
  Requests(int capacity) {
    this.capacity = capacity;
    this.memory = Arena.ofAuto().allocate((long) capacity * (BYTES + ROOM_BYTES), BYTES);
  }

  int capacity() {
    return capacity;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
  }

  /** Adds a request; its number. */
  int add(int op, int rule, long version, long table, long key, int keyLength) {
    long at = (long) count * BYTES;
    memory.set(I32, at, op);
    memory.set(I32, at + STATUS, RcStatus.NO_ANSWER);
    memory.set(I64, at + TABLE, table);
    memory.set(I64, at + KEY, key);
    memory.set(I64, at + VALUE, 0);
    memory.set(I64, at + VERSION, version);
    memory.set(I64, at + NUMBER, 0);
    memory.set(I32, at + KEY_LENGTH, keyLength);
    memory.set(I32, at + LENGTH, 0);
    memory.set(I32, at + ACTUAL, 0);
    memory.set(I32, at + RULE, rule);
    return count++;
  }

  void value(int request, long address, int length) {
    long at = (long) request * BYTES;
    memory.set(I64, at + VALUE, address);
    memory.set(I32, at + LENGTH, length);
  }

  void number(int request, long number) {
    memory.set(I64, (long) request * BYTES + NUMBER, number);
  }

  int status(int request) {
    return memory.get(I32, (long) request * BYTES + STATUS);
  }

  long version(int request) {
    return memory.get(I64, (long) request * BYTES + VERSION);
  }

  long number(int request) {
    return memory.get(I64, (long) request * BYTES + NUMBER);
  }

  int actual(int request) {
    return memory.get(I32, (long) request * BYTES + ACTUAL);
  }

  /** Where a slot's own room starts in {@link #memory()}. */
  long room(int slot) {
    return (long) capacity * BYTES + (long) slot * ROOM_BYTES;
  }

  MemorySegment memory() {
    return memory;
  }

  long address() {
    return memory.address();
  }

  /** Nothing was sent. */
  void fail(int status) {
    for (int i = 0; i < count; i++) {
      memory.set(I32, (long) i * BYTES + STATUS, status);
    }
  }
}
