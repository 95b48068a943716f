package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * Value of a mapping's records. The forward record's peer is the external endpoint, the reverse
 * record's peer the inside endpoint; the rest is the same in both. 24 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                         peer address                          |
 *  +-------------------------------+---------------+---------------+
 *  |           peer port           |     state     |     flags     |
 *  +-------------------------------+---------------+---------------+
 *  |                           last seen,                          |
 *  |           nanoseconds since the epoch, packet time            |
 *  +---------------------------------------------------------------+
 *  |          remote address of the first connection (TCP)         |
 *  +-------------------------------+-------------------------------+
 *  |          its port             |           reserved            |
 *  +-------------------------------+-------------------------------+
 * </pre>
 */
final class MappingRecord {
  static final int LENGTH = 24;

  private static final int PEER_ADDRESS_OFFSET = 0;
  private static final int PEER_PORT_OFFSET = 4;
  private static final int STATE_OFFSET = 6;
  private static final int FLAGS_OFFSET = 7;
  private static final int LAST_SEEN_OFFSET = 8;
  private static final int REMOTE_ADDRESS_OFFSET = 16;
  private static final int REMOTE_PORT_OFFSET = 20;

  private MappingRecord() {}

  static int peerAddress(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + PEER_ADDRESS_OFFSET);
  }

  static int peerPort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + PEER_PORT_OFFSET);
  }

  static void peer(MemorySegment memory, long offset, int address, int port) {
    Wire.put32(memory, offset + PEER_ADDRESS_OFFSET, address);
    Wire.put16(memory, offset + PEER_PORT_OFFSET, port);
  }

  static boolean hasPeer(MemorySegment memory, long offset, int address, int port) {
    return peerAddress(memory, offset) == address && peerPort(memory, offset) == port;
  }

  /** A {@link MappingState}. */
  static int state(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + STATE_OFFSET);
  }

  /** 0 or {@link MappingState#SHARED}. */
  static int flags(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + FLAGS_OFFSET);
  }

  static void state(MemorySegment memory, long offset, int state, int flags) {
    Wire.put8(memory, offset + STATE_OFFSET, state);
    Wire.put8(memory, offset + FLAGS_OFFSET, flags);
  }

  static long lastSeenNanos(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + LAST_SEEN_OFFSET);
  }

  static void lastSeenNanos(MemorySegment memory, long offset, long nanos) {
    Wire.put64(memory, offset + LAST_SEEN_OFFSET, nanos);
  }

  static int remoteAddress(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + REMOTE_ADDRESS_OFFSET);
  }

  static int remotePort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + REMOTE_PORT_OFFSET);
  }

  static void remote(MemorySegment memory, long offset, int address, int port) {
    Wire.put32(memory, offset + REMOTE_ADDRESS_OFFSET, address);
    Wire.put16(memory, offset + REMOTE_PORT_OFFSET, port);
  }

  static boolean hasRemote(MemorySegment memory, long offset, int address, int port) {
    return remoteAddress(memory, offset) == address && remotePort(memory, offset) == port;
  }
}
