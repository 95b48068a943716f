package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * Key of a mapping's records: of the forward record with the inside endpoint, of the reverse record
 * with the external one. 7 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |   protocol    |             address, high 24 bits             |
 *  +---------------+-------------------------------+---------------+
 *  | low 8 bits    |     port or ICMP identifier   |
 *  +---------------+-------------------------------+
 * </pre>
 */
final class MappingKey {
  static final int LENGTH = 7;

  private static final int PROTOCOL_OFFSET = 0;
  private static final int ADDRESS_OFFSET = 1;
  private static final int PORT_OFFSET = 5;

  private MappingKey() {}

  static void write(MemorySegment memory, long offset, int protocol, int address, int port) {
    Wire.put8(memory, offset + PROTOCOL_OFFSET, protocol);
    Wire.put32(memory, offset + ADDRESS_OFFSET, address);
    Wire.put16(memory, offset + PORT_OFFSET, port);
  }

  static int protocol(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + PROTOCOL_OFFSET);
  }

  static int address(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + ADDRESS_OFFSET);
  }

  static int port(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + PORT_OFFSET);
  }
}
