package org.statelessnf.io.wire;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.ArpPacket;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.Wire;

/**
 * Writes ARP packets (RFC 826) and neighbour discovery messages (RFC 4861 sections 4.3 and 4.4).
 *
 * <pre>
 *  neighbour solicitation, advertisement, behind the IPv6 header:
 *  +---------------+---------------+-------------------------------+
 *  |   135 | 136   |       0       |           checksum            |
 *  +---------------+---------------+-------------------------------+
 *  |R|S|O|                  reserved (flags: 136 only)             |
 *  +---------------------------------------------------------------+
 *  |                       target address, 16 bytes                |
 *  +---------------+---------------+-------------------------------+
 *  |     1 | 2     |       1       |   link-layer address, 6 bytes |
 *  +---------------+---------------+-------------------------------+
 * </pre>
 */
final class NeighborFrames {
  static final long BROADCAST = 0xffff_ffff_ffffL;
  static final int TARGET_OFFSET = 8;
  static final int OPTIONS_OFFSET = 24;
  static final int SOURCE_LINK_ADDRESS = 1;
  static final int TARGET_LINK_ADDRESS = 2;

  /** Discovery that has crossed a router has less and does not count (RFC 4861 section 6.1.1). */
  static final int HOP_LIMIT = 255;

  private static final int OPTION_LENGTH = 8;
  private static final int MESSAGE_LENGTH = OPTIONS_OFFSET + OPTION_LENGTH;
  private static final int FLAGS_OFFSET = 4;
  private static final long ROUTER = 0x8000_0000L;
  private static final long SOLICITED = 0x4000_0000L;
  private static final long OVERRIDE = 0x2000_0000L;
  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long SOLICITED_NODE_LOW = 0x1_ff00_0000L;
  private static final long GROUP_MAC = 0x3333_0000_0000L;

  private NeighborFrames() {}

  /** Writes an ARP request or reply into an empty frame. */
  static void arp(
      Packet frame,
      int operation,
      long senderMac,
      int senderAddress,
      long targetMac,
      int targetAddress,
      long toMac) {
    MemorySegment memory = frame.memory();
    long start = frame.offset();
    ethernet(frame, toMac, senderMac, EthernetHeader.TYPE_ARP);
    long arp = start + EthernetHeader.LENGTH;
    ArpPacket.ipv4OverEthernet(memory, arp);
    ArpPacket.operation(memory, arp, operation);
    ArpPacket.senderHardware(memory, arp, senderMac);
    ArpPacket.senderProtocol(memory, arp, senderAddress);
    ArpPacket.targetHardware(memory, arp, targetMac);
    ArpPacket.targetProtocol(memory, arp, targetAddress);
    length(frame, EthernetHeader.LENGTH + ArpPacket.LENGTH);
  }

  /**
   * Writes a neighbour solicitation.
   *
   * @param toMac hardware address to ask, or {@link NeighborTable#UNKNOWN} to ask the target's
   *     solicited-node group
   */
  static void solicitation(
      Packet frame, long mac, InterfaceAddress own, long high, long low, long toMac) {
    boolean group = toMac == NeighborTable.UNKNOWN;
    long groupLow = SOLICITED_NODE_LOW | (low & 0xff_ffffL);
    long destinationMac = group ? GROUP_MAC | (groupLow & 0xffff_ffffL) : toMac;
    long toHigh = group ? ALL_NODES_HIGH : high;
    long toLow = group ? groupLow : low;
    long message = ipv6(frame, destinationMac, mac, own.high(), own.low(), toHigh, toLow);
    Icmpv6Header.type(frame.memory(), message, Icmpv6Header.NEIGHBOR_SOLICITATION);
    Wire.put32(frame.memory(), message + FLAGS_OFFSET, 0);
    finish(frame, message, high, low, SOURCE_LINK_ADDRESS, mac);
  }

  /**
   * Writes a neighbour advertisement.
   *
   * @param toHigh who asked, or all zeros if nobody has an address yet: then all nodes are told
   */
  static void advertisement(
      Packet frame, long mac, long high, long low, long toMac, long toHigh, long toLow) {
    boolean unspecified = toHigh == 0 && toLow == 0;
    long message =
        unspecified
            ? ipv6(frame, GROUP_MAC | 1, mac, high, low, ALL_NODES_HIGH, 1)
            : ipv6(frame, toMac, mac, high, low, toHigh, toLow);
    Icmpv6Header.type(frame.memory(), message, Icmpv6Header.NEIGHBOR_ADVERTISEMENT);
    long flags = ROUTER | OVERRIDE | (unspecified ? 0 : SOLICITED);
    Wire.put32(frame.memory(), message + FLAGS_OFFSET, (int) flags);
    finish(frame, message, high, low, TARGET_LINK_ADDRESS, mac);
  }

  /** The link-layer address among a message's options; {@link NeighborTable#UNKNOWN} if none is. */
  static long linkAddress(Packet packet, int option) {
    MemorySegment memory = packet.memory();
    int end = packet.l3Offset() + packet.l3TotalLength();
    int at = packet.l4Offset() + OPTIONS_OFFSET;
    while (at + OPTION_LENGTH <= end) {
      int units = Wire.u8(memory, packet.offset() + at + 1);
      if (units == 0) {
        break; // RFC 4861 section 4.6: discard
      }
      if (Wire.u8(memory, packet.offset() + at) == option && units == 1) {
        return Wire.u48(memory, packet.offset() + at + 2);
      }
      at += units * OPTION_LENGTH;
    }
    return NeighborTable.UNKNOWN;
  }

  static void ethernet(Packet frame, long destination, long source, int type) {
    EthernetHeader.destination(frame.memory(), frame.offset(), destination);
    EthernetHeader.source(frame.memory(), frame.offset(), source);
    EthernetHeader.type(frame.memory(), frame.offset(), type);
    frame.linkType(LinkType.ETHERNET);
  }

  static void length(Packet frame, int length) {
    frame.length(length);
    frame.wireLength(length);
  }

  /** Writes Ethernet and IPv6 headers; returns where the message begins. */
  private static long ipv6(
      Packet frame,
      long toMac,
      long mac,
      long sourceHigh,
      long sourceLow,
      long toHigh,
      long toLow) {
    MemorySegment memory = frame.memory();
    ethernet(frame, toMac, mac, EthernetHeader.TYPE_IPV6);
    long ip = frame.offset() + EthernetHeader.LENGTH;
    Wire.put32(memory, ip, 6 << 28);
    Ipv6Header.payloadLength(memory, ip, MESSAGE_LENGTH);
    Wire.put8(memory, ip + Ipv6Header.NEXT_HEADER_OFFSET, IpProtocol.ICMPV6);
    Ipv6Header.hopLimit(memory, ip, HOP_LIMIT);
    Ipv6Header.source(memory, ip, sourceHigh, sourceLow);
    Ipv6Header.destination(memory, ip, toHigh, toLow);
    length(frame, EthernetHeader.LENGTH + Ipv6Header.LENGTH + MESSAGE_LENGTH);
    return ip + Ipv6Header.LENGTH;
  }

  private static void finish(
      Packet frame, long message, long targetHigh, long targetLow, int option, long mac) {
    MemorySegment memory = frame.memory();
    Icmpv6Header.code(memory, message, 0);
    Icmpv6Header.checksum(memory, message, 0);
    Wire.put64(memory, message + TARGET_OFFSET, targetHigh);
    Wire.put64(memory, message + TARGET_OFFSET + 8, targetLow);
    Wire.put8(memory, message + OPTIONS_OFFSET, option);
    Wire.put8(memory, message + OPTIONS_OFFSET + 1, 1);
    Wire.put48(memory, message + OPTIONS_OFFSET + 2, mac);
    PacketParser.parse(frame);
    Checksum.fixTransport(frame);
  }
}
