package org.statelessnf.host.demo;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;

/** Reads and rewrites addresses and ports of IPv4 packets, for the {@link Peer}s. */
final class Frames {
  private Frames() {}

  /** An address and a port or identifier, as one number. */
  static long endpoint(int address, int port) {
    return (address & 0xffff_ffffL) << 16 | port;
  }

  static int address(long endpoint) {
    return (int) (endpoint >>> 16);
  }

  static int port(long endpoint) {
    return (int) endpoint & 0xffff;
  }

  static long source(Packet p) {
    return endpoint(Ipv4Header.source(p.memory(), p.l3Start()), p.sourcePort());
  }

  static long destination(Packet p) {
    return endpoint(Ipv4Header.destination(p.memory(), p.l3Start()), p.destinationPort());
  }

  /** The source of the packet that an ICMP error quotes. */
  static long quotedSource(Packet p) {
    return endpoint(Ipv4Header.source(p.memory(), p.innerL3Start()), p.innerSourcePort());
  }

  /** Whether two frames have the same bytes. */
  static boolean isSame(Packet a, Packet b) {
    return a.length() == b.length()
        && MemorySegment.mismatch(
                a.memory(),
                a.offset(),
                a.offset() + a.length(),
                b.memory(),
                b.offset(),
                b.offset() + b.length())
            < 0;
  }

  /** Whether two packets have the same payload behind their transport headers. */
  static boolean hasSamePayload(Packet a, Packet b) {
    return a.payloadLength() == b.payloadLength()
        && a.payloadOffset() >= 0
        && b.payloadOffset() >= 0
        && MemorySegment.mismatch(
                a.memory(),
                a.payloadStart(),
                a.payloadStart() + a.payloadLength(),
                b.memory(),
                b.payloadStart(),
                b.payloadStart() + b.payloadLength())
            < 0;
  }

  static boolean hasRightChecksums(Packet p) {
    return Checksum.verifyIpv4Header(p) == Checksum.VALID
        && Checksum.verifyTransport(p) == Checksum.VALID;
  }

  static void writeSource(Packet p, long endpoint) {
    Ipv4Header.source(p.memory(), p.l3Start(), address(endpoint));
    writePort(p, 0, port(endpoint));
    Checksum.recompute(p);
  }

  static void writeDestination(Packet p, long endpoint) {
    Ipv4Header.destination(p.memory(), p.l3Start(), address(endpoint));
    writePort(p, 2, port(endpoint));
    Checksum.recompute(p);
  }

  private static void writePort(Packet p, int offset, int port) {
    if (p.protocol() == IpProtocol.ICMP) {
      Wire.put16(p.memory(), p.l4Start() + 4, port); // identifier
    } else {
      Wire.put16(p.memory(), p.l4Start() + offset, port);
    }
  }

  /** Makes an ICMP error about a UDP datagram one about the datagram as its receiver saw it. */
  static void writeQuotedSource(Packet p, long endpoint) {
    MemorySegment memory = p.memory();
    long ip = p.innerL3Start();
    long udp = p.innerL4Start();
    int difference =
        Checksum.add(
            Checksum.difference32(Ipv4Header.source(memory, ip), address(endpoint)),
            Checksum.difference16(p.innerSourcePort(), port(endpoint)));
    UdpHeader.checksum(memory, udp, Checksum.applyUdp(UdpHeader.checksum(memory, udp), difference));
    UdpHeader.sourcePort(memory, udp, port(endpoint));
    Ipv4Header.source(memory, ip, address(endpoint));
    Checksum.fixIpv4Header(memory, ip, Ipv4Header.headerLength(memory, ip));
    Ipv4Header.destination(memory, p.l3Start(), address(endpoint));
    Checksum.recompute(p);
  }
}
