package org.statelessnf.host.trace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.EthernetHeader;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;

/** Makes frames with right lengths and checksums. One thread only. */
final class FrameForge implements AutoCloseable {
  private static final int ROOM = 2048;
  private static final int TTL = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MINIMUM_FRAME = 60;
  private static final int ICMP_HEADER = 8;
  private static final int ICMP_TIME = 8;
  private static final int QUOTED_BYTES = 28;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(ROOM, 8);
  private final Packet packet = new Packet();
  private int identification = 1;

  /** Fields of a TCP segment. */
  record Segment(int sequence, int acknowledgment, int flags, int window) {}

  /**
   * A TCP segment; a SYN carries the usual options.
   *
   * @param payload bytes of data
   */
  byte[] tcp(Host from, int fromPort, Host to, int toPort, Segment segment, byte[] payload) {
    boolean syn = (segment.flags() & TcpHeader.SYN) != 0;
    int header = syn ? 32 : TcpHeader.MINIMUM_LENGTH;
    int at = network(from, to, IpProtocol.TCP, header + payload.length);
    TcpHeader.sourcePort(memory, at, fromPort);
    TcpHeader.destinationPort(memory, at, toPort);
    TcpHeader.sequence(memory, at, segment.sequence());
    TcpHeader.acknowledgment(memory, at, segment.acknowledgment());
    Wire.put8(memory, at + TcpHeader.DATA_OFFSET_OFFSET, (header / 4) << 4);
    TcpHeader.flags(memory, at, segment.flags());
    TcpHeader.window(memory, at, segment.window());
    if (syn) {
      Wire.put32(memory, at + 20, 0x020405b4); // maximum segment size 1460
      Wire.put32(memory, at + 24, 0x01030307); // no-op, window scale 7
      Wire.put32(memory, at + 28, 0x01010402); // no-op, no-op, SACK permitted
    }
    return finish(at + header, payload);
  }

  /** A UDP datagram. */
  byte[] udp(Host from, int fromPort, Host to, int toPort, byte[] payload) {
    int length = UdpHeader.LENGTH + payload.length;
    int at = network(from, to, IpProtocol.UDP, length);
    UdpHeader.sourcePort(memory, at, fromPort);
    UdpHeader.destinationPort(memory, at, toPort);
    UdpHeader.length(memory, at, length);
    return finish(at + UdpHeader.LENGTH, payload);
  }

  /** An echo request or its reply, by the family of the addresses. */
  byte[] echo(Host from, Host to, boolean request, int identifier, int number) {
    byte[] payload = new byte[ICMP_TIME + 48];
    for (int i = ICMP_TIME; i < payload.length; i++) {
      payload[i] = (byte) i;
    }
    boolean v6 = from.isIpv6();
    int protocol = v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
    int at = network(from, to, protocol, ICMP_HEADER + payload.length);
    int type =
        v6
            ? request ? Icmpv6Header.ECHO_REQUEST : Icmpv6Header.ECHO_REPLY
            : request ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REPLY;
    IcmpHeader.type(memory, at, type);
    IcmpHeader.identifier(memory, at, identifier);
    Wire.put16(memory, at + 6, number);
    return finish(at + ICMP_HEADER, payload);
  }

  /** "Port unreachable" about an IPv4 frame that this object made. */
  byte[] unreachable(Host from, byte[] about, Host to) {
    byte[] quoted = new byte[QUOTED_BYTES];
    System.arraycopy(about, EthernetHeader.LENGTH, quoted, 0, QUOTED_BYTES);
    int at = network(from, to, IpProtocol.ICMP, ICMP_HEADER + quoted.length);
    IcmpHeader.type(memory, at, IcmpHeader.DESTINATION_UNREACHABLE);
    IcmpHeader.code(memory, at, 3);
    return finish(at + ICMP_HEADER, quoted);
  }

  /** An ARP request for an IPv4 address. */
  byte[] arp(Host from, Host to) {
    memory.fill((byte) 0);
    EthernetHeader.destination(memory, 0, 0xffff_ffff_ffffL);
    EthernetHeader.source(memory, 0, from.mac());
    EthernetHeader.type(memory, 0, EthernetHeader.TYPE_ARP);
    int at = EthernetHeader.LENGTH;
    Wire.put32(memory, at, 0x0001_0800);
    Wire.put32(memory, at + 4, 0x0604_0001);
    Wire.put48(memory, at + 8, from.mac());
    copy(from.address(), at + 14);
    copy(to.address(), at + 24);
    return memory.asSlice(0, MINIMUM_FRAME).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Writes link and network header; answers where the transport header begins. */
  private int network(Host from, Host to, int protocol, int transportBytes) {
    memory.fill((byte) 0);
    EthernetHeader.destination(memory, 0, to.mac());
    EthernetHeader.source(memory, 0, from.mac());
    int at = EthernetHeader.LENGTH;
    if (from.isIpv6()) {
      EthernetHeader.type(memory, 0, EthernetHeader.TYPE_IPV6);
      Wire.put8(memory, at, 0x60);
      Ipv6Header.payloadLength(memory, at, transportBytes);
      Wire.put8(memory, at + 6, protocol);
      Ipv6Header.hopLimit(memory, at, TTL);
      copy(from.address(), at + Ipv6Header.SOURCE_OFFSET);
      copy(to.address(), at + Ipv6Header.DESTINATION_OFFSET);
      return at + Ipv6Header.LENGTH;
    }
    EthernetHeader.type(memory, 0, EthernetHeader.TYPE_IPV4);
    Wire.put8(memory, at, 0x45);
    Ipv4Header.totalLength(memory, at, Ipv4Header.MINIMUM_LENGTH + transportBytes);
    Ipv4Header.identification(memory, at, identification++ & 0xffff);
    Wire.put16(memory, at + 6, DONT_FRAGMENT);
    Ipv4Header.ttl(memory, at, TTL);
    Wire.put8(memory, at + 9, protocol);
    copy(from.address(), at + Ipv4Header.SOURCE_OFFSET);
    copy(to.address(), at + Ipv4Header.DESTINATION_OFFSET);
    return at + Ipv4Header.MINIMUM_LENGTH;
  }

  private byte[] finish(int payloadAt, byte[] payload) {
    copy(payload, payloadAt);
    int length = payloadAt + payload.length;
    packet.wrap(memory, 0, length, length, 0);
    packet.linkType(LinkType.ETHERNET);
    PacketParser.parse(packet);
    if (packet.ipVersion() == 4) {
      Checksum.fixIpv4Header(memory, packet.l3Start(), packet.l3HeaderLength());
    }
    Checksum.fixTransport(packet);
    return memory.asSlice(0, Math.max(length, MINIMUM_FRAME)).toArray(ValueLayout.JAVA_BYTE);
  }

  private void copy(byte[] bytes, int at) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
