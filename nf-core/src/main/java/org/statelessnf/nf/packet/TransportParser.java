package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/** The part of {@link PacketParser} that decodes transport headers and quoted packets. */
final class TransportParser {
  private static final int SCTP_HEADER_LENGTH = 12;
  private static final int DCCP_HEADER_LENGTH = 12;
  private static final int DCCP_DATA_OFFSET_OFFSET = 4;
  private static final int PORTS_LENGTH = 4;

  private TransportParser() {}

  /**
   * Decodes what follows the IP header.
   *
   * @param at where it begins, from the frame's first byte
   * @param declaredEnd where the IP packet ends by its own length, past the captured bytes perhaps
   */
  static int parse(Packet p, int at, long declaredEnd) {
    int captured = (int) Math.min(p.length(), declaredEnd) - at;
    p.payloadOffset = at;
    p.payloadLength = captured;
    if (p.fragmentOffset != 0) {
      if (p.protocol == IpProtocol.TCP && p.fragmentOffset < TcpHeader.MINIMUM_LENGTH) {
        return PacketParser.fail(p, ParseStatus.TINY_FRAGMENT, ParseReason.OVERLAPPING_TCP_HEADER);
      }
      return ParseStatus.OK;
    }
    if (p.protocol == IpProtocol.NO_NEXT && p.ipVersion == 6) {
      return ParseStatus.OK;
    }
    p.l4Offset = at;
    if (IpProtocol.hasPorts(p.protocol) && captured >= PORTS_LENGTH) {
      p.sourcePort = Wire.u16(p.memory(), p.l4Start());
      p.destinationPort = Wire.u16(p.memory(), p.l4Start() + 2);
    }
    long declared = declaredEnd - at;
    return switch (p.protocol) {
      case IpProtocol.TCP -> tcp(p, declared, captured);
      case IpProtocol.UDP -> udp(p, declared, captured);
      case IpProtocol.UDP_LITE -> udpLite(p, declared, captured);
      case IpProtocol.SCTP -> plain(p, SCTP_HEADER_LENGTH, declared, captured);
      case IpProtocol.DCCP -> dccp(p, declared, captured);
      case IpProtocol.ICMP -> p.ipVersion == 4 ? icmp(p, declared, captured) : ParseStatus.OK;
      case IpProtocol.ICMPV6 -> p.ipVersion == 6 ? icmp(p, declared, captured) : ParseStatus.OK;
      default -> ParseStatus.OK;
    };
  }

  private static int plain(Packet p, int headerLength, long declared, int captured) {
    return missing(p, headerLength, declared, captured)
        ? p.parseStatus
        : done(p, headerLength, captured);
  }

  private static int tcp(Packet p, long declared, int captured) {
    if (missing(p, TcpHeader.MINIMUM_LENGTH, declared, captured)) {
      return p.parseStatus;
    }
    p.tcpFlags = TcpHeader.flags(p.memory(), p.l4Start());
    int headerLength = TcpHeader.headerLength(p.memory(), p.l4Start());
    return withOffset(p, headerLength, TcpHeader.MINIMUM_LENGTH, declared, captured);
  }

  private static int dccp(Packet p, long declared, int captured) {
    if (missing(p, DCCP_HEADER_LENGTH, declared, captured)) {
      return p.parseStatus;
    }
    int headerLength = Wire.u8(p.memory(), p.l4Start() + DCCP_DATA_OFFSET_OFFSET) << 2;
    return withOffset(p, headerLength, DCCP_HEADER_LENGTH, declared, captured);
  }

  /** Checks a header length that the header itself declares. */
  private static int withOffset(
      Packet p, int headerLength, int minimum, long declared, int captured) {
    if (headerLength < minimum || (headerLength > declared && !p.moreFragments)) {
      return PacketParser.fail(p, ParseStatus.MALFORMED, ParseReason.BAD_DATA_OFFSET);
    }
    return plain(p, headerLength, declared, captured);
  }

  private static int udp(Packet p, long declared, int captured) {
    if (missing(p, UdpHeader.LENGTH, declared, captured)) {
      return p.parseStatus;
    }
    int length = UdpHeader.length(p.memory(), p.l4Start());
    if (length == 0 && declared > 0xffff) {
      return done(p, UdpHeader.LENGTH, captured); // RFC 2675 section 4: by the jumbo length
    }
    if (length < UdpHeader.LENGTH || (length > declared && !p.moreFragments)) {
      return PacketParser.fail(p, ParseStatus.MALFORMED, ParseReason.BAD_UDP_LENGTH);
    }
    return done(p, UdpHeader.LENGTH, Math.min(length, captured));
  }

  private static int udpLite(Packet p, long declared, int captured) {
    if (missing(p, UdpHeader.LENGTH, declared, captured)) {
      return p.parseStatus;
    }
    // RFC 3828 section 3.1: the coverage is 0 for all, else it includes the header.
    int coverage = UdpHeader.length(p.memory(), p.l4Start());
    if ((coverage != 0 && coverage < UdpHeader.LENGTH)
        || (coverage > declared && !p.moreFragments)) {
      return PacketParser.fail(p, ParseStatus.MALFORMED, ParseReason.BAD_UDP_LENGTH);
    }
    return done(p, UdpHeader.LENGTH, captured);
  }

  private static int icmp(Packet p, long declared, int captured) {
    if (missing(p, IcmpHeader.LENGTH, declared, captured)) {
      return p.parseStatus;
    }
    MemorySegment memory = p.memory();
    long start = p.l4Start();
    p.icmpType = IcmpHeader.type(memory, start);
    p.icmpCode = IcmpHeader.code(memory, start);
    boolean v4 = p.ipVersion == 4;
    if (v4 ? IcmpHeader.isQuery(p.icmpType) : Icmpv6Header.isQuery(p.icmpType)) {
      p.sourcePort = IcmpHeader.identifier(memory, start);
      p.destinationPort = p.sourcePort;
    }
    done(p, IcmpHeader.LENGTH, captured);
    p.icmpError = v4 ? IcmpHeader.isError(p.icmpType) : Icmpv6Header.isError(p.icmpType);
    if (p.icmpError) {
      int end = p.payloadOffset + p.payloadLength;
      if (v4) {
        QuotedPacketParser.ipv4(p, p.payloadOffset, end);
      } else {
        QuotedPacketParser.ipv6(p, p.payloadOffset, end);
      }
    }
    return ParseStatus.OK;
  }

  private static int done(Packet p, int headerLength, int end) {
    p.l4HeaderLength = headerLength;
    p.payloadOffset = p.l4Offset + headerLength;
    p.payloadLength = end - headerLength;
    return ParseStatus.OK;
  }

  /** True, with the status set, if the header's {@code length} bytes are not there. */
  private static boolean missing(Packet p, int length, long declared, int captured) {
    if (declared < length) {
      if (p.moreFragments) {
        PacketParser.fail(p, ParseStatus.TINY_FRAGMENT, ParseReason.SPLIT_TRANSPORT_HEADER);
      } else {
        PacketParser.fail(p, ParseStatus.MALFORMED, ParseReason.NO_ROOM_FOR_TRANSPORT);
      }
      return true;
    }
    if (captured < length) {
      PacketParser.fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_TRANSPORT_HEADER);
      return true;
    }
    return false;
  }
}
