package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * Decodes a frame's headers in place, from the link layer to the transport header, and the packet
 * that an ICMP error quotes.
 *
 * <p>No input makes it throw: before each access it compares the bytes that are needed with those
 * that the enclosing header declares (a contradiction is {@link ParseStatus#MALFORMED}) and with
 * those that were captured (too few is {@link ParseStatus#TRUNCATED}). A snap length that only cuts
 * payload leaves the status at OK and sets {@link Packet#truncated()}.
 *
 * <p>Decisions a middlebox depends on:
 *
 * <ul>
 *   <li>Link-layer padding is no payload: IP lengths bound everything behind them.
 *   <li>A fragment that splits a transport header is a status of its own ({@link
 *       ParseStatus#TINY_FRAGMENT}), so that a filter cannot take it for a harmless later fragment.
 *   <li>Later fragments have no transport header: ports are 0 and {@link Packet#l4Offset()} is -1.
 *   <li>An IPv4 total length of 0, which some captures of segmentation offload hold, is malformed:
 *       on a wire it cannot be told from a lie.
 *   <li>IPv6 jumbograms (RFC 2675) are accepted if option and length agree.
 *   <li>Extension headers are walked up to {@link #MAX_IPV6_EXTENSIONS}; ESP, mobility and whatever
 *       else follows is an upper protocol. An authentication header is walked over in IPv6 only.
 *   <li>MPLS, PPPoE and 802.3 payloads are {@link ParseStatus#NOT_IP}; tunnels (GRE, IP in IP, ESP)
 *       are upper protocols without ports. Nothing is decapsulated.
 *   <li>Checksums are not looked at: see {@link Checksum}.
 * </ul>
 *
 * <p>Stateless; any thread, for packets that it owns. Sources: IEEE 802.1Q, RFC 791, RFC 8200, RFC
 * 9293, RFC 768, RFC 792, RFC 4443, RFC 4340, RFC 9260, RFC 3828.
 */
public final class PacketParser {
  /** VLAN tags that are walked over. */
  public static final int MAX_VLAN_TAGS = 4;

  /** IPv6 extension headers that are walked over (RFC 8504 section 5.3 allows a limit). */
  public static final int MAX_IPV6_EXTENSIONS = 8;

  private static final int SLL_LENGTH = 16;
  private static final int SLL_PROTOCOL_OFFSET = 14;
  private static final int SLL2_LENGTH = 20;
  private static final int SLL2_PACKET_TYPE_OFFSET = 10;
  private static final int MAX_DATAGRAM = 65_535;

  private PacketParser() {}

  /**
   * Parses the frame and fills the packet's results.
   *
   * @param p its memory, offset, length, wire length and link type are set
   * @return the {@link ParseStatus}, which {@link Packet#parseStatus()} keeps
   */
  public static int parse(Packet p) {
    p.clear();
    p.parseStatus = ParseStatus.OK;
    p.truncated = p.length() < p.wireLength();
    return switch (p.linkType()) {
      case LinkType.ETHERNET -> ethernet(p);
      case LinkType.RAW_IP, LinkType.RAW_IP_12, LinkType.RAW_IP_14 -> rawIp(p);
      case LinkType.RAW_IPV4 -> network(p, EthernetHeader.TYPE_IPV4, 0);
      case LinkType.RAW_IPV6 -> network(p, EthernetHeader.TYPE_IPV6, 0);
      case LinkType.LINUX_SLL -> linuxCooked(p);
      case LinkType.LINUX_SLL2 -> linuxCooked2(p);
      default -> fail(p, ParseStatus.UNSUPPORTED_LINK, ParseReason.UNSUPPORTED_LINK_TYPE);
    };
  }

  private static int ethernet(Packet p) {
    if (p.length() < EthernetHeader.LENGTH) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER);
    }
    p.multicast = EthernetHeader.isGroup(p.memory(), p.offset());
    return tagged(p, EthernetHeader.type(p.memory(), p.offset()), EthernetHeader.LENGTH);
  }

  private static int linuxCooked(Packet p) {
    if (p.length() < SLL_LENGTH) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER);
    }
    p.multicast = isCookedGroup(Wire.u16(p.memory(), p.offset()));
    return tagged(p, Wire.u16(p.memory(), p.offset() + SLL_PROTOCOL_OFFSET), SLL_LENGTH);
  }

  private static int linuxCooked2(Packet p) {
    if (p.length() < SLL2_LENGTH) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER);
    }
    p.multicast = isCookedGroup(Wire.u8(p.memory(), p.offset() + SLL2_PACKET_TYPE_OFFSET));
    return tagged(p, Wire.u16(p.memory(), p.offset()), SLL2_LENGTH);
  }

  /** Packet types of a cooked capture: 1 is broadcast, 2 is multicast. */
  private static boolean isCookedGroup(int packetType) {
    return packetType == 1 || packetType == 2;
  }

  private static int rawIp(Packet p) {
    p.l3Offset = 0;
    if (p.length() < 1) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    return switch (Wire.u8(p.memory(), p.offset()) >>> 4) {
      case 4 -> network(p, EthernetHeader.TYPE_IPV4, 0);
      case 6 -> network(p, EthernetHeader.TYPE_IPV6, 0);
      default -> fail(p, ParseStatus.MALFORMED, ParseReason.BAD_IP_VERSION);
    };
  }

  /** Walks over VLAN tags; {@code at} is where the first one's TCI, or the payload, begins. */
  private static int tagged(Packet p, int firstType, int firstAt) {
    int type = firstType;
    int at = firstAt;
    while (VlanTag.isTpid(type)) {
      p.etherType = type;
      if (p.vlanCount == MAX_VLAN_TAGS) {
        return fail(p, ParseStatus.MALFORMED, ParseReason.TOO_MANY_TAGS);
      }
      if (p.length() - at < VlanTag.LENGTH) {
        return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER);
      }
      type = Wire.u16(p.memory(), p.offset() + at + 2);
      at += VlanTag.LENGTH;
      p.vlanCount++;
    }
    return network(p, type, at);
  }

  private static int network(Packet p, int etherType, int at) {
    p.etherType = etherType;
    p.l3Offset = at;
    return switch (etherType) {
      case EthernetHeader.TYPE_IPV4 -> ipv4(p);
      case EthernetHeader.TYPE_IPV6 -> ipv6(p);
      case EthernetHeader.TYPE_ARP ->
          p.length() - at < ArpPacket.LENGTH
              ? fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER)
              : fail(p, ParseStatus.NOT_IP, ParseReason.OTHER_ETHERTYPE);
      default -> fail(p, ParseStatus.NOT_IP, ParseReason.OTHER_ETHERTYPE);
    };
  }

  private static int ipv4(Packet p) {
    MemorySegment memory = p.memory();
    long start = p.l3Start();
    int captured = p.length() - p.l3Offset;
    if (captured < 1) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    if (Ipv4Header.version(memory, start) != 4) {
      return fail(p, ParseStatus.MALFORMED, ParseReason.BAD_IP_VERSION);
    }
    p.ipVersion = 4;
    if (captured < Ipv4Header.MINIMUM_LENGTH) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    p.addresses = true;
    p.ttl = Ipv4Header.ttl(memory, start);
    p.protocol = Ipv4Header.protocol(memory, start);
    p.ipv4Source = Ipv4Header.source(memory, start);
    p.ipv4Destination = Ipv4Header.destination(memory, start);
    p.multicast |= Ipv4Header.isMulticast(p.ipv4Destination);
    p.finalDestinationOffset = p.l3Offset + Ipv4Header.DESTINATION_OFFSET;
    int headerLength = Ipv4Header.headerLength(memory, start);
    if (headerLength < Ipv4Header.MINIMUM_LENGTH) {
      return fail(p, ParseStatus.MALFORMED, ParseReason.BAD_IP_HEADER_LENGTH);
    }
    int totalLength = Ipv4Header.totalLength(memory, start);
    if (totalLength < headerLength) {
      return fail(p, ParseStatus.MALFORMED, ParseReason.BAD_IP_TOTAL_LENGTH);
    }
    if (captured < headerLength) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    p.l3HeaderLength = headerLength;
    p.fragmentOffset = Ipv4Header.fragmentOffset(memory, start);
    p.moreFragments = Ipv4Header.moreFragments(memory, start);
    bound(p, totalLength);
    if (p.isFragment()) {
      // RFC 791: the whole datagram, header included, has at most 65,535 bytes.
      int data = totalLength - headerLength;
      if (data == 0 || headerLength + p.fragmentOffset + data > MAX_DATAGRAM) {
        return fail(p, ParseStatus.MALFORMED, ParseReason.BAD_FRAGMENT);
      }
    }
    return TransportParser.parse(p, p.l3Offset + headerLength, p.l3Offset + totalLength);
  }

  private static int ipv6(Packet p) {
    MemorySegment memory = p.memory();
    long start = p.l3Start();
    int captured = p.length() - p.l3Offset;
    if (captured < 1) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    if (Ipv6Header.version(memory, start) != 6) {
      return fail(p, ParseStatus.MALFORMED, ParseReason.BAD_IP_VERSION);
    }
    p.ipVersion = 6;
    if (captured < Ipv6Header.LENGTH) {
      return fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    }
    p.addresses = true;
    p.ttl = Ipv6Header.hopLimit(memory, start);
    p.multicast |= Ipv6Header.isMulticast(memory, start);
    p.finalDestinationOffset = p.l3Offset + Ipv6Header.DESTINATION_OFFSET;
    return Ipv6ChainParser.parse(p);
  }

  /** Takes the IP packet's declared length into the results, bounded by what was captured. */
  static void bound(Packet p, long declaredLength) {
    int captured = p.length() - p.l3Offset;
    p.ipTruncated = declaredLength > captured;
    p.truncated |= p.ipTruncated;
    p.l3TotalLength = (int) Math.min(declaredLength, captured);
  }

  static int fail(Packet p, int status, int reason) {
    p.parseStatus = status;
    p.parseReason = reason;
    return status;
  }
}
