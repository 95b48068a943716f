package org.statelessnf.io.wire;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Wire;

/**
 * IPv4 and IPv6 addresses in one space of two longs: IPv4 as IPv4-mapped IPv6 addresses, which are
 * never on a wire.
 */
public final class IpAddress {
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long LINK_LOCAL = 0xfe80_0000_0000_0000L;
  private static final long LINK_LOCAL_MASK = 0xffc0_0000_0000_0000L;

  private IpAddress() {}

  /** Low half of a mapped IPv4 address; its high half is 0. */
  public static long mapped(int ipv4) {
    return MAPPED | (ipv4 & 0xffff_ffffL);
  }

  /** Whether an address is an IPv4 one. */
  public static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** Whether an address is an IPv6 link-local one. */
  static boolean isLinkLocal(long high) {
    return (high & LINK_LOCAL_MASK) == LINK_LOCAL;
  }

  /** The link-local address of a MAC address (RFC 4291 appendix A), low half. */
  static long linkLocalLow(long mac) {
    long upper = mac >>> 24 ^ 0x02_0000L;
    return upper << 40 | 0xff_fe00_0000L | (mac & 0xff_ffffL);
  }

  /** High half of the link-local address of any MAC address. */
  static long linkLocalHigh() {
    return LINK_LOCAL;
  }

  /** Low half of the address in 4 or 16 bytes. */
  static long low(byte[] address) {
    MemorySegment bytes = MemorySegment.ofArray(address);
    return address.length == 4 ? mapped(Wire.i32(bytes, 0)) : Wire.i64(bytes, 8);
  }

  /** High half of the address in 4 or 16 bytes. */
  static long high(byte[] address) {
    return address.length == 4 ? 0 : Wire.i64(MemorySegment.ofArray(address), 0);
  }

  /** For people. */
  public static String format(long high, long low) {
    return isIpv4(high, low) ? Addresses.formatIpv4((int) low) : Addresses.formatIpv6(high, low);
  }
}
