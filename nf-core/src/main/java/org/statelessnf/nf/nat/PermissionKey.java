package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * Key of the record that says that an inside endpoint has sent to a remote one; only with a {@link
 * Filtering} that asks for it. The remote port is 0 where filtering is by address. 13 bytes; the
 * value is the time of last use, 8 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |   protocol    |                inside address                 |
 *  +---------------+-------------------------------+---------------+
 *  |               |          inside port          |    remote     |
 *  +---------------+-------------------------------+---------------+
 *  |                    address                    |  remote port  |
 *  +---------------+-------------------------------+---------------+
 *  |               |
 *  +---------------+
 * </pre>
 */
final class PermissionKey {
  static final int LENGTH = 13;
  static final int VALUE_LENGTH = 8;

  private PermissionKey() {}

  static void write(
      MemorySegment memory,
      long offset,
      int protocol,
      int insideAddress,
      int insidePort,
      int remoteAddress,
      int remotePort) {
    MappingKey.write(memory, offset, protocol, insideAddress, insidePort);
    Wire.put32(memory, offset + MappingKey.LENGTH, remoteAddress);
    Wire.put16(memory, offset + MappingKey.LENGTH + 4, remotePort);
  }

  static int remoteAddress(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + MappingKey.LENGTH);
  }

  static int remotePort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + MappingKey.LENGTH + 4);
  }
}
