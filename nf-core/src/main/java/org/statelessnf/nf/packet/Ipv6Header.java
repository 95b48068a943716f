package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * IPv6 header (RFC 8200 section 3), 40 bytes; extension headers follow, see {@link Ipv6Extension}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+---------------+---------------------------------------+
 *  |version| traffic class |              flow label               |
 *  +-------+---------------+-------+---------------+---------------+
 *  |        payload length         |  next header  |   hop limit   |
 *  +-------------------------------+---------------+---------------+
 *  |                   source address (16 bytes)                   |
 *  +---------------------------------------------------------------+
 *  |                destination address (16 bytes)                 |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6Header {
  /** Length without extension headers. */
  public static final int LENGTH = 40;

  public static final int PAYLOAD_LENGTH_OFFSET = 4;
  public static final int NEXT_HEADER_OFFSET = 6;
  public static final int HOP_LIMIT_OFFSET = 7;
  public static final int SOURCE_OFFSET = 8;
  public static final int DESTINATION_OFFSET = 24;

  private Ipv6Header() {}

  /** Version nibble. */
  public static int version(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset) >>> 4;
  }

  /** DSCP and ECN. */
  public static int trafficClass(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset) >>> 4 & 0xff;
  }

  /** Flow label, 20 bits. */
  public static int flowLabel(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset) & 0xfffff;
  }

  /** Bytes behind this header, extension headers included; 0 in a jumbogram. */
  public static int payloadLength(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + PAYLOAD_LENGTH_OFFSET);
  }

  /** Sets the number of bytes behind this header. */
  public static void payloadLength(MemorySegment memory, long offset, int length) {
    Wire.put16(memory, offset + PAYLOAD_LENGTH_OFFSET, length);
  }

  /** What follows this header: an extension header or the upper protocol. */
  public static int nextHeader(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + NEXT_HEADER_OFFSET);
  }

  /** Hop limit. */
  public static int hopLimit(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + HOP_LIMIT_OFFSET);
  }

  /** Sets the hop limit. */
  public static void hopLimit(MemorySegment memory, long offset, int hopLimit) {
    Wire.put8(memory, offset + HOP_LIMIT_OFFSET, hopLimit);
  }

  /** First half of the source address. */
  public static long sourceHigh(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + SOURCE_OFFSET);
  }

  /** Second half of the source address. */
  public static long sourceLow(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + SOURCE_OFFSET + 8);
  }

  /** Sets the source address. */
  public static void source(MemorySegment memory, long offset, long high, long low) {
    Wire.put64(memory, offset + SOURCE_OFFSET, high);
    Wire.put64(memory, offset + SOURCE_OFFSET + 8, low);
  }

  /** First half of the destination address. */
  public static long destinationHigh(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + DESTINATION_OFFSET);
  }

  /** Second half of the destination address. */
  public static long destinationLow(MemorySegment memory, long offset) {
    return Wire.i64(memory, offset + DESTINATION_OFFSET + 8);
  }

  /** Sets the destination address. */
  public static void destination(MemorySegment memory, long offset, long high, long low) {
    Wire.put64(memory, offset + DESTINATION_OFFSET, high);
    Wire.put64(memory, offset + DESTINATION_OFFSET + 8, low);
  }

  /** True if the destination is in ff00::/8. */
  public static boolean isMulticast(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + DESTINATION_OFFSET) == 0xff;
  }
}
