package org.statelessnf.conformance.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Values that say which write they come from: a 64-bit tag, little-endian, and after it bytes that
 * follow from the tag, so that a value pieced together from two writes is found out.
 */
final class Tags {
  /** Longest value. */
  static final int MAX_BYTES = 64;

  /** What stands for a value that no write can have written. */
  static final long TORN = -1;

  private static final int CLIENT_SHIFT = 44;
  private static final int SERIAL_SHIFT = 20;

  private Tags() {}

  /** A tag that no other put has; increments by less than a million do not lead to the next one. */
  static long tag(int client, int serial) {
    return (client + 1L) << CLIENT_SHIFT | (long) serial << SERIAL_SHIFT;
  }

  /** The value of a tag; 8 bytes if it must be fit to be incremented. */
  static byte[] value(long tag, boolean counter) {
    byte[] value = new byte[counter ? Long.BYTES : length(tag)];
    ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).putLong(tag);
    for (int i = Long.BYTES; i < value.length; i++) {
      value[i] = filler(tag, i);
    }
    return value;
  }

  /** The tag of a value, or {@link #TORN}. */
  static long tag(byte[] value, boolean counter) {
    if (value.length < Long.BYTES) {
      return TORN;
    }
    long tag = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (value.length != (counter ? Long.BYTES : length(tag))) {
      return TORN;
    }
    for (int i = Long.BYTES; i < value.length; i++) {
      if (value[i] != filler(tag, i)) {
        return TORN;
      }
    }
    return tag;
  }

  private static int length(long tag) {
    return Long.BYTES + (int) ((tag >>> SERIAL_SHIFT) * 31 & 63) % (MAX_BYTES - Long.BYTES + 1);
  }

  private static byte filler(long tag, int index) {
    return (byte) ((tag >>> SERIAL_SHIFT) * 131 + index);
  }
}
