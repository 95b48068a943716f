package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * Who hands out the ports of a block. Key: protocol (1 byte), external address (4), number of the
 * block (2). Value, 16 bytes:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                  owner, a pipe of an instance                 |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    end of the lease, milliseconds             |
 *  |                   since the epoch, real time                  |
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class BlockRecord {
  static final int KEY_LENGTH = MappingKey.LENGTH;
  static final int LENGTH = 16;

  private static final int OWNER_OFFSET = 0;
  private static final int LEASE_END_OFFSET = 8;

  private BlockRecord() {}

  /** The same shape as a mapping's key, with the block's number for the port. */
  static void writeKey(MemorySegment memory, long offset, int protocol, int address, int block) {
    MappingKey.write(memory, offset, protocol, address, block);
  }

  static void write(MemorySegment memory, long offset, long owner, long leaseEndMillis) {
    Wire.put64(memory, offset + OWNER_OFFSET, owner);
    Wire.put64(memory, offset + LEASE_END_OFFSET, leaseEndMillis);
  }

  static long owner(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + OWNER_OFFSET);
  }

  static long leaseEndMillis(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + LEASE_END_OFFSET);
  }
}
