package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMPv6 header (RFC 4443 section 2.1) with the word behind it, 8 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     type      |     code      |           checksum            |
 *  +---------------+---------------+-------------------------------+
 *  |          identifier           |        sequence number        |  echo
 *  +-------------------------------+-------------------------------+
 *  |              MTU, pointer or unused                           |  errors
 *  +---------------------------------------------------------------+
 *  |       the packet in question, its IP header first             |  errors
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class Icmpv6Header {
  /** Header length in bytes, with the word behind the checksum. */
  public static final int LENGTH = 8;

  public static final int TYPE_OFFSET = 0;
  public static final int CODE_OFFSET = 1;
  public static final int CHECKSUM_OFFSET = 2;
  public static final int IDENTIFIER_OFFSET = 4;
  public static final int SEQUENCE_OFFSET = 6;
  public static final int MTU_OFFSET = 4;

  public static final int DESTINATION_UNREACHABLE = 1;
  public static final int PACKET_TOO_BIG = 2;
  public static final int TIME_EXCEEDED = 3;
  public static final int PARAMETER_PROBLEM = 4;
  public static final int ECHO_REQUEST = 128;
  public static final int ECHO_REPLY = 129;
  public static final int ROUTER_SOLICITATION = 133;
  public static final int ROUTER_ADVERTISEMENT = 134;
  public static final int NEIGHBOR_SOLICITATION = 135;
  public static final int NEIGHBOR_ADVERTISEMENT = 136;
  public static final int REDIRECT = 137;

  private Icmpv6Header() {}

  /** True for the types of RFC 4443 that quote the packet they are about. */
  public static boolean isError(int type) {
    return type >= DESTINATION_UNREACHABLE && type <= PARAMETER_PROBLEM;
  }

  /** True for echo request and reply, which carry an identifier. */
  public static boolean isQuery(int type) {
    return type == ECHO_REQUEST || type == ECHO_REPLY;
  }

  /** True for neighbour and router discovery (RFC 4861), which never crosses a router. */
  public static boolean isNeighborDiscovery(int type) {
    return type >= ROUTER_SOLICITATION && type <= REDIRECT;
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

  /** Checksum, which covers the pseudo header too. */
  public static int checksum(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment memory, long offset, int checksum) {
    Wire.put16(memory, offset + CHECKSUM_OFFSET, checksum);
  }

  /** Identifier of an echo. */
  public static int identifier(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + IDENTIFIER_OFFSET);
  }

  /** Sets the identifier of an echo. */
  public static void identifier(MemorySegment memory, long offset, int identifier) {
    Wire.put16(memory, offset + IDENTIFIER_OFFSET, identifier);
  }

  /** Sequence number of an echo. */
  public static int sequence(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + SEQUENCE_OFFSET);
  }

  /** MTU of "packet too big". */
  public static long mtu(MemorySegment memory, long offset) {
    return Wire.u32(memory, offset + MTU_OFFSET);
  }

  /** Sets the MTU of "packet too big". */
  public static void mtu(MemorySegment memory, long offset, long mtu) {
    Wire.put32(memory, offset + MTU_OFFSET, (int) mtu);
  }
}
