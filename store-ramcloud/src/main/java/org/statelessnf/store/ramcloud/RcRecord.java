package org.statelessnf.store.ramcloud;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a RAMCloud object's value holds, little-endian. The version is RAMCloud's.
 *
 * <pre>
 *  +-----------------------------------------------------------------+
 *  | expires at, milliseconds since the epoch; 0 never (64 bits)     |  0
 *  +-----------------------------------------------------------------+
 *  | mark of the write (64 bits)                                     |  8
 *  +-----------------------------------------------------------------+
 *  | value ...                                                       | 16
 *  +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>Or a bare counter of exactly 8 bytes, which is what RAMCloud's increment makes and takes: it
 * never expires and needs no mark, since increments are applied exactly once.
 */
final class RcRecord {
  static final int MARK = 8;
  static final int HEADER_BYTES = 16;
  static final int COUNTER_BYTES = 8;

  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * How much later than its time-to-live a record goes: the time is told before the write leaves,
   * and a record must not go early. Rule E allows 1 s.
   */
  private static final long LATER_MILLIS = 200;

  /** Later than that is never; {@link KeyHints} has another use for the bits above. */
  private static final long LATEST = 1L << 59;

  private RcRecord() {}

  static boolean isCounter(int bytes) {
    return bytes == COUNTER_BYTES;
  }

  /** Whether an object has a form that this store writes. */
  static boolean isKnown(int bytes) {
    return bytes >= HEADER_BYTES || isCounter(bytes);
  }

  /** Length of the value in an object of a known form. */
  static int valueLength(int bytes) {
    return isCounter(bytes) ? COUNTER_BYTES : bytes - HEADER_BYTES;
  }

  static boolean isGone(long expiresAt, long nowMillis) {
    return expiresAt != 0 && nowMillis >= expiresAt;
  }

  /** When a record written now expires; 0 never. */
  static long expiresAt(long ttlMillis, long nowMillis) {
    if (ttlMillis < 0) {
      return 0;
    }
    long at = nowMillis + ttlMillis + LATER_MILLIS;
    return at < 0 || at > LATEST ? 0 : at;
  }

  static void header(MemorySegment memory, long at, long expiresAt, long mark) {
    memory.set(LONG, at, expiresAt);
    memory.set(LONG, at + MARK, mark);
  }
}
