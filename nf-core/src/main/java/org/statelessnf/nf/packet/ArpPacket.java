package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * ARP for IPv4 over Ethernet (RFC 826), 28 bytes. A frame with EtherType {@link
 * EthernetHeader#TYPE_ARP} that parses as {@link ParseStatus#NOT_IP} holds all 28 bytes from {@link
 * Packet#l3Offset()}; that it is about IPv4 over Ethernet says {@link #isIpv4OverEthernet}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |       hardware type = 1       |    protocol type = 0x0800     |
 *  +---------------+---------------+-------------------------------+
 *  | hw length = 6 |proto length =4|           operation           |
 *  +---------------+---------------+-------------------------------+
 *  |                    sender hardware address                    |
 *  +                               +-------------------------------+
 *  |                               |    sender protocol address    |
 *  +-------------------------------+-------------------------------+
 *  |    sender protocol address    |    target hardware address    |
 *  +-------------------------------+                               +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    target protocol address                    |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class ArpPacket {
  /** Length in bytes. */
  public static final int LENGTH = 28;

  public static final int OPERATION_OFFSET = 6;
  public static final int SENDER_HARDWARE_OFFSET = 8;
  public static final int SENDER_PROTOCOL_OFFSET = 14;
  public static final int TARGET_HARDWARE_OFFSET = 18;
  public static final int TARGET_PROTOCOL_OFFSET = 24;

  public static final int OPERATION_REQUEST = 1;
  public static final int OPERATION_REPLY = 2;

  /** The first six bytes of an ARP packet for IPv4 over Ethernet. */
  private static final long IPV4_OVER_ETHERNET = 0x0001_0800_0604L;

  private ArpPacket() {}

  /** True if hardware type and length, protocol type and length are Ethernet's and IPv4's. */
  public static boolean isIpv4OverEthernet(MemorySegment memory, long offset) {
    return Wire.u48(memory, offset) == IPV4_OVER_ETHERNET;
  }

  /** Writes hardware type and length, protocol type and length of IPv4 over Ethernet. */
  public static void ipv4OverEthernet(MemorySegment memory, long offset) {
    Wire.put48(memory, offset, IPV4_OVER_ETHERNET);
  }

  /** Operation. */
  public static int operation(MemorySegment memory, long offset) {
    return Wire.u16(memory, offset + OPERATION_OFFSET);
  }

  /** Sets the operation. */
  public static void operation(MemorySegment memory, long offset, int operation) {
    Wire.put16(memory, offset + OPERATION_OFFSET, operation);
  }

  /** Sender's MAC address, in the low 48 bits. */
  public static long senderHardware(MemorySegment memory, long offset) {
    return Wire.u48(memory, offset + SENDER_HARDWARE_OFFSET);
  }

  /** Sets the sender's MAC address. */
  public static void senderHardware(MemorySegment memory, long offset, long address) {
    Wire.put48(memory, offset + SENDER_HARDWARE_OFFSET, address);
  }

  /** Sender's IPv4 address. */
  public static int senderProtocol(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + SENDER_PROTOCOL_OFFSET);
  }

  /** Sets the sender's IPv4 address. */
  public static void senderProtocol(MemorySegment memory, long offset, int address) {
    Wire.put32(memory, offset + SENDER_PROTOCOL_OFFSET, address);
  }

  /** Target's MAC address, in the low 48 bits. */
  public static long targetHardware(MemorySegment memory, long offset) {
    return Wire.u48(memory, offset + TARGET_HARDWARE_OFFSET);
  }

  /** Sets the target's MAC address. */
  public static void targetHardware(MemorySegment memory, long offset, long address) {
    Wire.put48(memory, offset + TARGET_HARDWARE_OFFSET, address);
  }

  /** Target's IPv4 address. */
  public static int targetProtocol(MemorySegment memory, long offset) {
    return Wire.i32(memory, offset + TARGET_PROTOCOL_OFFSET);
  }

  /** Sets the target's IPv4 address. */
  public static void targetProtocol(MemorySegment memory, long offset, int address) {
    Wire.put32(memory, offset + TARGET_PROTOCOL_OFFSET, address);
  }
}
