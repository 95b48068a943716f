package org.statelessnf.store.ignite;

import java.util.Arrays;

/**
 * The writes of one request in one array of bytes, the argument of {@link ApplyWrites},
 * little-endian. An array and not an object: it crosses the wire once per server and without a
 * class description.
 *
 * <pre>
 *  +---------------------------------------------+
 *  | number of operations n                      |  0
 *  +---------------------------------------------+
 *  | hash of the key of operation 0 ... n-1      |  4
 *  +---------------------------------------------+
 *  | operation 0 ... n-1, {@value #BYTES} bytes each        |  4 + 4 n
 *  +---------------------------------------------+
 *  | keys and values                             |
 *  +---------------------------------------------+
 *
 *  operation:
 *  +---------------------------------------------+
 *  | kind (8 bits)        | condition (8), 0 (16) |  0
 *  +---------------------------------------------+
 *  | key offset           | key length           |  4
 *  +---------------------------------------------+
 *  | value offset         | value length         | 12
 *  +---------------------------------------------+
 *  | next operation on the same key, -1 none     | 20
 *  +---------------------------------------------+
 *  | expected version (64 bits)                  | 24
 *  +---------------------------------------------+
 *  | version of the new record (64 bits)         | 32
 *  +---------------------------------------------+
 *  | time-to-live in ms, -1 none; or delta (64)  | 40, 48
 *  +---------------------------------------------+
 * </pre>
 */
final class WriteOps {
  static final byte PUT = 0;
  static final byte REMOVE = 1;
  static final byte INCREMENT = 2;

  static final byte ALWAYS = 0;
  static final byte IF_ABSENT = 1;
  static final byte IF_VERSION = 2;

  static final int HEADER = 4;
  static final int BYTES = 56;

  static final int KIND = 0;
  static final int CONDITION = 1;
  static final int KEY_OFFSET = 4;
  static final int KEY_LENGTH = 8;
  static final int VALUE_OFFSET = 12;
  static final int VALUE_LENGTH = 16;
  static final int NEXT = 20;
  static final int EXPECTED = 24;
  static final int VERSION = 32;
  static final int TTL = 40;
  static final int DELTA = 48;

  private WriteOps() {}

  /** Whether an operation that was carried out has something to tell. */
  static boolean tells(byte kind) {
    return kind == INCREMENT || kind == TimerOps.CLAIM || FilterOps.tells(kind);
  }

  /** Bytes before the keys and values of so many operations. */
  static int tableBytes(int operations) {
    return HEADER + operations * (Integer.BYTES + BYTES);
  }

  static int count(byte[] ops) {
    return int32(ops, 0);
  }

  /** Where an operation's fields start. */
  static int at(byte[] ops, int operation) {
    return HEADER + count(ops) * Integer.BYTES + operation * BYTES;
  }

  static void hash(byte[] ops, int operation, int hash) {
    RecordLayout.INT.set(ops, HEADER + operation * Integer.BYTES, hash);
  }

  /**
   * The first operation on a key.
   *
   * @throws IllegalArgumentException if there is none: the request is broken
   */
  static int find(byte[] ops, byte[] key) {
    int count = count(ops);
    int hash = KeyHash.of(key);
    for (int i = 0; i < count; i++) {
      if (int32(ops, HEADER + i * Integer.BYTES) == hash) {
        int at = at(ops, i);
        int from = int32(ops, at + KEY_OFFSET);
        int to = from + int32(ops, at + KEY_LENGTH);
        if (Arrays.equals(ops, from, to, key, 0, key.length)) {
          return i;
        }
      }
    }
    throw new IllegalArgumentException("no operation of " + count + " is on this key");
  }

  static int int32(byte[] ops, int offset) {
    return (int) RecordLayout.INT.get(ops, offset);
  }

  static void int32(byte[] ops, int offset, int value) {
    RecordLayout.INT.set(ops, offset, value);
  }

  static long int64(byte[] ops, int offset) {
    return (long) RecordLayout.LONG.get(ops, offset);
  }

  static void int64(byte[] ops, int offset, long value) {
    RecordLayout.LONG.set(ops, offset, value);
  }
}
