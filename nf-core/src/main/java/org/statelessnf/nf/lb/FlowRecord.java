package org.statelessnf.nf.lb;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * A flow's back end and what is known of the flow. 52 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |    format 1   |     state     |               0               |
 *  +---------------+---------------+-------------------------------+
 *  |                           last seen,                          |
 *  |           nanoseconds since the epoch, packet time            |
 *  +---------------------------------------------------------------+
 *  |                  back end (5 words), see Endpoint             |
 *  +---------------------------------------------------------------+
 *  |               virtual address (5 words), see Endpoint         |
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class FlowRecord {
  static final int LENGTH = 52;
  static final int BACKEND = 12;
  static final int VIP = 32;

  private static final int FORMAT = 1;
  private static final int STATE = 1;
  private static final int LAST_SEEN = 4;

  private FlowRecord() {}

  static boolean isUsable(MemorySegment memory, long offset, int length) {
    return length == LENGTH && Wire.u8(memory, offset) == FORMAT;
  }

  /** A {@link FlowState}. */
  static int state(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + STATE);
  }

  static long lastSeenNanos(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + LAST_SEEN);
  }

  static void write(
      MemorySegment memory,
      long offset,
      int state,
      long lastSeenNanos,
      Endpoint backend,
      Endpoint vip) {
    Wire.put32(memory, offset, FORMAT << 24 | state << 16);
    Wire.put64(memory, offset + LAST_SEEN, lastSeenNanos);
    backend.write(memory, offset + BACKEND);
    vip.write(memory, offset + VIP);
  }

  static void touch(MemorySegment memory, long offset, int state, long lastSeenNanos) {
    Wire.put8(memory, offset + STATE, state);
    Wire.put64(memory, offset + LAST_SEEN, lastSeenNanos);
  }
}
