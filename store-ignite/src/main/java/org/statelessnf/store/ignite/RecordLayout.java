package org.statelessnf.store.ignite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What a cache entry's value holds, little-endian.
 *
 * <pre>
 *  +-----------------------------------------------------------------+
 *  | version, not 0 (64 bits)                                        |  0
 *  +-----------------------------------------------------------------+
 *  | expires at, milliseconds since the epoch; 0 never (64 bits)     |  8
 *  +-----------------------------------------------------------------+
 *  | value ...                                                       | 16
 *  +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>The expiry is judged here and not by Ignite, whose clock ticks in steps of 10 ms or more: a
 * record must never go early. Ignite's own expiry comes a little later and frees the memory.
 */
final class RecordLayout {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  static final int EXPIRES_AT = 8;
  static final int VALUE = 16;

  private RecordLayout() {}

  static long version(byte[] record) {
    return (long) LONG.get(record, 0);
  }

  /** Whether there is a record at a given time, in milliseconds since the epoch. */
  static boolean isLive(byte @Nullable [] record, long nowMillis) {
    if (record == null) {
      return false;
    }
    long at = (long) LONG.get(record, EXPIRES_AT);
    return at == 0 || nowMillis < at;
  }

  /** Whether a record expires at all; if not, nobody needs to look at the clock. */
  static boolean expires(byte[] record) {
    return (long) LONG.get(record, EXPIRES_AT) != 0;
  }

  static byte[] create(long version, long expiresAtMillis, int valueLength) {
    byte[] record = new byte[VALUE + valueLength];
    LONG.set(record, 0, version);
    LONG.set(record, EXPIRES_AT, expiresAtMillis);
    return record;
  }
}
