package org.statelessnf.nf.nat;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;

/**
 * Which way a packet takes through the NAT: by its headers and the configuration alone, so that
 * {@code locate} and {@code process} come to the same answer.
 */
enum Route {
  /** Untouched: not for a NAT, or from inside to inside. */
  PASS(null),
  /** From an inside endpoint to the outside. */
  OUT(null),
  /** From the outside to an external endpoint. */
  IN(null),
  /** From an inside endpoint to an external one, behind which another inside endpoint is. */
  HAIRPIN(null),
  /** An ICMP error from inside to outside. */
  ERROR_OUT(null),
  /** An ICMP error from outside about a packet that an external endpoint sent. */
  ERROR_IN(null),
  /** An ICMP error from inside about a hairpinned packet. */
  ERROR_HAIRPIN(null),
  /** A fragment without a transport header: goes where the first one of its datagram went. */
  LATER_FRAGMENT(null),
  /** Headers truncated, malformed or lying. */
  MALFORMED(DropReason.MALFORMED),
  /** Not IP, or IPv6, and policy says drop. */
  NOT_IPV4(DropReason.NOT_IP),
  /** To a group or a broadcast address, and policy says drop. */
  MULTICAST(DropReason.MULTICAST),
  /** No port or identifier to translate, and policy says drop. */
  PROTOCOL(DropReason.PROTOCOL),
  /** An ICMP error that quotes nothing that could be ours. */
  UNRELATED(DropReason.ICMP_UNRELATED),
  /** From outside, to no external address. */
  NOT_OURS(DropReason.NO_MAPPING);

  private final @Nullable DropReason dropReason;

  Route(@Nullable DropReason dropReason) {
    this.dropReason = dropReason;
  }

  /** Why packets of this route are dropped; null if they are not. */
  @Nullable DropReason dropReason() {
    return dropReason;
  }

  static Route of(Packet packet, NatConfig config) {
    switch (packet.parseStatus()) {
      case ParseStatus.OK -> {}
      case ParseStatus.NOT_IP, ParseStatus.UNSUPPORTED_LINK -> {
        return config.passNonIp() ? PASS : NOT_IPV4;
      }
      default -> {
        return MALFORMED;
      }
    }
    if (packet.ipVersion() != 4) {
      return config.passIpv6() ? PASS : NOT_IPV4;
    }
    if (packet.isMulticast()) {
      return config.passMulticast() ? PASS : MULTICAST;
    }
    if (packet.isIcmpError()) {
      return ofError(packet, config);
    }
    if (!hasEndpoints(packet)) {
      return config.passOtherProtocols() ? PASS : PROTOCOL;
    }
    boolean toPool = config.pool().contains(destination(packet));
    if (!toPool && (!packet.fromInside() || isInside(packet, config))) {
      return packet.fromInside() ? PASS : NOT_OURS;
    }
    if (packet.fragmentOffset() != 0) {
      return LATER_FRAGMENT;
    }
    if (!packet.fromInside()) {
      return IN;
    }
    return toPool ? HAIRPIN : OUT;
  }

  private static Route ofError(Packet packet, NatConfig config) {
    boolean toPool = config.pool().contains(destination(packet));
    if (!toPool && !packet.fromInside()) {
      return NOT_OURS;
    }
    if (!toPool && isInside(packet, config)) {
      return PASS;
    }
    if (packet.innerIpVersion() != 4
        || packet.innerL4Offset() < 0
        || !hasInnerEndpoints(packet)
        || innerSource(packet) != destination(packet)) {
      // An error goes to the source of the packet that it quotes (RFC 1122 section 3.2.2).
      return UNRELATED;
    }
    if (!packet.fromInside()) {
      return ERROR_IN;
    }
    return toPool ? ERROR_HAIRPIN : ERROR_OUT;
  }

  /** Whether there are ports or an identifier, in this packet or in the first of its fragments. */
  private static boolean hasEndpoints(Packet packet) {
    return switch (packet.protocol()) {
      case IpProtocol.TCP, IpProtocol.UDP -> true;
      case IpProtocol.ICMP -> packet.fragmentOffset() != 0 || IcmpHeader.isQuery(packet.icmpType());
      default -> false;
    };
  }

  private static boolean hasInnerEndpoints(Packet packet) {
    return switch (packet.innerProtocol()) {
      case IpProtocol.TCP, IpProtocol.UDP -> true;
      case IpProtocol.ICMP ->
          IcmpHeader.isQuery(IcmpHeader.type(packet.memory(), packet.innerL4Start()));
      default -> false;
    };
  }

  private static boolean isInside(Packet packet, NatConfig config) {
    return config.inside().containsDestination(packet);
  }

  static int source(Packet packet) {
    return Ipv4Header.source(packet.memory(), packet.l3Start());
  }

  static int destination(Packet packet) {
    return Ipv4Header.destination(packet.memory(), packet.l3Start());
  }

  static int innerSource(Packet packet) {
    return Ipv4Header.source(packet.memory(), packet.innerL3Start());
  }

  static int innerDestination(Packet packet) {
    MemorySegment memory = packet.memory();
    return Ipv4Header.destination(memory, packet.innerL3Start());
  }
}
