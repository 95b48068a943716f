package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/** The part of {@link PacketParser} that walks IPv6 extension headers (RFC 8200 section 4). */
final class Ipv6ChainParser {
  private static final int MAX_PAYLOAD = 65_535;

  private Ipv6ChainParser() {}

  /** The fixed header is there; walks on to the transport header. */
  static int parse(Packet p) {
    MemorySegment memory = p.memory();
    long start = p.l3Start();
    int first = p.l3Offset + Ipv6Header.LENGTH;
    int payloadLength = Ipv6Header.payloadLength(memory, start);
    int next = Ipv6Header.nextHeader(memory, start);
    long declaredEnd = (long) first + payloadLength;
    p.protocol = next;
    p.l3HeaderLength = Ipv6Header.LENGTH;
    PacketParser.bound(p, declaredEnd - p.l3Offset);
    if (payloadLength == 0 && next == IpProtocol.HOP_BY_HOP) {
      declaredEnd = jumboEnd(p, first);
      if (declaredEnd < 0) {
        return p.parseStatus;
      }
    }
    boolean jumbo = declaredEnd - first > MAX_PAYLOAD;
    int at = first;
    int extensions = 0;
    while (Ipv6Extension.isExtension(next)) {
      if (extensions++ == PacketParser.MAX_IPV6_EXTENSIONS) {
        return malformed(p, ParseReason.TOO_MANY_EXTENSIONS);
      }
      if (next == IpProtocol.HOP_BY_HOP && at != first) {
        return malformed(p, ParseReason.MISPLACED_HOP_BY_HOP);
      }
      if (missing(p, at, Ipv6Extension.MINIMUM_LENGTH, declaredEnd)) {
        return p.parseStatus;
      }
      int length = Ipv6Extension.length(memory, p.offset() + at, next);
      if (missing(p, at, length, declaredEnd)) {
        return p.parseStatus;
      }
      switch (next) {
        case IpProtocol.HOP_BY_HOP -> {
          long option = Ipv6Extension.jumboPayloadLength(memory, p.offset() + at, length);
          if (option < 0) {
            return malformed(p, ParseReason.BAD_IPV6_EXTENSION);
          }
          if (option > 0 && !jumbo) {
            return malformed(p, ParseReason.BAD_JUMBOGRAM);
          }
        }
        case IpProtocol.ROUTING -> routing(p, at, length);
        case IpProtocol.FRAGMENT -> {
          if (jumbo) {
            return malformed(p, ParseReason.BAD_JUMBOGRAM);
          }
          if (!fragment(p, at, declaredEnd)) {
            return malformed(p, ParseReason.BAD_FRAGMENT);
          }
        }
        default -> {
          // Authentication header and destination options hold nothing that is needed here.
        }
      }
      next = Ipv6Extension.nextHeader(memory, p.offset() + at);
      at += length;
      p.protocol = next;
      p.l3HeaderLength = at - p.l3Offset;
      if (p.fragmentOffset != 0) {
        break;
      }
    }
    return TransportParser.parse(p, at, declaredEnd);
  }

  /**
   * The end that a jumbo payload option declares (RFC 2675 section 3), as a frame offset; -1 if the
   * packet fails. Without the option a payload length of 0 leaves no room for the hop-by-hop
   * header. That the option's value is above 65,535 is checked with the chain.
   */
  private static long jumboEnd(Packet p, int at) {
    int captured = p.length() - at;
    int length =
        captured < Ipv6Extension.MINIMUM_LENGTH
            ? Ipv6Extension.MINIMUM_LENGTH
            : Ipv6Extension.length(p.memory(), p.offset() + at, IpProtocol.HOP_BY_HOP);
    if (captured < length) {
      PacketParser.fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
      return -1;
    }
    long payload = Ipv6Extension.jumboPayloadLength(p.memory(), p.offset() + at, length);
    if (payload <= 0) {
      malformed(p, ParseReason.BAD_IPV6_EXTENSION);
      return -1;
    }
    PacketParser.bound(p, Ipv6Header.LENGTH + payload);
    return at + payload;
  }

  private static void routing(Packet p, int at, int length) {
    int distance = Ipv6Extension.finalDestination(p.memory(), p.offset() + at, length);
    if (distance > 0) {
      p.finalDestinationOffset = at + distance;
    } else if (distance < 0) {
      p.finalDestinationOffset = -1;
    }
  }

  private static boolean fragment(Packet p, int at, long declaredEnd) {
    if (p.fragmentHeaderOffset >= 0) {
      return false;
    }
    long start = p.offset() + at;
    p.fragmentHeaderOffset = at;
    p.fragmentOffset = Ipv6Extension.fragmentOffset(p.memory(), start);
    p.moreFragments = Ipv6Extension.moreFragments(p.memory(), start);
    if (!p.isFragment()) {
      return true;
    }
    // RFC 8200 section 4.5: all but the last have a length divisible by 8, and the payload of the
    // reassembled packet, in which the fragment header is missing, has at most 65,535 bytes.
    long data = declaredEnd - at - Ipv6Extension.MINIMUM_LENGTH;
    int before = at - p.l3Offset - Ipv6Header.LENGTH;
    return data > 0
        && !(p.moreFragments && data % 8 != 0)
        && before + p.fragmentOffset + data <= MAX_PAYLOAD;
  }

  /** True, with the status set, if {@code length} bytes at {@code at} are not there. */
  private static boolean missing(Packet p, int at, int length, long declaredEnd) {
    if (declaredEnd - at < length) {
      if (p.moreFragments) {
        PacketParser.fail(p, ParseStatus.TINY_FRAGMENT, ParseReason.SPLIT_TRANSPORT_HEADER);
      } else {
        malformed(p, ParseReason.BAD_IPV6_EXTENSION);
      }
      return true;
    }
    if (p.length() - at < length) {
      PacketParser.fail(p, ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
      return true;
    }
    return false;
  }

  private static int malformed(Packet p, int reason) {
    return PacketParser.fail(p, ParseStatus.MALFORMED, reason);
  }
}
