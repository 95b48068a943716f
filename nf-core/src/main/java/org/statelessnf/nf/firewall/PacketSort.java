package org.statelessnf.nf.firewall;

import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.Wire;

/** What sort of packet it is, before any state is looked at. */
final class PacketSort {
  static final int TCP = 0;
  static final int UDP = 1;

  /** A request or an answer of ICMP or ICMPv6. */
  static final int QUERY = 2;

  /** Any other protocol that can make a flow. */
  static final int OTHER = 3;

  /** An ICMP error. */
  static final int ERROR = 4;

  /** To a group or a broadcast. */
  static final int GROUP = 5;

  /** IPv6 on one link. */
  static final int LINK_LOCAL = 6;

  static final int NOT_IP = 7;

  /** A fragment without the transport header. */
  static final int LATER_FRAGMENT = 8;

  /** A fragment that splits or overwrites the transport header. */
  static final int BAD_FRAGMENT = 9;

  /** Well-formed, but with no place in any flow. */
  static final int STRAY = 10;

  static final int MALFORMED = 11;

  /** RFC 4861: whoever sends neighbour discovery with another hop limit is not on this link. */
  private static final int ON_LINK_HOPS = 255;

  private static final int BROADCAST = 0xffff_ffff;
  private static final int LINK_LOCAL_PREFIX = 0xfe80;
  private static final int LINK_LOCAL_MASK = 0xffc0;

  private PacketSort() {}

  /** Whether packets of this sort belong to a flow of their own. */
  static boolean hasFlow(int sort) {
    return sort <= OTHER;
  }

  /** The sort of a parsed packet. */
  static int of(Packet p) {
    switch (p.parseStatus()) {
      case ParseStatus.OK:
        break;
      case ParseStatus.NOT_IP, ParseStatus.UNSUPPORTED_LINK:
        return NOT_IP;
      case ParseStatus.TINY_FRAGMENT:
        return BAD_FRAGMENT;
      default:
        return MALFORMED;
    }
    if (isFromGroup(p)) {
      return MALFORMED;
    }
    if (p.isMulticast() || isToBroadcast(p)) {
      return GROUP;
    }
    if (p.fragmentOffset() != 0) {
      return LATER_FRAGMENT;
    }
    if (p.ipVersion() == 6 && isLinkLocal(p)) {
      return LINK_LOCAL;
    }
    if (FirewallKey.isIcmp(p)) {
      if (p.isIcmpError()) {
        return ERROR;
      }
      return FirewallKey.isQuery(p) ? QUERY : STRAY;
    }
    return switch (p.protocol()) {
      case IpProtocol.TCP -> TcpSegment.isSensible(p.tcpFlags()) ? TCP : MALFORMED;
      case IpProtocol.UDP, IpProtocol.UDP_LITE -> UDP;
      default -> OTHER;
    };
  }

  /** Whether an ICMP error is sent to whom the packet that it quotes came from. */
  static boolean goesToQuotedSource(Packet p) {
    if (p.ipVersion() == 4) {
      return p.ipv4Destination() == Ipv4Header.source(p.memory(), p.innerL3Start());
    }
    return Ipv6Header.destinationHigh(p.memory(), p.l3Start())
            == Ipv6Header.sourceHigh(p.memory(), p.innerL3Start())
        && Ipv6Header.destinationLow(p.memory(), p.l3Start())
            == Ipv6Header.sourceLow(p.memory(), p.innerL3Start());
  }

  /** RFC 1122 section 3.2.1.3, RFC 4291 section 2.7: a group sends nothing. */
  private static boolean isFromGroup(Packet p) {
    if (p.ipVersion() == 4) {
      int source = p.ipv4Source();
      return Ipv4Header.isMulticast(source) || source == BROADCAST;
    }
    return Wire.u8(p.memory(), p.l3Start() + Ipv6Header.SOURCE_OFFSET) == 0xff;
  }

  /** The limited broadcast, whatever the link layer says. */
  private static boolean isToBroadcast(Packet p) {
    return p.ipVersion() == 4 && p.ipv4Destination() == BROADCAST;
  }

  private static boolean isLinkLocal(Packet p) {
    boolean discovery = FirewallKey.isIcmp(p) && Icmpv6Header.isNeighborDiscovery(p.icmpType());
    return (discovery && p.ttl() == ON_LINK_HOPS)
        || isLinkLocal(p, Ipv6Header.SOURCE_OFFSET)
        || isLinkLocal(p, Ipv6Header.DESTINATION_OFFSET);
  }

  private static boolean isLinkLocal(Packet p, int addressOffset) {
    int prefix = Wire.u16(p.memory(), p.l3Start() + addressOffset);
    return (prefix & LINK_LOCAL_MASK) == LINK_LOCAL_PREFIX;
  }
}
