package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * The part of {@link PacketParser} that decodes the packet an ICMP error quotes (RFC 792, RFC 4443
 * section 2.4). The quote is cut short by nature: at least 8 bytes behind its IP header make it
 * usable. Whatever is wrong with it only leaves it unreported; the error itself stays a good
 * packet.
 */
final class QuotedPacketParser {
  private static final int QUOTED_TRANSPORT_LENGTH = 8;

  private QuotedPacketParser() {}

  static void ipv4(Packet p, int at, int end) {
    MemorySegment memory = p.memory();
    long start = p.offset() + at;
    if (end - at < Ipv4Header.MINIMUM_LENGTH || Ipv4Header.version(memory, start) != 4) {
      return;
    }
    int headerLength = Ipv4Header.headerLength(memory, start);
    int totalLength = Ipv4Header.totalLength(memory, start);
    if (headerLength < Ipv4Header.MINIMUM_LENGTH
        || end - at < headerLength
        || totalLength < headerLength) {
      return;
    }
    p.innerL3Offset = at;
    p.innerIpVersion = 4;
    p.innerProtocol = Ipv4Header.protocol(memory, start);
    if (Ipv4Header.fragmentOffset(memory, start) == 0) {
      // What lies behind the quoted packet's own end (padding, RFC 4884 extensions) is not its
      // header.
      transport(p, at + headerLength, Math.min(end, at + totalLength));
    }
  }

  static void ipv6(Packet p, int at, int end) {
    MemorySegment memory = p.memory();
    long start = p.offset() + at;
    if (end - at < Ipv6Header.LENGTH || Ipv6Header.version(memory, start) != 6) {
      return;
    }
    p.innerL3Offset = at;
    p.innerIpVersion = 6;
    int payloadLength = Ipv6Header.payloadLength(memory, start);
    int next = Ipv6Header.nextHeader(memory, start);
    int position = at + Ipv6Header.LENGTH;
    int bound = payloadLength == 0 ? end : Math.min(end, position + payloadLength);
    p.innerProtocol = next;
    for (int i = 0; Ipv6Extension.isExtension(next); i++) {
      if (i == PacketParser.MAX_IPV6_EXTENSIONS
          || bound - position < Ipv6Extension.MINIMUM_LENGTH) {
        return;
      }
      long extension = p.offset() + position;
      int length = Ipv6Extension.length(memory, extension, next);
      if (bound - position < length) {
        return;
      }
      boolean later =
          next == IpProtocol.FRAGMENT && Ipv6Extension.fragmentOffset(memory, extension) != 0;
      next = Ipv6Extension.nextHeader(memory, extension);
      position += length;
      p.innerProtocol = next;
      if (later) {
        return;
      }
    }
    transport(p, position, bound);
  }

  private static void transport(Packet p, int at, int end) {
    if (end - at < QUOTED_TRANSPORT_LENGTH) {
      return;
    }
    MemorySegment memory = p.memory();
    long start = p.offset() + at;
    p.innerL4Offset = at;
    if (IpProtocol.hasPorts(p.innerProtocol)) {
      p.innerSourcePort = Wire.u16(memory, start);
      p.innerDestinationPort = Wire.u16(memory, start + 2);
    } else if (isQuery(p, IcmpHeader.type(memory, start))) {
      p.innerSourcePort = IcmpHeader.identifier(memory, start);
      p.innerDestinationPort = p.innerSourcePort;
    }
  }

  private static boolean isQuery(Packet p, int icmpType) {
    return p.innerIpVersion == 4
        ? p.innerProtocol == IpProtocol.ICMP && IcmpHeader.isQuery(icmpType)
        : p.innerProtocol == IpProtocol.ICMPV6 && Icmpv6Header.isQuery(icmpType);
  }
}
