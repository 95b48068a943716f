package org.statelessnf.nf.ips;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.Step;
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
import org.statelessnf.nf.packet.Wire;

/**
 * Tells the sender of a packet that it was rejected: a TCP reset (RFC 9293 section 3.10.7.1), or an
 * ICMP error "administratively prohibited" (RFC 1812 section 5.2.7.1, RFC 4443 section 3.1) that
 * quotes what fits into 128 bytes.
 *
 * <p>Nothing is said about a RST, an ICMP error, a group, or a fragment. One object per pipe;
 * allocates nothing after construction.
 */
final class Rejection {
  private static final int MAX_LINK = 64;
  private static final int MAX_QUOTED = 128;
  private static final int HOPS = 64;
  private static final int PROHIBITED = 13;
  private static final int PROHIBITED_V6 = 1;

  private final MemorySegment frame = Arena.ofAuto().allocate(256, Long.BYTES);
  private final Packet made = new Packet();

  /** Emits the answer to a packet that parsed, if there is one. */
  void emit(Packet p, Step step) {
    if (p.isMulticast() || p.isFragment() || p.l3Offset() > MAX_LINK || !p.hasAddresses()) {
      return;
    }
    boolean tcp = p.protocol() == IpProtocol.TCP;
    if (tcp ? (p.tcpFlags() & TcpHeader.RST) != 0 : p.isIcmpError()) {
      return;
    }
    frame.fill((byte) 0);
    MemorySegment.copy(p.memory(), p.offset(), frame, 0, p.l3Offset());
    if (p.linkType() == LinkType.ETHERNET) {
      EthernetHeader.swap(frame, 0);
    }
    boolean v4 = p.ipVersion() == 4;
    int l4 = p.l3Offset() + (v4 ? Ipv4Header.MINIMUM_LENGTH : Ipv6Header.LENGTH);
    int l4Bytes = tcp ? reset(p, l4) : error(p, l4, v4);
    int protocol = tcp ? IpProtocol.TCP : v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    ip(p, v4, protocol, l4Bytes);
    int length = l4 + l4Bytes;
    made.linkType(p.linkType());
    made.wrap(frame, 0, length, length, p.timestampNanos());
    PacketParser.parse(made);
    Checksum.recompute(made);
    step.emit(frame, 0, length, !p.fromInside());
  }

  private int reset(Packet p, int at) {
    MemorySegment from = p.memory();
    long tcp = p.l4Start();
    TcpHeader.sourcePort(frame, at, p.destinationPort());
    TcpHeader.destinationPort(frame, at, p.sourcePort());
    Wire.put8(frame, at + TcpHeader.DATA_OFFSET_OFFSET, TcpHeader.MINIMUM_LENGTH << 2);
    if ((p.tcpFlags() & TcpHeader.ACK) != 0) {
      TcpHeader.sequence(frame, at, TcpHeader.acknowledgment(from, tcp));
      TcpHeader.flags(frame, at, TcpHeader.RST);
    } else {
      int taken = TcpHeader.segmentLength(p.tcpFlags(), p.payloadLength());
      TcpHeader.acknowledgment(frame, at, TcpHeader.sequence(from, tcp) + taken);
      TcpHeader.flags(frame, at, TcpHeader.RST | TcpHeader.ACK);
    }
    return TcpHeader.MINIMUM_LENGTH;
  }

  private int error(Packet p, int at, boolean v4) {
    int quoted = Math.min(MAX_QUOTED, p.l3TotalLength());
    MemorySegment.copy(p.memory(), p.l3Start(), frame, at + IcmpHeader.LENGTH, quoted);
    if (v4) {
      IcmpHeader.type(frame, at, IcmpHeader.DESTINATION_UNREACHABLE);
      IcmpHeader.code(frame, at, PROHIBITED);
    } else {
      Icmpv6Header.type(frame, at, Icmpv6Header.DESTINATION_UNREACHABLE);
      Icmpv6Header.code(frame, at, PROHIBITED_V6);
    }
    return IcmpHeader.LENGTH + quoted;
  }

  /** From the packet's destination to its source. */
  private void ip(Packet p, boolean v4, int protocol, int l4Bytes) {
    long at = p.l3Offset();
    MemorySegment from = p.memory();
    long ip = p.l3Start();
    if (v4) {
      Wire.put8(frame, at, 0x45);
      Ipv4Header.totalLength(frame, at, Ipv4Header.MINIMUM_LENGTH + l4Bytes);
      Ipv4Header.ttl(frame, at, HOPS);
      Wire.put8(frame, at + Ipv4Header.PROTOCOL_OFFSET, protocol);
      Ipv4Header.source(frame, at, Ipv4Header.destination(from, ip));
      Ipv4Header.destination(frame, at, Ipv4Header.source(from, ip));
    } else {
      Wire.put8(frame, at, 0x60);
      Ipv6Header.payloadLength(frame, at, l4Bytes);
      Wire.put8(frame, at + Ipv6Header.NEXT_HEADER_OFFSET, protocol);
      Ipv6Header.hopLimit(frame, at, HOPS);
      int bytes = 16;
      MemorySegment.copy(
          from, ip + Ipv6Header.DESTINATION_OFFSET, frame, at + Ipv6Header.SOURCE_OFFSET, bytes);
      MemorySegment.copy(
          from, ip + Ipv6Header.SOURCE_OFFSET, frame, at + Ipv6Header.DESTINATION_OFFSET, bytes);
    }
  }
}
