package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * Ethernet II header (IEEE 802.3 clause 3), 14 bytes.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------------------------------------+
 *  |                      destination (6 bytes)                    |
 *  +                               +-------------------------------+
 *  |                               |                               |
 *  +-------------------------------+      source (6 bytes)         +
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |          type or length       |
 *  +-------------------------------+
 * </pre>
 */
public final class EthernetHeader {
  /** Header length in bytes. */
  public static final int LENGTH = 14;

  public static final int DESTINATION_OFFSET = 0;
  public static final int SOURCE_OFFSET = 6;
  public static final int TYPE_OFFSET = 12;

  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_VLAN = 0x8100;
  public static final int TYPE_IPV6 = 0x86dd;
  public static final int TYPE_MPLS = 0x8847;
  public static final int TYPE_PPPOE_SESSION = 0x8864;
  public static final int TYPE_QINQ = 0x88a8;
  public static final int TYPE_QINQ_OLD = 0x9100;

  /** Values below this one are lengths (802.3), not types. */
  public static final int TYPE_MINIMUM = 0x0600;

  private EthernetHeader() {}

  /** Destination address, in the low 48 bits. */
  public static long destination(MemorySegment memory, long offset) {
    return Wire.u48(memory, offset + DESTINATION_OFFSET);
  }

  /** Sets the destination address from the low 48 bits. */
  public static void destination(MemorySegment memory, long offset, long address) {
    Wire.put48(memory, offset + DESTINATION_OFFSET, address);
  }

  /** Source address, in the low 48 bits. */
  public static long source(MemorySegment memory, long offset) {
    return Wire.u48(memory, offset + SOURCE_OFFSET);
  }

  /** Sets the source address from the low 48 bits. */
  public static void source(MemorySegment memory, long offset, long address) {
    Wire.put48(memory, offset + SOURCE_OFFSET, address);
  }

  /** EtherType, TPID of a tag, or 802.3 length. */
  public static int type(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + TYPE_OFFSET);
  }

  /** Sets the EtherType. */
  public static void type(MemorySegment memory, long offset, int type) {
    Wire.put16(memory, offset + TYPE_OFFSET, type);
  }

  /** True if the destination is a group address, the broadcast address included. */
  public static boolean isGroup(MemorySegment memory, long offset) {
    return (Wire.u8(memory, offset + DESTINATION_OFFSET) & 1) != 0;
  }

  /** Exchanges source and destination. */
  public static void swap(MemorySegment memory, long offset) {
    long destination = destination(memory, offset);
    destination(memory, offset, source(memory, offset));
    source(memory, offset, destination);
  }
}
