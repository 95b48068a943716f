package org.statelessnf.nf.packet;

/** IP protocol numbers (IANA "Protocol Numbers") that the packet layer knows by name. */
public final class IpProtocol {
  public static final int HOP_BY_HOP = 0;
  public static final int ICMP = 1;
  public static final int IGMP = 2;
  public static final int IPV4 = 4;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int DCCP = 33;
  public static final int IPV6 = 41;
  public static final int ROUTING = 43;
  public static final int FRAGMENT = 44;
  public static final int GRE = 47;
  public static final int ESP = 50;
  public static final int AH = 51;
  public static final int ICMPV6 = 58;
  public static final int NO_NEXT = 59;
  public static final int DESTINATION_OPTIONS = 60;
  public static final int SCTP = 132;
  public static final int UDP_LITE = 136;

  private IpProtocol() {}

  /** True if the transport header begins with 16-bit source and destination ports. */
  public static boolean hasPorts(int protocol) {
    return switch (protocol) {
      case TCP, UDP, SCTP, DCCP, UDP_LITE -> true;
      default -> false;
    };
  }

  /** The lower-case name, or {@code proto N}. */
  public static String text(int protocol) {
    return switch (protocol) {
      case ICMP -> "icmp";
      case IGMP -> "igmp";
      case IPV4 -> "ipip";
      case TCP -> "tcp";
      case UDP -> "udp";
      case DCCP -> "dccp";
      case IPV6 -> "ipv6";
      case GRE -> "gre";
      case ESP -> "esp";
      case AH -> "ah";
      case ICMPV6 -> "icmpv6";
      case SCTP -> "sctp";
      case UDP_LITE -> "udplite";
      default -> "proto " + protocol;
    };
  }
}
