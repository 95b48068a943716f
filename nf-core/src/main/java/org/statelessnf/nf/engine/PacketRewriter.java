package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;

/**
 * Applies a {@link Rewrite} to a packet in place and keeps its checksums right.
 *
 * <p>Every replaced word {@code m} by {@code m'} adds {@code ~m + m'} to a running one's complement
 * sum, and a checksum over those words becomes {@code ~(~HC + sum)} (RFC 1624, equation 3). So a
 * checksum that was right stays right, a wrong one stays wrong by the same amount, and a payload
 * that was cut by the capture or spread over fragments does not matter. The sum runs over 32-bit
 * words, which folds to the same 16 bits (RFC 1071 section 2).
 *
 * <p>What covers what:
 *
 * <ul>
 *   <li>The IPv4 header checksum: the addresses.
 *   <li>TCP, UDP, UDP-Lite and DCCP: ports, and addresses by the pseudo header. With an IPv6
 *       routing header that has segments left, not the IP header's destination but the final one
 *       (RFC 8200 section 8.1), which no rewrite touches.
 *   <li>ICMP: the identifier; ICMPv6 (RFC 4443 section 2.3) the addresses too.
 *   <li>An ICMP error: all of that, and each word changed in the packet it quotes, whose own
 *       checksums are put right where the quote is long enough to hold them (RFC 5508 section 4).
 *   <li>A UDP checksum of 0 means none and stays; one that comes out as 0 is sent as 0xffff (RFC
 *       768). SCTP's has no pseudo header (RFC 9260).
 * </ul>
 *
 * <p>Ports are replaced where the packet has them: TCP, UDP, UDP-Lite, DCCP and the identifier of
 * ICMP queries. Other protocols, and fragments but the first, get new addresses only. A packet
 * whose {@link Packet#parseStatus()} is not OK keeps its IP header and all behind it.
 *
 * <p>The parse results that a rewrite changes, the ports, are <b>not</b> updated.
 */
public final class PacketRewriter {
  private static final int DCCP_CHECKSUM_OFFSET = 6;
  private static final int SOURCE_PORT_OFFSET = 0;
  private static final int DESTINATION_PORT_OFFSET = 2;

  private PacketRewriter() {}

  /**
   * Rewrites a packet. Runs on the thread that owns the packet; does not allocate.
   *
   * @param packet a parsed packet
   * @param rewrite what to change; an empty one changes nothing
   */
  public static void apply(Packet packet, Rewrite rewrite) {
    if (rewrite.isEmpty()) {
      return;
    }
    if (rewrite.hasDestinationMac() && packet.linkType() == LinkType.ETHERNET) {
      Wire.put48(packet.memory(), packet.offset(), rewrite.destinationMac());
    }
    if (packet.parseStatus() != ParseStatus.OK) {
      return;
    }
    long addresses = addresses(packet, rewrite);
    if (packet.isIcmpError()) {
      long quoted = packet.innerL3Offset() < 0 ? 0 : quote(packet, rewrite);
      long covered = packet.ipVersion() == 4 ? quoted : quoted + addresses;
      fix(packet.memory(), packet.l4Start() + IcmpHeader.CHECKSUM_OFFSET, covered, false);
    } else if (packet.l4Offset() >= 0) {
      transport(packet, rewrite, addresses);
    }
  }

  /**
   * Replaces the addresses of the IP header and puts an IPv4 header checksum right.
   *
   * @return what the addresses add to the pseudo header's sum
   */
  private static long addresses(Packet packet, Rewrite rewrite) {
    MemorySegment memory = packet.memory();
    long start = packet.l3Start();
    int version = packet.ipVersion();
    long source = rewrite.hasSource() ? source(memory, start, version, rewrite.source()) : 0;
    long destination =
        rewrite.hasDestination() ? destination(memory, start, version, rewrite.destination()) : 0;
    if (version == 4) {
      fix(memory, start + Ipv4Header.CHECKSUM_OFFSET, source + destination, false);
      return source + destination;
    }
    boolean isFinal =
        packet.finalDestinationOffset() == packet.l3Offset() + Ipv6Header.DESTINATION_OFFSET;
    return isFinal ? source + destination : source;
  }

  private static void transport(Packet packet, Rewrite rewrite, long addresses) {
    MemorySegment memory = packet.memory();
    long start = packet.l4Start();
    int protocol = packet.protocol();
    int sourcePort = rewrite.hasSource() ? rewrite.source().port() : -1;
    int destinationPort = rewrite.hasDestination() ? rewrite.destination().port() : -1;
    long ports = ports(memory, start, packet.ipVersion(), protocol, sourcePort, destinationPort);
    int checksum = checksumOffset(packet.ipVersion(), protocol);
    if (checksum >= 0) {
      long covered = protocol == IpProtocol.ICMP ? ports : ports + addresses;
      fix(memory, start + checksum, covered, zeroMeansNone(protocol));
    }
  }

  /**
   * Rewrites the packet that an ICMP error quotes.
   *
   * @return what all words changed in the quote add to the sum over it
   */
  private static long quote(Packet packet, Rewrite rewrite) {
    MemorySegment memory = packet.memory();
    long start = packet.innerL3Start();
    int version = packet.innerIpVersion();
    long addresses = 0;
    int sourcePort = -1;
    int destinationPort = -1;
    if (rewrite.hasInnerSource()) {
      addresses += source(memory, start, version, rewrite.innerSource());
      sourcePort = rewrite.innerSource().port();
    }
    if (rewrite.hasInnerDestination()) {
      addresses += destination(memory, start, version, rewrite.innerDestination());
      destinationPort = rewrite.innerDestination().port();
    }
    long changed = addresses;
    if (version == 4) {
      changed += fix(memory, start + Ipv4Header.CHECKSUM_OFFSET, addresses, false);
    }
    if (packet.innerL4Offset() < 0) {
      return changed;
    }
    int protocol = packet.innerProtocol();
    long transport = packet.innerL4Start();
    long ports = ports(memory, transport, version, protocol, sourcePort, destinationPort);
    changed += ports;
    int checksum = checksumOffset(version, protocol);
    if (checksum >= 0 && isQuoted(packet, checksum + 2)) {
      long covered = protocol == IpProtocol.ICMP ? ports : ports + addresses;
      changed += fix(memory, transport + checksum, covered, zeroMeansNone(protocol));
    }
    return changed;
  }

  /** Whether the quote holds that many bytes of the transport header. */
  private static boolean isQuoted(Packet packet, int bytes) {
    int end = packet.payloadOffset() + packet.payloadLength();
    if (packet.innerIpVersion() == 4) {
      int total = Ipv4Header.totalLength(packet.memory(), packet.innerL3Start());
      end = Math.min(end, packet.innerL3Offset() + total);
    }
    return packet.innerL4Offset() + bytes <= end;
  }

  private static long source(
      MemorySegment memory, long start, int version, Rewrite.Endpoint endpoint) {
    return version == 4
        ? replace32(memory, start + Ipv4Header.SOURCE_OFFSET, (int) endpoint.addressLow())
        : replace128(memory, start + Ipv6Header.SOURCE_OFFSET, endpoint);
  }

  private static long destination(
      MemorySegment memory, long start, int version, Rewrite.Endpoint endpoint) {
    return version == 4
        ? replace32(memory, start + Ipv4Header.DESTINATION_OFFSET, (int) endpoint.addressLow())
        : replace128(memory, start + Ipv6Header.DESTINATION_OFFSET, endpoint);
  }

  /** Replaces ports or the identifier; -1 leaves one as it is. */
  private static long ports(
      MemorySegment memory,
      long start,
      int version,
      int protocol,
      int sourcePort,
      int destinationPort) {
    return switch (protocol) {
      case IpProtocol.TCP, IpProtocol.UDP, IpProtocol.UDP_LITE, IpProtocol.DCCP ->
          port(memory, start + SOURCE_PORT_OFFSET, sourcePort)
              + port(memory, start + DESTINATION_PORT_OFFSET, destinationPort);
      case IpProtocol.ICMP, IpProtocol.ICMPV6 ->
          hasIdentifier(memory, start, version, protocol)
              ? port(
                  memory,
                  start + IcmpHeader.IDENTIFIER_OFFSET,
                  sourcePort >= 0 ? sourcePort : destinationPort)
              : 0;
      default -> 0;
    };
  }

  private static boolean hasIdentifier(
      MemorySegment memory, long start, int version, int protocol) {
    return version == 4
        ? protocol == IpProtocol.ICMP && IcmpHeader.isQuery(IcmpHeader.type(memory, start))
        : protocol == IpProtocol.ICMPV6 && Icmpv6Header.isQuery(Icmpv6Header.type(memory, start));
  }

  /** Where the checksum is in the transport header; -1 if there is none to be kept right. */
  private static int checksumOffset(int version, int protocol) {
    return switch (protocol) {
      case IpProtocol.TCP -> TcpHeader.CHECKSUM_OFFSET;
      case IpProtocol.UDP, IpProtocol.UDP_LITE -> UdpHeader.CHECKSUM_OFFSET;
      case IpProtocol.DCCP -> DCCP_CHECKSUM_OFFSET;
      case IpProtocol.ICMP -> version == 4 ? IcmpHeader.CHECKSUM_OFFSET : -1;
      case IpProtocol.ICMPV6 -> version == 6 ? Icmpv6Header.CHECKSUM_OFFSET : -1;
      default -> -1;
    };
  }

  private static boolean zeroMeansNone(int protocol) {
    return protocol == IpProtocol.UDP || protocol == IpProtocol.UDP_LITE;
  }

  private static long port(MemorySegment memory, long at, int port) {
    if (port < 0) {
      return 0;
    }
    int old = Wire.u16(memory, at);
    Wire.put16(memory, at, port);
    return delta16(old, port);
  }

  private static long replace32(MemorySegment memory, long at, int value) {
    int old = Wire.i32(memory, at);
    Wire.put32(memory, at, value);
    return old == value ? 0 : (~old & 0xffff_ffffL) + (value & 0xffff_ffffL);
  }

  private static long replace128(MemorySegment memory, long at, Rewrite.Endpoint endpoint) {
    return replace32(memory, at, (int) (endpoint.addressHigh() >>> 32))
        + replace32(memory, at + 4, (int) endpoint.addressHigh())
        + replace32(memory, at + 8, (int) (endpoint.addressLow() >>> 32))
        + replace32(memory, at + 12, (int) endpoint.addressLow());
  }

  /**
   * Takes changes into a checksum.
   *
   * @param sum what the covered words changed by; 0 if none did
   * @return what the checksum's own change adds to a sum over it
   */
  private static long fix(MemorySegment memory, long at, long sum, boolean zeroMeansNone) {
    if (sum == 0) {
      return 0;
    }
    int old = Wire.u16(memory, at);
    if (old == 0 && zeroMeansNone) {
      return 0;
    }
    int fixed = ~fold((~old & 0xffff) + sum) & 0xffff;
    if (fixed == 0 && zeroMeansNone) {
      fixed = 0xffff;
    }
    Wire.put16(memory, at, fixed);
    return delta16(old, fixed);
  }

  private static long delta16(int old, int value) {
    return old == value ? 0 : (~old & 0xffff) + value;
  }

  private static int fold(long sum) {
    long folded = (sum & 0xffff_ffffL) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }
}
