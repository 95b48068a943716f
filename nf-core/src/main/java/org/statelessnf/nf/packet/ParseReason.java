package org.statelessnf.nf.packet;

/** Why a frame did not parse: the exact cause behind a {@link ParseStatus}. */
public final class ParseReason {
  /** Nothing to report. */
  public static final int NONE = 0;

  /** The EtherType (or 802.3 length) is not that of IPv4 or IPv6. */
  public static final int OTHER_ETHERTYPE = 1;

  /** The link layer's header, tags included, is cut short. */
  public static final int SHORT_LINK_HEADER = 2;

  /** More VLAN tags than {@link PacketParser#MAX_VLAN_TAGS}. */
  public static final int TOO_MANY_TAGS = 3;

  /** The fixed IP header, the IPv4 options or an IPv6 extension header is not captured. */
  public static final int SHORT_IP_HEADER = 4;

  /** The version nibble is not the one that the link layer announced, or neither 4 nor 6. */
  public static final int BAD_IP_VERSION = 5;

  /** IPv4 header length below 20 bytes (RFC 791 section 3.1). */
  public static final int BAD_IP_HEADER_LENGTH = 6;

  /** IPv4 total length shorter than the header. */
  public static final int BAD_IP_TOTAL_LENGTH = 7;

  /** An IPv6 extension header runs past the packet's end. */
  public static final int BAD_IPV6_EXTENSION = 8;

  /** More IPv6 extension headers than {@link PacketParser#MAX_IPV6_EXTENSIONS}. */
  public static final int TOO_MANY_EXTENSIONS = 9;

  /** Hop-by-hop options not directly behind the IPv6 header (RFC 8200 section 4.1). */
  public static final int MISPLACED_HOP_BY_HOP = 10;

  /** Jumbo payload option against the rules of RFC 2675 section 3. */
  public static final int BAD_JUMBOGRAM = 11;

  /** An empty fragment, one that ends past 65,535 bytes, or an IPv6 one of odd length. */
  public static final int BAD_FRAGMENT = 12;

  /** A first fragment without the whole transport header (RFC 1858, RFC 7112). */
  public static final int SPLIT_TRANSPORT_HEADER = 13;

  /** A TCP fragment at offset 8, inside the header of the first one (RFC 3128). */
  public static final int OVERLAPPING_TCP_HEADER = 14;

  /** The transport header is not captured. */
  public static final int SHORT_TRANSPORT_HEADER = 15;

  /** The IP packet is too short for the transport header. */
  public static final int NO_ROOM_FOR_TRANSPORT = 16;

  /** TCP or DCCP data offset below the minimum or past the packet's end. */
  public static final int BAD_DATA_OFFSET = 17;

  /** UDP length below 8 or past the IP packet's end (RFC 768); UDP-Lite coverage likewise. */
  public static final int BAD_UDP_LENGTH = 18;

  /** The link type is not decoded. */
  public static final int UNSUPPORTED_LINK_TYPE = 19;

  /** Number of values; they are 0 to COUNT - 1. */
  public static final int COUNT = 20;

  private static final String[] TEXT = {
    "none",
    "ethertype is not ip",
    "link header cut short",
    "too many vlan tags",
    "ip header cut short",
    "bad ip version",
    "ipv4 header length below 20",
    "ipv4 total length shorter than the header",
    "ipv6 extension header runs past the end",
    "too many ipv6 extension headers",
    "hop-by-hop options not first",
    "bad jumbogram",
    "bad fragment",
    "first fragment without the transport header",
    "fragment inside the tcp header",
    "transport header cut short",
    "ip packet too short for the transport header",
    "bad data offset",
    "bad udp length",
    "link type not supported"
  };

  private ParseReason() {}

  /** A short text for people. */
  public static String text(int reason) {
    return reason >= 0 && reason < COUNT ? TEXT[reason] : "parse reason " + reason;
  }
}
