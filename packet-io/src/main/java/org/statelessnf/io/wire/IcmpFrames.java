package org.statelessnf.io.wire;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.Wire;

/** ICMP that a router says on its own account: errors (RFC 1812 section 4.3, RFC 4443), echo. */
final class IcmpFrames {
  /** Total length of an error at most (RFC 1812 section 4.3.2.3). */
  private static final int MAX_IPV4_ERROR = 576;

  /** Total length of an error at most (RFC 4443 section 2.4 c). */
  private static final int MAX_IPV6_ERROR = 1280;

  private static final int TTL = 64;
  private static final int CODE_PORT_UNREACHABLE = 3;
  private static final int CODE_PORT_UNREACHABLE_V6 = 4;

  /** What there is to complain about. */
  enum Complaint {
    TTL_EXCEEDED,
    TOO_BIG,
    PORT_UNREACHABLE
  }

  private IcmpFrames() {}

  /**
   * Whether an error may be sent about a packet: not about errors, later fragments, packets to
   * groups or from no single host (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4 e).
   *
   * @param packet parsed
   */
  static boolean mayComplainAbout(Packet packet) {
    if (packet.parseStatus() != ParseStatus.OK
        || packet.isIcmpError()
        || packet.fragmentOffset() > 0
        || packet.isMulticast()) {
      return false;
    }
    MemorySegment memory = packet.memory();
    if (packet.ipVersion() == 4) {
      int source = Ipv4Header.source(memory, packet.l3Start());
      int net = source >>> 24;
      return net != 0 && net != 127 && net < 224;
    }
    long high = Ipv6Header.sourceHigh(memory, packet.l3Start());
    long low = Ipv6Header.sourceLow(memory, packet.l3Start());
    return high >>> 56 != 0xff && !(high == 0 && low <= 1 && low >= 0);
  }

  /**
   * Writes an error about a packet into an empty frame, addressed to the station that sent it.
   *
   * @param mac own hardware address
   * @param own address to speak from
   * @param mtu for {@link Complaint#TOO_BIG}
   */
  static void error(
      Packet frame, Packet about, Complaint complaint, long mac, InterfaceAddress own, int mtu) {
    MemorySegment memory = frame.memory();
    long station = EthernetHeader.source(about.memory(), about.offset());
    boolean ipv4 = about.ipVersion() == 4;
    NeighborFrames.ethernet(
        frame, station, mac, ipv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6);
    long ip = frame.offset() + EthernetHeader.LENGTH;
    int header = ipv4 ? Ipv4Header.MINIMUM_LENGTH : Ipv6Header.LENGTH;
    int most = (ipv4 ? MAX_IPV4_ERROR : MAX_IPV6_ERROR) - header - IcmpHeader.LENGTH;
    int quoted = Math.min(about.l3TotalLength(), Math.min(most, about.length() - about.l3Offset()));
    long icmp = ip + header;
    if (ipv4) {
      ipv4(memory, ip, header + IcmpHeader.LENGTH + quoted);
      Ipv4Header.source(memory, ip, (int) own.low());
      Ipv4Header.destination(memory, ip, Ipv4Header.source(about.memory(), about.l3Start()));
      icmp(memory, icmp, complaint, mtu);
    } else {
      ipv6(memory, ip, IcmpHeader.LENGTH + quoted);
      Ipv6Header.source(memory, ip, own.high(), own.low());
      Ipv6Header.destination(
          memory,
          ip,
          Ipv6Header.sourceHigh(about.memory(), about.l3Start()),
          Ipv6Header.sourceLow(about.memory(), about.l3Start()));
      icmpv6(memory, icmp, complaint, mtu);
    }
    MemorySegment.copy(about.memory(), about.l3Start(), memory, icmp + IcmpHeader.LENGTH, quoted);
    NeighborFrames.length(frame, EthernetHeader.LENGTH + header + IcmpHeader.LENGTH + quoted);
    PacketParser.parse(frame);
    Checksum.recompute(frame);
  }

  private static void ipv4(MemorySegment memory, long ip, int total) {
    Wire.put16(memory, ip, 0x45c0); // internetwork control (RFC 1812 section 4.3.2.5)
    Ipv4Header.totalLength(memory, ip, total);
    Ipv4Header.identification(memory, ip, 0);
    Wire.put16(memory, ip + Ipv4Header.FRAGMENT_OFFSET, 0x4000); // DF: the identification is free
    Ipv4Header.ttl(memory, ip, TTL);
    Wire.put8(memory, ip + Ipv4Header.PROTOCOL_OFFSET, IpProtocol.ICMP);
  }

  private static void ipv6(MemorySegment memory, long ip, int payload) {
    Wire.put32(memory, ip, 6 << 28);
    Ipv6Header.payloadLength(memory, ip, payload);
    Wire.put8(memory, ip + Ipv6Header.NEXT_HEADER_OFFSET, IpProtocol.ICMPV6);
    Ipv6Header.hopLimit(memory, ip, TTL);
  }

  private static void icmp(MemorySegment memory, long at, Complaint complaint, int mtu) {
    Wire.put64(memory, at, 0);
    switch (complaint) {
      case TTL_EXCEEDED -> IcmpHeader.type(memory, at, IcmpHeader.TIME_EXCEEDED);
      case TOO_BIG -> {
        IcmpHeader.type(memory, at, IcmpHeader.DESTINATION_UNREACHABLE);
        IcmpHeader.code(memory, at, IcmpHeader.CODE_FRAGMENTATION_NEEDED);
        IcmpHeader.mtu(memory, at, mtu);
      }
      case PORT_UNREACHABLE -> {
        IcmpHeader.type(memory, at, IcmpHeader.DESTINATION_UNREACHABLE);
        IcmpHeader.code(memory, at, CODE_PORT_UNREACHABLE);
      }
    }
  }

  private static void icmpv6(MemorySegment memory, long at, Complaint complaint, int mtu) {
    Wire.put64(memory, at, 0);
    switch (complaint) {
      case TTL_EXCEEDED -> Icmpv6Header.type(memory, at, Icmpv6Header.TIME_EXCEEDED);
      case TOO_BIG -> {
        Icmpv6Header.type(memory, at, Icmpv6Header.PACKET_TOO_BIG);
        Icmpv6Header.mtu(memory, at, mtu);
      }
      case PORT_UNREACHABLE -> {
        Icmpv6Header.type(memory, at, Icmpv6Header.DESTINATION_UNREACHABLE);
        Icmpv6Header.code(memory, at, CODE_PORT_UNREACHABLE_V6);
      }
    }
  }

  /** Whether a parsed packet is a whole echo request. */
  static boolean isEchoRequest(Packet packet) {
    if (packet.isFragment() || packet.l4Offset() < 0) {
      return false;
    }
    return packet.ipVersion() == 4
        ? packet.protocol() == IpProtocol.ICMP && packet.icmpType() == IcmpHeader.ECHO_REQUEST
        : packet.protocol() == IpProtocol.ICMPV6 && packet.icmpType() == Icmpv6Header.ECHO_REQUEST;
  }

  /** Makes the reply out of an echo request, in place. */
  static void reply(Packet packet, long mac) {
    MemorySegment memory = packet.memory();
    long ip = packet.l3Start();
    EthernetHeader.destination(
        memory, packet.offset(), EthernetHeader.source(memory, packet.offset()));
    EthernetHeader.source(memory, packet.offset(), mac);
    if (packet.ipVersion() == 4) {
      int source = Ipv4Header.source(memory, ip);
      Ipv4Header.source(memory, ip, Ipv4Header.destination(memory, ip));
      Ipv4Header.destination(memory, ip, source);
      Ipv4Header.ttl(memory, ip, TTL);
      IcmpHeader.type(memory, packet.l4Start(), IcmpHeader.ECHO_REPLY);
    } else {
      long high = Ipv6Header.sourceHigh(memory, ip);
      long low = Ipv6Header.sourceLow(memory, ip);
      Ipv6Header.source(
          memory,
          ip,
          Ipv6Header.destinationHigh(memory, ip),
          Ipv6Header.destinationLow(memory, ip));
      Ipv6Header.destination(memory, ip, high, low);
      Ipv6Header.hopLimit(memory, ip, TTL);
      Icmpv6Header.type(memory, packet.l4Start(), Icmpv6Header.ECHO_REPLY);
    }
    Checksum.recompute(packet);
  }
}
