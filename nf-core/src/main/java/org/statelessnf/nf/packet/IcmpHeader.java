package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMP header (RFC 792), 8 bytes; the second word depends on the type.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     type      |     code      |           checksum            |
 *  +---------------+---------------+-------------------------------+
 *  |          identifier           |        sequence number        |  queries
 *  +-------------------------------+-------------------------------+
 *  |            unused             |         next-hop MTU          |  errors (RFC 1191)
 *  +-------------------------------+-------------------------------+
 *  |       the packet in question, its IP header first             |  errors
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class IcmpHeader {
  /** Header length in bytes. */
  public static final int LENGTH = 8;

  public static final int TYPE_OFFSET = 0;
  public static final int CODE_OFFSET = 1;
  public static final int CHECKSUM_OFFSET = 2;
  public static final int IDENTIFIER_OFFSET = 4;
  public static final int SEQUENCE_OFFSET = 6;
  public static final int MTU_OFFSET = 6;

  public static final int ECHO_REPLY = 0;
  public static final int DESTINATION_UNREACHABLE = 3;
  public static final int SOURCE_QUENCH = 4;
  public static final int REDIRECT = 5;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;
  public static final int TIMESTAMP_REQUEST = 13;
  public static final int TIMESTAMP_REPLY = 14;
  public static final int INFORMATION_REQUEST = 15;
  public static final int INFORMATION_REPLY = 16;
  public static final int ADDRESS_MASK_REQUEST = 17;
  public static final int ADDRESS_MASK_REPLY = 18;

  /** Code of "fragmentation needed and DF set". */
  public static final int CODE_FRAGMENTATION_NEEDED = 4;

  private IcmpHeader() {}

  /** True for types that quote the packet they are about. */
  public static boolean isError(int type) {
    return switch (type) {
      case DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM ->
          true;
      default -> false;
    };
  }

  /** True for requests and replies that carry an identifier. */
  public static boolean isQuery(int type) {
    return switch (type) {
      case ECHO_REPLY,
          ECHO_REQUEST,
          TIMESTAMP_REQUEST,
          TIMESTAMP_REPLY,
          INFORMATION_REQUEST,
          INFORMATION_REPLY,
          ADDRESS_MASK_REQUEST,
          ADDRESS_MASK_REPLY ->
          true;
      default -> false;
    };
  }

  /** True for the types that open an exchange: requests. */
  public static boolean isRequest(int type) {
    return switch (type) {
      case ECHO_REQUEST, TIMESTAMP_REQUEST, INFORMATION_REQUEST, ADDRESS_MASK_REQUEST -> true;
      default -> false;
    };
  }

  /** Type. */
  public static int type(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + TYPE_OFFSET);
  }

  /** Sets the type. */
  public static void type(MemorySegment memory, long offset, int type) {
    Wire.put8(memory, offset + TYPE_OFFSET, type);
  }

  /** Code. */
  public static int code(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + CODE_OFFSET);
  }

  /** Sets the code. */
  public static void code(MemorySegment memory, long offset, int code) {
    Wire.put8(memory, offset + CODE_OFFSET, code);
  }

  /** Checksum. */
  public static int checksum(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment memory, long offset, int checksum) {
    Wire.put16(memory, offset + CHECKSUM_OFFSET, checksum);
  }

  /** Identifier of a query. */
  public static int identifier(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + IDENTIFIER_OFFSET);
  }

  /** Sets the identifier of a query. */
  public static void identifier(MemorySegment memory, long offset, int identifier) {
    Wire.put16(memory, offset + IDENTIFIER_OFFSET, identifier);
  }

  /** Sequence number of a query. */
  public static int sequence(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + SEQUENCE_OFFSET);
  }

  /** Next-hop MTU of "fragmentation needed" (RFC 1191 section 4); 0 from old routers. */
  public static int mtu(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + MTU_OFFSET);
  }

  /** Sets the next-hop MTU. */
  public static void mtu(MemorySegment memory, long offset, int mtu) {
    Wire.put16(memory, offset + MTU_OFFSET, mtu);
  }
}
