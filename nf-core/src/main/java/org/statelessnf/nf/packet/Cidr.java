package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;

/**
 * A block of IPv4 or IPv6 addresses (RFC 4632, RFC 4291 section 2.3). IPv4 blocks hold no IPv6
 * address and the reverse, mapped addresses included. Immutable; {@code contains} allocates
 * nothing.
 */
public final class Cidr {
  private final int ipVersion;
  private final int prefixLength;
  private final long high;
  private final long low;
  private final long highMask;
  private final long lowMask;

  private Cidr(int ipVersion, long high, long low, int prefixLength) {
    this.ipVersion = ipVersion;
    this.prefixLength = prefixLength;
    this.high = high;
    this.low = low;
    if (ipVersion == 4) {
      this.highMask = 0;
      this.lowMask = mask(prefixLength + 32) & 0xffff_ffffL;
    } else {
      this.highMask = mask(Math.min(prefixLength, 64));
      this.lowMask = mask(Math.max(prefixLength - 64, 0));
    }
  }

  /**
   * Parses {@code 10.0.0.0/8}, {@code fc00::/7}, or a single address.
   *
   * @throws IllegalArgumentException with one line that names the text: no address, a prefix length
   *     out of range, or bits set behind the prefix, which are a typing error more often than not
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    int bits = address.length * 8;
    int prefixLength = slash < 0 ? bits : prefixLength(text, slash + 1, bits);
    MemorySegment segment = MemorySegment.ofArray(address);
    Cidr cidr =
        bits == 32
            ? new Cidr(4, 0, Wire.u32(segment, 0), prefixLength)
            : new Cidr(6, Wire.i64(segment, 0), Wire.i64(segment, 8), prefixLength);
    if ((cidr.high & ~cidr.highMask) != 0 || (cidr.low & ~cidr.lowMask) != 0) {
      Cidr block =
          new Cidr(
              cidr.ipVersion, cidr.high & cidr.highMask, cidr.low & cidr.lowMask, prefixLength);
      throw new IllegalArgumentException(
          "'" + text + "' has bits set behind the prefix; the block is " + block);
    }
    return cidr;
  }

  /** 4 or 6. */
  public int ipVersion() {
    return ipVersion;
  }

  /** Leading bits that all addresses share. */
  public int prefixLength() {
    return prefixLength;
  }

  /** True if the address of that IP version (4 bytes or 16) at {@code offset} is in the block. */
  public boolean contains(MemorySegment memory, long offset, int ipVersion) {
    return ipVersion == 4
        ? containsIpv4(Wire.i32(memory, offset))
        : ipVersion == 6 && containsIpv6(Wire.i64(memory, offset), Wire.i64(memory, offset + 8));
  }

  /** True if the IPv4 address is in the block. */
  public boolean containsIpv4(int address) {
    return ipVersion == 4 && ((address ^ low) & lowMask) == 0;
  }

  /** True if the IPv6 address is in the block. */
  public boolean containsIpv6(long addressHigh, long addressLow) {
    return ipVersion == 6
        && ((addressHigh ^ high) & highMask) == 0
        && ((addressLow ^ low) & lowMask) == 0;
  }

  /** The lowest address, 4 or 16 bytes. */
  public byte[] network() {
    if (ipVersion == 4) {
      return Addresses.bytes((int) low);
    }
    byte[] bytes = new byte[16];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    Wire.put64(segment, 0, high);
    Wire.put64(segment, 8, low);
    return bytes;
  }

  /** {@code 10.0.0.0/8}; {@link #parse} reads it. */
  @Override
  public String toString() {
    String address =
        ipVersion == 4 ? Addresses.formatIpv4((int) low) : Addresses.formatIpv6(high, low);
    return address + "/" + prefixLength;
  }

  /** A mask of 64 bits with so many leading ones. */
  private static long mask(int ones) {
    return ones == 0 ? 0 : -1L << (64 - ones);
  }

  private static int prefixLength(String text, int from, int bits) {
    int length = 0;
    int digits = text.length() - from;
    boolean valid = digits >= 1 && digits <= 3;
    for (int i = from; valid && i < text.length(); i++) {
      char c = text.charAt(i);
      valid = c >= '0' && c <= '9';
      length = length * 10 + c - '0';
    }
    if (!valid || length > bits) {
      throw new IllegalArgumentException(
          "'" + text + "' needs a prefix length from 0 to " + bits + " behind the slash");
    }
    return length;
  }
}
