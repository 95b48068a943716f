package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * IPv6 extension headers (RFC 8200 section 4). All begin with the type of the header behind them.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |  next header  |    length     |  hop-by-hop, destination:     |
 *  +---------------+---------------+  options up to 8 (length + 1) |
 *  |                                                               |
 *  +---------------+---------------+---------------+---------------+
 *  |  next header  |    length     | routing type  | segments left |
 *  +---------------+---------------+---------------+---------------+
 *  |  next header  |   reserved    |     fragment offset     |res|M|
 *  +---------------+---------------+-------------------------+---+-+
 *  |                    fragment identification                    |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6Extension {
  /** Every extension header is at least this long. */
  public static final int MINIMUM_LENGTH = 8;

  public static final int NEXT_HEADER_OFFSET = 0;
  public static final int LENGTH_OFFSET = 1;
  public static final int ROUTING_TYPE_OFFSET = 2;
  public static final int SEGMENTS_LEFT_OFFSET = 3;
  public static final int FRAGMENT_FIELD_OFFSET = 2;
  public static final int FRAGMENT_IDENTIFICATION_OFFSET = 4;

  /** Option type of the jumbo payload (RFC 2675 section 2). */
  public static final int OPTION_JUMBO = 0xc2;

  private static final int OPTION_PAD1 = 0;

  private Ipv6Extension() {}

  /** True for headers that are walked over to find the upper protocol. */
  public static boolean isExtension(int nextHeader) {
    return switch (nextHeader) {
      case IpProtocol.HOP_BY_HOP,
          IpProtocol.ROUTING,
          IpProtocol.FRAGMENT,
          IpProtocol.AH,
          IpProtocol.DESTINATION_OPTIONS ->
          true;
      default -> false;
    };
  }

  /** What follows this header. */
  public static int nextHeader(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + NEXT_HEADER_OFFSET);
  }

  /**
   * Length of an extension header in bytes, at least 8.
   *
   * @param type the header's own type: AH (RFC 4302 section 2.2) counts in units of 4 bytes, a
   *     fragment header has no length field
   */
  public static int length(MemorySegment memory, long offset, int type) {
    int units = Wire.u8(memory, offset + LENGTH_OFFSET);
    return switch (type) {
      case IpProtocol.FRAGMENT -> MINIMUM_LENGTH;
      case IpProtocol.AH -> Math.max(MINIMUM_LENGTH, (units + 2) << 2);
      default -> (units + 1) << 3;
    };
  }

  /** Routing type of a routing header. */
  public static int routingType(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + ROUTING_TYPE_OFFSET);
  }

  /** Segments left of a routing header. */
  public static int segmentsLeft(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + SEGMENTS_LEFT_OFFSET);
  }

  /**
   * Where a routing header keeps the address of the final destination.
   *
   * @param length length of the routing header
   * @return distance from the header's begin; 0 if the header names none (no segments left: it is
   *     the IPv6 header's destination); -1 if the type is unknown or the list is too short
   */
  public static int finalDestination(MemorySegment memory, long offset, int length) {
    int left = segmentsLeft(memory, offset);
    if (left == 0) {
      return 0;
    }
    return switch (routingType(memory, offset)) {
      // Type 0 (RFC 2460 section 4.4) and 2 (RFC 6275 section 6.4): addresses in travel order.
      case 0, 2 -> length >= 24 && left <= (length - 8) / 16 ? 8 + (length - 8) / 16 * 16 - 16 : -1;
      // Segment routing (RFC 8754 section 2): in reverse, the last segment comes first.
      case 4 -> length >= 24 ? 8 : -1;
      default -> -1;
    };
  }

  /** Fragment offset of a fragment header, in bytes. */
  public static int fragmentOffset(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + FRAGMENT_FIELD_OFFSET) & 0xfff8;
  }

  /** M flag of a fragment header. */
  public static boolean moreFragments(MemorySegment memory, long offset) {
    return (Wire.u16(memory, offset + FRAGMENT_FIELD_OFFSET) & 1) != 0;
  }

  /** Identification of a fragment header. */
  public static int fragmentIdentification(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + FRAGMENT_IDENTIFICATION_OFFSET);
  }

  /**
   * Looks for the jumbo payload option (RFC 2675) among hop-by-hop options.
   *
   * @param length length of the hop-by-hop header, all of it within bounds
   * @return the jumbo payload length as an unsigned 32-bit value; 0 if there is no such option; -1
   *     if the options run past the header or the option's length is not 4
   */
  public static long jumboPayloadLength(MemorySegment memory, long offset, int length) {
    long end = offset + length;
    long at = offset + 2;
    while (at < end) {
      int type = Wire.u8(memory, at);
      if (type == OPTION_PAD1) {
        at++;
        continue;
      }
      if (end - at < 2) {
        return -1;
      }
      int dataLength = Wire.u8(memory, at + 1);
      if (end - at - 2 < dataLength) {
        return -1;
      }
      if (type == OPTION_JUMBO) {
        return dataLength == 4 ? Wire.u32(memory, at + 2) : -1;
      }
      at += 2 + dataLength;
    }
    return 0;
  }
}
