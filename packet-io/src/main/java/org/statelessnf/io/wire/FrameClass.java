package org.statelessnf.io.wire;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.VlanTag;
import org.statelessnf.nf.packet.Wire;

/** Frames that are a bridge's to judge, because they are not a network function's. */
public enum FrameClass {
  /** ARP. */
  ARP(WireEvent.PASSED_ARP),
  /** IPv6 neighbour and router discovery (RFC 4861), redirects included. */
  ND(WireEvent.PASSED_ND),
  /** To the reserved group addresses 01:80:c2:00:00:0x: LLDP, STP, LACP, 802.1X, pause. */
  CONTROL(WireEvent.PASSED_CONTROL),
  /** Everything else that is not IP. */
  OTHER(WireEvent.PASSED_OTHER);

  private static final long RESERVED_GROUP = 0x0180_c200_0000L;
  private static final int MAX_TAGS = 4;

  private final WireEvent passed;

  FrameClass(WireEvent passed) {
    this.passed = passed;
  }

  WireEvent passed() {
    return passed;
  }

  /**
   * The class of an Ethernet frame, which need not be parsed.
   *
   * @return null for IP packets and for frames too short to tell: the network function's to judge
   */
  static @Nullable FrameClass of(Packet packet) {
    if (packet.length() < EthernetHeader.LENGTH) {
      return null;
    }
    long start = packet.offset();
    int type = EthernetHeader.type(packet.memory(), start);
    int header = EthernetHeader.LENGTH;
    if (type == EthernetHeader.TYPE_IPV4) {
      return null; // nearly all frames
    }
    if ((EthernetHeader.destination(packet.memory(), start) & ~0xfL) == RESERVED_GROUP) {
      return CONTROL;
    }
    for (int tags = 0; VlanTag.isTpid(type) && tags < MAX_TAGS; tags++) {
      if (packet.length() < header + VlanTag.LENGTH) {
        return null;
      }
      header += VlanTag.LENGTH;
      type = Wire.u16(packet.memory(), start + header - 2);
    }
    return switch (type) {
      case EthernetHeader.TYPE_IPV4 -> null;
      case EthernetHeader.TYPE_IPV6 -> isDiscovery(packet, header) ? ND : null;
      case EthernetHeader.TYPE_ARP -> ARP;
      default -> OTHER;
    };
  }

  /**
   * Discovery has no extension header in front: hop-by-hop is not used, fragments are forbidden.
   */
  private static boolean isDiscovery(Packet packet, int header) {
    int icmp = header + Ipv6Header.LENGTH;
    return packet.length() >= icmp + Icmpv6Header.LENGTH
        && Ipv6Header.nextHeader(packet.memory(), packet.offset() + header) == IpProtocol.ICMPV6
        && Icmpv6Header.isNeighborDiscovery(
            Icmpv6Header.type(packet.memory(), packet.offset() + icmp));
  }

  /**
   * Reads a list such as {@code arp,nd}; {@code none} is the empty one.
   *
   * @throws IllegalArgumentException with one line that names the wrong part
   */
  public static Set<FrameClass> parseList(String list) {
    Set<FrameClass> classes = EnumSet.noneOf(FrameClass.class);
    if (list.equals("none")) {
      return classes;
    }
    for (String name : list.split(",", -1)) {
      classes.add(
          switch (name) {
            case "arp" -> ARP;
            case "nd" -> ND;
            case "control" -> CONTROL;
            case "other" -> OTHER;
            default ->
                throw new IllegalArgumentException(
                    "'" + name + "' is not one of arp, nd, control, other, none");
          });
    }
    return classes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
