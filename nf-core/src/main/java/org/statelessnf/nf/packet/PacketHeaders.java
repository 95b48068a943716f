package org.statelessnf.nf.packet;

/**
 * The part of {@link Packet} that {@link PacketParser} fills. Offsets count from the first byte of
 * the frame, lengths are in bytes, -1 stands for an absent offset and 0 for any other absent value.
 */
abstract sealed class PacketHeaders permits Packet {
  int parseStatus;
  int parseReason;
  int etherType;
  int vlanCount;
  int l3Offset;
  int ipVersion;
  int l3HeaderLength;
  int l3TotalLength;
  int protocol;
  int ipv4Source;
  int ipv4Destination;
  int l4Offset;
  int l4HeaderLength;
  int payloadOffset;
  int payloadLength;
  int fragmentOffset;
  int fragmentHeaderOffset;
  int finalDestinationOffset;
  int sourcePort;
  int destinationPort;
  int tcpFlags;
  int icmpType;
  int icmpCode;
  int ttl;
  boolean moreFragments;
  boolean icmpError;
  boolean multicast;
  boolean truncated;
  boolean ipTruncated;
  boolean addresses;
  int innerL3Offset;
  int innerIpVersion;
  int innerProtocol;
  int innerL4Offset;
  int innerSourcePort;
  int innerDestinationPort;

  /**
   * Marks the results as not there: the status, and what is asked without a look at it. The rest
   * means nothing until the parser clears it, because wrapping is hot.
   */
  final void forget() {
    parseStatus = ParseStatus.UNPARSED;
    addresses = false;
    ipVersion = 0;
    l3Offset = -1;
    l4Offset = -1;
  }

  /** Every result back to its "absent" value. */
  final void clear() {
    parseStatus = ParseStatus.UNPARSED;
    parseReason = ParseReason.NONE;
    etherType = 0;
    vlanCount = 0;
    l3Offset = -1;
    ipVersion = 0;
    l3HeaderLength = 0;
    l3TotalLength = 0;
    protocol = 0;
    ipv4Source = 0;
    ipv4Destination = 0;
    l4Offset = -1;
    l4HeaderLength = 0;
    payloadOffset = -1;
    payloadLength = 0;
    fragmentOffset = 0;
    fragmentHeaderOffset = -1;
    finalDestinationOffset = -1;
    sourcePort = 0;
    destinationPort = 0;
    tcpFlags = 0;
    icmpType = 0;
    icmpCode = 0;
    ttl = 0;
    moreFragments = false;
    icmpError = false;
    multicast = false;
    truncated = false;
    ipTruncated = false;
    addresses = false;
    innerL3Offset = -1;
    innerIpVersion = 0;
    innerProtocol = 0;
    innerL4Offset = -1;
    innerSourcePort = 0;
    innerDestinationPort = 0;
  }

  /** A {@link ParseStatus}. */
  public final int parseStatus() {
    return parseStatus;
  }

  /** A {@link ParseReason}: the cause behind a status other than {@link ParseStatus#OK}. */
  public final int parseReason() {
    return parseReason;
  }

  /**
   * The EtherType behind all VLAN tags, or the 802.3 length if below 0x600; for raw IP links the
   * EtherType that the version nibble stands for.
   */
  public final int etherType() {
    return etherType;
  }

  /** Number of VLAN tags; tag i (0 is the outermost) is at frame offset 12 + 4 i. */
  public final int vlanCount() {
    return vlanCount;
  }

  /** Where the layer-3 header begins; -1 if the link header is cut short. */
  public final int l3Offset() {
    return l3Offset;
  }

  /**
   * True if the fixed part of an IP header was captured, so that addresses can be read even if the
   * packet did not parse further.
   */
  public final boolean hasAddresses() {
    return addresses;
  }

  /**
   * Source address of an IPv4 packet, raw 32 bits, as it was parsed: a rewrite does not change it.
   * 0 if there is none.
   */
  public final int ipv4Source() {
    return ipv4Source;
  }

  /** Destination address of an IPv4 packet, as {@link #ipv4Source}. */
  public final int ipv4Destination() {
    return ipv4Destination;
  }

  /** 4, 6, or 0 if this is no IP packet. */
  public final int ipVersion() {
    return ipVersion;
  }

  /** IPv4 header with options, or IPv6 header with all extension headers. */
  public final int l3HeaderLength() {
    return l3HeaderLength;
  }

  /**
   * Length of the IP packet by its own header, but not more than was captured. Bytes of the frame
   * behind it are padding.
   */
  public final int l3TotalLength() {
    return l3TotalLength;
  }

  /**
   * The upper protocol, an {@link IpProtocol}: what follows the IPv6 extension headers. In a later
   * IPv6 fragment the rest of the chain is not there, so this may be an extension header's number.
   */
  public final int protocol() {
    return protocol;
  }

  /** Where the transport header begins; -1 if there is none (a later fragment, no next header). */
  public final int l4Offset() {
    return l4Offset;
  }

  /** Transport header with options; 0 for protocols that are not decoded. */
  public final int l4HeaderLength() {
    return l4HeaderLength;
  }

  /** Where the data behind the last decoded header begins; -1 if unknown. */
  public final int payloadOffset() {
    return payloadOffset;
  }

  /** Captured payload bytes, bounded by the IP and UDP lengths: padding never counts. */
  public final int payloadLength() {
    return payloadLength;
  }

  /**
   * True for a part of a larger datagram. An IPv6 atomic fragment (RFC 6946: offset 0, no more
   * fragments) is a whole datagram and answers false.
   */
  public final boolean isFragment() {
    return moreFragments || fragmentOffset != 0;
  }

  /** Position of this fragment's data in the datagram, in bytes (not in units of 8). */
  public final int fragmentOffset() {
    return fragmentOffset;
  }

  /** The MF (IPv4) or M (IPv6) flag. */
  public final boolean moreFragments() {
    return moreFragments;
  }

  /** Where the IPv6 fragment header begins; -1 if there is none. */
  public final int fragmentHeaderOffset() {
    return fragmentHeaderOffset;
  }

  /**
   * Where the address of the final destination is: the one that transport checksums cover (RFC 8200
   * section 8.1). It is the destination of the IP header, unless an IPv6 routing header of a known
   * type has segments left; -1 if it has them and the type is unknown.
   */
  public final int finalDestinationOffset() {
    return finalDestinationOffset;
  }

  /** TCP, UDP, UDP-Lite, SCTP or DCCP source port; the identifier of an ICMP query; else 0. */
  public final int sourcePort() {
    return sourcePort;
  }

  /** TCP, UDP, UDP-Lite, SCTP or DCCP destination port; the identifier of an ICMP query; else 0. */
  public final int destinationPort() {
    return destinationPort;
  }

  /** TCP control bits CWR to FIN (RFC 9293 section 3.1), as in {@link TcpHeader}; else 0. */
  public final int tcpFlags() {
    return tcpFlags;
  }

  /** ICMP or ICMPv6 type; meaningful if {@link #protocol()} says so and there is an L4 header. */
  public final int icmpType() {
    return icmpType;
  }

  /** ICMP or ICMPv6 code. */
  public final int icmpCode() {
    return icmpCode;
  }

  /**
   * True for ICMP types that quote a packet: 3, 4, 5, 11, 12 (RFC 792); for ICMPv6 1 to 4 (RFC
   * 4443).
   */
  public final boolean isIcmpError() {
    return icmpError;
  }

  /** True if the link-layer or the IP destination is a group or the broadcast address. */
  public final boolean isMulticast() {
    return multicast;
  }

  /** IPv4 time to live or IPv6 hop limit. */
  public final int ttl() {
    return ttl;
  }

  /**
   * True if fewer bytes were captured than were on the wire, or than the IP header claims. The
   * headers can be fine nevertheless: then the status is OK, and only the payload is incomplete.
   */
  public final boolean truncated() {
    return truncated;
  }

  /**
   * Where the IP header quoted by an ICMP error begins; -1 if there is none or it is unusable (cut
   * short, wrong version, bad header length).
   */
  public final int innerL3Offset() {
    return innerL3Offset;
  }

  /** IP version of the quoted packet; 0 if none. */
  public final int innerIpVersion() {
    return innerIpVersion;
  }

  /** Upper protocol of the quoted packet. */
  public final int innerProtocol() {
    return innerProtocol;
  }

  /**
   * Where the quoted transport header begins, of which at least 8 bytes are there (RFC 792); -1 if
   * fewer are, or if the quoted packet is a later fragment.
   */
  public final int innerL4Offset() {
    return innerL4Offset;
  }

  /** Source port of the quoted packet, or the identifier of a quoted ICMP query; else 0. */
  public final int innerSourcePort() {
    return innerSourcePort;
  }

  /** Destination port of the quoted packet, or the identifier of a quoted ICMP query; else 0. */
  public final int innerDestinationPort() {
    return innerDestinationPort;
  }
}
