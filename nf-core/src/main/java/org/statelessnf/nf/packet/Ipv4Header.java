package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * IPv4 header (RFC 791 section 3.1), 20 to 60 bytes. Setters do not touch the checksum: update it
 * with {@link Checksum}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+-----------+---+-------------------------------+
 *  |version|  IHL  |   DSCP    |ECN|         total length          |
 *  +-------+-------+-----------+---+-----+-------------------------+
 *  |        identification         |0|D|M|     fragment offset     |
 *  +---------------+---------------+-----+-------------------------+
 *  | time to live  |   protocol    |        header checksum        |
 *  +---------------+---------------+-------------------------------+
 *  |                        source address                         |
 *  +---------------------------------------------------------------+
 *  |                      destination address                      |
 *  +---------------------------------------------------------------+
 *  |                     options (0 to 40 bytes)                   |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv4Header {
  /** Length without options. */
  public static final int MINIMUM_LENGTH = 20;

  public static final int TRAFFIC_CLASS_OFFSET = 1;
  public static final int TOTAL_LENGTH_OFFSET = 2;
  public static final int IDENTIFICATION_OFFSET = 4;
  public static final int FRAGMENT_OFFSET = 6;
  public static final int TTL_OFFSET = 8;
  public static final int PROTOCOL_OFFSET = 9;
  public static final int CHECKSUM_OFFSET = 10;
  public static final int SOURCE_OFFSET = 12;
  public static final int DESTINATION_OFFSET = 16;

  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;

  private Ipv4Header() {}

  /** Version nibble. */
  public static int version(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset) >>> 4;
  }

  /** Header length with options, in bytes. */
  public static int headerLength(MemorySegment memory, long offset) {
    return (Wire.u8(memory, offset) & 0xf) << 2;
  }

  /** DSCP and ECN. */
  public static int trafficClass(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + TRAFFIC_CLASS_OFFSET);
  }

  /** Length of header and payload, in bytes. */
  public static int totalLength(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + TOTAL_LENGTH_OFFSET);
  }

  /** Sets the length of header and payload. */
  public static void totalLength(MemorySegment memory, long offset, int length) {
    Wire.put16(memory, offset + TOTAL_LENGTH_OFFSET, length);
  }

  /** Identification, which fragments of one datagram share. */
  public static int identification(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + IDENTIFICATION_OFFSET);
  }

  /** Sets the identification. */
  public static void identification(MemorySegment memory, long offset, int identification) {
    Wire.put16(memory, offset + IDENTIFICATION_OFFSET, identification);
  }

  /** The DF flag. */
  public static boolean dontFragment(MemorySegment memory, long offset) {
    return (Wire.u16(memory, offset + FRAGMENT_OFFSET) & DONT_FRAGMENT) != 0;
  }

  /** The MF flag. */
  public static boolean moreFragments(MemorySegment memory, long offset) {
    return (Wire.u16(memory, offset + FRAGMENT_OFFSET) & MORE_FRAGMENTS) != 0;
  }

  /** Fragment offset, in bytes. */
  public static int fragmentOffset(MemorySegment memory, long offset) {
    return (Wire.u16(memory, offset + FRAGMENT_OFFSET) & 0x1fff) << 3;
  }

  /** Time to live. */
  public static int ttl(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + TTL_OFFSET);
  }

  /** Sets the time to live. */
  public static void ttl(MemorySegment memory, long offset, int ttl) {
    Wire.put8(memory, offset + TTL_OFFSET, ttl);
  }

  /** Upper protocol, an {@link IpProtocol}. */
  public static int protocol(MemorySegment memory, long offset) {
    return Wire.u8(memory, offset + PROTOCOL_OFFSET);
  }

  /** Header checksum. */
  public static int checksum(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + CHECKSUM_OFFSET);
  }

  /** Sets the header checksum. */
  public static void checksum(MemorySegment memory, long offset, int checksum) {
    Wire.put16(memory, offset + CHECKSUM_OFFSET, checksum);
  }

  /** Source address. */
  public static int source(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + SOURCE_OFFSET);
  }

  /** Sets the source address. */
  public static void source(MemorySegment memory, long offset, int address) {
    Wire.put32(memory, offset + SOURCE_OFFSET, address);
  }

  /** Destination address. */
  public static int destination(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + DESTINATION_OFFSET);
  }

  /** Sets the destination address. */
  public static void destination(MemorySegment memory, long offset, int address) {
    Wire.put32(memory, offset + DESTINATION_OFFSET, address);
  }

  /** True for 224.0.0.0/4 and 255.255.255.255. */
  public static boolean isMulticast(int address) {
    return address >>> 28 == 0xe || address == -1;
  }
}
