package org.statelessnf.io.wire;

import org.statelessnf.nf.packet.Addresses;

/**
 * An own address and the block that is reached directly through its interface.
 *
 * @param high high 64 bits, as in {@link IpAddress}
 * @param low low 64 bits
 * @param prefixLength leading bits that neighbours share, 0 to 128; 96 more than people say of IPv4
 */
public record InterfaceAddress(long high, long low, int prefixLength) {
  private static final int MAPPED_BITS = 96;

  /**
   * Reads {@code 10.0.0.1/24} or {@code fd00::1/64}.
   *
   * @throws IllegalArgumentException with one line that names the text
   */
  public static InterfaceAddress parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("'" + text + "' needs a prefix length, such as /24");
    }
    byte[] address = Addresses.parse(text.substring(0, slash));
    int bits = address.length * 8;
    int length = -1;
    try {
      length = Integer.parseUnsignedInt(text.substring(slash + 1));
    } catch (NumberFormatException e) {
      length = -1; // said below, with the range
    }
    if (length < 0 || length > bits) {
      throw new IllegalArgumentException(
          "'" + text + "' needs a prefix length from 0 to " + bits + " behind the slash");
    }
    int all = bits == 32 ? length + MAPPED_BITS : length;
    return new InterfaceAddress(IpAddress.high(address), IpAddress.low(address), all);
  }

  boolean isIpv4() {
    return IpAddress.isIpv4(high, low);
  }

  boolean is(long otherHigh, long otherLow) {
    return otherHigh == high && otherLow == low;
  }

  /** Whether an address is in the block. */
  boolean reaches(long otherHigh, long otherLow) {
    int inLow = prefixLength - 64;
    if (inLow <= 0) {
      return prefixLength == 0 || (otherHigh ^ high) >>> -prefixLength == 0;
    }
    return otherHigh == high && (otherLow ^ low) >>> (64 - inLow) == 0;
  }

  /** Whether an IPv4 address is the block's broadcast address (RFC 919). */
  boolean isBroadcast(long otherHigh, long otherLow) {
    return isIpv4()
        && prefixLength < 127 // /31 has none (RFC 3021)
        && reaches(otherHigh, otherLow)
        && (otherLow | -1L << (128 - prefixLength)) == -1L;
  }

  @Override
  public String toString() {
    int length = isIpv4() ? prefixLength - MAPPED_BITS : prefixLength;
    return IpAddress.format(high, low) + "/" + length;
  }
}
