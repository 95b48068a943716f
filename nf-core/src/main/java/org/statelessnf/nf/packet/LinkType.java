package org.statelessnf.nf.packet;

/**
 * What the first byte of a frame belongs to: the link types of pcap files (tcpdump.org/linktypes)
 * that {@link PacketParser} decodes. Any other value parses as {@link
 * ParseStatus#UNSUPPORTED_LINK}.
 */
public final class LinkType {
  /** Ethernet II or 802.3, without preamble and frame check sequence. */
  public static final int ETHERNET = 1;

  /** What some systems write for {@link #RAW_IP}. */
  public static final int RAW_IP_12 = 12;

  /** What OpenBSD writes for {@link #RAW_IP}. */
  public static final int RAW_IP_14 = 14;

  /** A bare IPv4 or IPv6 packet; the version nibble tells. */
  public static final int RAW_IP = 101;

  /** Linux cooked capture, version 1: 16-byte pseudo header. */
  public static final int LINUX_SLL = 113;

  /** A bare IPv4 packet. */
  public static final int RAW_IPV4 = 228;

  /** A bare IPv6 packet. */
  public static final int RAW_IPV6 = 229;

  /** Linux cooked capture, version 2: 20-byte pseudo header. */
  public static final int LINUX_SLL2 = 276;

  private LinkType() {}

  /** True if {@link PacketParser} decodes the link type. */
  public static boolean isSupported(int linkType) {
    return switch (linkType) {
      case ETHERNET, RAW_IP, RAW_IP_12, RAW_IP_14, LINUX_SLL, RAW_IPV4, RAW_IPV6, LINUX_SLL2 ->
          true;
      default -> false;
    };
  }

  /** A name for people, such as {@code ethernet}; {@code link type 9} for an unknown one. */
  public static String text(int linkType) {
    return switch (linkType) {
      case ETHERNET -> "ethernet";
      case RAW_IP, RAW_IP_12, RAW_IP_14 -> "raw ip";
      case LINUX_SLL -> "linux-sll";
      case RAW_IPV4 -> "raw ipv4";
      case RAW_IPV6 -> "raw ipv6";
      case LINUX_SLL2 -> "linux-sll2";
      default -> "link type " + linkType;
    };
  }
}
