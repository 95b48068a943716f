package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * UDP header (RFC 768), 8 bytes. UDP-Lite (RFC 3828) has the same shape, with the checksum coverage
 * in the place of the length.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          source port          |       destination port        |
 *  +-------------------------------+-------------------------------+
 *  |            length             |           checksum            |
 *  +-------------------------------+-------------------------------+
 * </pre>
 */
public final class UdpHeader {
  /** Header length in bytes. */
  public static final int LENGTH = 8;

  public static final int SOURCE_PORT_OFFSET = 0;
  public static final int DESTINATION_PORT_OFFSET = 2;
  public static final int LENGTH_OFFSET = 4;
  public static final int CHECKSUM_OFFSET = 6;

  private UdpHeader() {}

  /** Source port. */
  public static int sourcePort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + SOURCE_PORT_OFFSET);
  }

  /** Sets the source port. */
  public static void sourcePort(MemorySegment memory, long offset, int port) {
    Wire.put16(memory, offset + SOURCE_PORT_OFFSET, port);
  }

  /** Destination port. */
  public static int destinationPort(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + DESTINATION_PORT_OFFSET);
  }

  /** Sets the destination port. */
  public static void destinationPort(MemorySegment memory, long offset, int port) {
    Wire.put16(memory, offset + DESTINATION_PORT_OFFSET, port);
  }

  /** Length of header and payload, in bytes. */
  public static int length(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + LENGTH_OFFSET);
  }

  /** Sets the length of header and payload. */
  public static void length(MemorySegment memory, long offset, int length) {
    Wire.put16(memory, offset + LENGTH_OFFSET, length);
  }

  /** Checksum; 0 means "none" over IPv4 and is illegal over IPv6 (RFC 8200 section 8.1). */
  public static int checksum(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment memory, long offset, int checksum) {
    Wire.put16(memory, offset + CHECKSUM_OFFSET, checksum);
  }
}
