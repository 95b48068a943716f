package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * Where the first fragment of a datagram went, for the later ones. 20 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                      new source address                       |
 *  +---------------------------------------------------------------+
 *  |                    new destination address                    |
 *  +---------------------------------------------------------------+
 *  |                           last seen,                          |
 *  |           nanoseconds since the epoch, packet time            |
 *  +---------------+-----------------------------------------------+
 *  |    hairpin    |                   reserved                    |
 *  +---------------+-----------------------------------------------+
 * </pre>
 */
final class FragmentRecord {
  static final int LENGTH = 20;

  private static final int SOURCE_OFFSET = 0;
  private static final int DESTINATION_OFFSET = 4;
  private static final int LAST_SEEN_OFFSET = 8;
  private static final int HAIRPIN_OFFSET = 16;

  private FragmentRecord() {}

  static void write(
      MemorySegment memory,
      long offset,
      int source,
      int destination,
      boolean hairpin,
      long lastSeenNanos) {
    Wire.put32(memory, offset + SOURCE_OFFSET, source);
    Wire.put32(memory, offset + DESTINATION_OFFSET, destination);
    Wire.put64(memory, offset + LAST_SEEN_OFFSET, lastSeenNanos);
    Wire.put8(memory, offset + HAIRPIN_OFFSET, hairpin ? 1 : 0);
  }

  static int source(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + SOURCE_OFFSET);
  }

  static int destination(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + DESTINATION_OFFSET);
  }

  static long lastSeenNanos(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + LAST_SEEN_OFFSET);
  }

  static boolean isHairpin(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + HAIRPIN_OFFSET) != 0;
  }
}
