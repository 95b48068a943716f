package org.statelessnf.nf.ips;

import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;

/** Which packets a rule's protocol stands for. */
enum Protocols {
  /** Any IP packet. */
  IP,
  /** IPv4. */
  IPV4,
  /** IPv6. */
  IPV6,
  /** TCP. */
  TCP,
  /** UDP. */
  UDP,
  /** ICMP and ICMPv6. */
  ICMP,
  /** ICMP. */
  ICMPV4,
  /** ICMPv6. */
  ICMPV6,
  /** SCTP. */
  SCTP;

  /**
   * By its name in a rule; {@code tcp-pkt} and {@code tcp-stream} are TCP.
   *
   * @throws IllegalArgumentException with one line, if it is none
   */
  static Protocols parse(String name) {
    return switch (name) {
      case "ip" -> IP;
      case "ipv4", "ip4" -> IPV4;
      case "ipv6", "ip6" -> IPV6;
      case "tcp", "tcp-pkt", "tcp-stream" -> TCP;
      case "udp" -> UDP;
      case "icmp" -> ICMP;
      case "icmpv4" -> ICMPV4;
      case "icmpv6" -> ICMPV6;
      case "sctp" -> SCTP;
      case "pkthdr" ->
          throw new IllegalArgumentException("protocol pkthdr (decoder events) is not supported");
      default ->
          throw new IllegalArgumentException(
              "protocol "
                  + name
                  + " is not supported: ip, tcp, tcp-pkt, tcp-stream, udp, icmp or sctp expected"
                  + " (no application layers)");
    };
  }

  /** Whether packets of it can be TCP. */
  boolean canBeTcp() {
    return this == TCP || this == IP || this == IPV4 || this == IPV6;
  }

  /** Whether all packets of it have ports. */
  boolean hasPorts() {
    return this == TCP || this == UDP || this == SCTP;
  }

  boolean matches(Packet p) {
    int protocol = p.protocol();
    return switch (this) {
      case IP -> true;
      case IPV4 -> p.ipVersion() == 4;
      case IPV6 -> p.ipVersion() == 6;
      case TCP -> protocol == IpProtocol.TCP;
      case UDP -> protocol == IpProtocol.UDP;
      case ICMP -> protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
      case ICMPV4 -> protocol == IpProtocol.ICMP;
      case ICMPV6 -> protocol == IpProtocol.ICMPV6;
      case SCTP -> protocol == IpProtocol.SCTP;
    };
  }
}
