package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071): sums over memory, incremental updates (RFC 1624), and
 * verification or recomputation for whole packets.
 *
 * <p>A <em>sum</em> is the 16-bit one's complement sum, a <em>checksum</em> its complement: what
 * stands in a header. Both are 0 to 0xffff. In one's complement 0 and 0xffff are the same number,
 * zero; the sum of data that are not all zero bytes is never 0 but may be 0xffff, so the checksum
 * of real data is never 0xffff but may be 0. Updates keep to that: they follow RFC 1624 equation 3,
 * which (unlike that of RFC 1141) never turns the checksum 0 into 0xffff.
 *
 * <p>A rewrite that touches several fields, or one field that two checksums cover (an address: IPv4
 * header and TCP), adds up the differences once and applies the total to each checksum:
 *
 * <pre>{@code
 * int address = Checksum.difference32(oldAddress, newAddress);
 * int all = Checksum.add(address, Checksum.difference16(oldPort, newPort));
 * Ipv4Header.checksum(m, ip, Checksum.apply(Ipv4Header.checksum(m, ip), address));
 * TcpHeader.checksum(m, tcp, Checksum.apply(TcpHeader.checksum(m, tcp), all));
 * }</pre>
 *
 * <p>Differences are of whole 16-bit words of the header: a field of 8 bits is updated as the word
 * that holds it.
 */
public final class Checksum {
  /** The checksum is right, or is a legal "none": UDP over IPv4 with 0. */
  public static final int VALID = 0;

  /** The checksum is wrong; for UDP over IPv6 (RFC 8200 section 8.1) and UDP-Lite also 0. */
  public static final int INVALID = 1;

  /** The packet does not hold all that is needed to tell. */
  public static final int UNVERIFIABLE = 2;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW = 0xffff_ffffL;

  private Checksum() {}

  /**
   * The sum of bytes, a missing last one taken as 0.
   *
   * <p>Loads are in native order: sums of byte-swapped words are byte-swapped sums (RFC 1071
   * section 2).
   */
  public static int sum(MemorySegment memory, long offset, int length) {
    long sum = 0;
    int words = length >>> 3;
    for (int i = 0; i < words; i++) { // a plain counted loop, which the compiler vectorizes
      long word = memory.get(LONG, offset + 8L * i);
      sum += (word & LOW) + (word >>> 32);
    }
    long at = offset + 8L * words;
    int left = length & 7;
    if (left >= 4) {
      sum += memory.get(INT, at) & LOW;
      left -= 4;
      at += 4;
    }
    if (left >= 2) {
      sum += memory.get(SHORT, at) & 0xffff;
      left -= 2;
      at += 2;
    }
    if (left > 0) {
      int last = Wire.u8(memory, at);
      sum += LITTLE_ENDIAN ? last : last << 8;
    }
    int folded = fold(sum);
    return LITTLE_ENDIAN ? (folded & 0xff) << 8 | folded >>> 8 : folded;
  }

  /** The checksum of bytes. */
  public static int of(MemorySegment memory, long offset, int length) {
    return ~sum(memory, offset, length) & 0xffff;
  }

  /** One's complement addition of two sums or differences. */
  public static int add(int a, int b) {
    int sum = a + b;
    return (sum & 0xffff) + (sum >>> 16);
  }

  /** Folds a sum of 16- or 32-bit words, taken without carry-around, to 16 bits. */
  public static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16 & 0xffff) + (folded >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }

  /** What changing a 16-bit word adds to the sum: ~m + m' of RFC 1624. */
  public static int difference16(int oldValue, int newValue) {
    return add(~oldValue & 0xffff, newValue & 0xffff);
  }

  /** What changing a 32-bit field adds to the sum. */
  public static int difference32(int oldValue, int newValue) {
    return fold((~oldValue & LOW) + (newValue & LOW));
  }

  /** What changing an IPv6 address adds to the sum. */
  public static int difference128(long oldHigh, long oldLow, long newHigh, long newLow) {
    long sum = (~oldHigh >>> 32) + (~oldHigh & LOW) + (~oldLow >>> 32) + (~oldLow & LOW);
    sum += (newHigh >>> 32) + (newHigh & LOW) + (newLow >>> 32) + (newLow & LOW);
    return fold(sum);
  }

  /** The checksum after its data have changed by {@code difference}: RFC 1624 equation 3. */
  public static int apply(int checksum, int difference) {
    return ~add(~checksum & 0xffff, difference) & 0xffff;
  }

  /**
   * {@link #apply} for UDP: 0 ("no checksum") stays 0, and a result of 0 is sent as 0xffff (RFC
   * 768).
   */
  public static int applyUdp(int checksum, int difference) {
    if (checksum == 0) {
      return 0;
    }
    int updated = apply(checksum, difference);
    return updated == 0 ? 0xffff : updated;
  }

  /** The checksum after a 16-bit word has changed. */
  public static int update16(int checksum, int oldValue, int newValue) {
    return apply(checksum, difference16(oldValue, newValue));
  }

  /** The checksum after a 32-bit field has changed. */
  public static int update32(int checksum, int oldValue, int newValue) {
    return apply(checksum, difference32(oldValue, newValue));
  }

  /** The checksum after an IPv6 address has changed. */
  public static int update128(int checksum, long oldHigh, long oldLow, long newHigh, long newLow) {
    return apply(checksum, difference128(oldHigh, oldLow, newHigh, newLow));
  }

  /**
   * Verifies the IPv4 header checksum; {@link #UNVERIFIABLE} if there is no complete IPv4 header.
   */
  public static int verifyIpv4Header(Packet p) {
    if (p.ipVersion() != 4 || p.l3HeaderLength() == 0) {
      return UNVERIFIABLE;
    }
    return isIpv4HeaderValid(p.memory(), p.l3Start(), p.l3HeaderLength()) ? VALID : INVALID;
  }

  /** True if the sum over the header is zero (RFC 791 section 3.1). */
  public static boolean isIpv4HeaderValid(MemorySegment memory, long start, int headerLength) {
    return sum(memory, start, headerLength) == 0xffff;
  }

  /** Computes the IPv4 header checksum and writes it. */
  public static void fixIpv4Header(MemorySegment memory, long start, int headerLength) {
    Ipv4Header.checksum(memory, start, 0);
    Ipv4Header.checksum(memory, start, of(memory, start, headerLength));
  }

  /** Verifies the transport checksum: {@link #VALID}, {@link #INVALID} or {@link #UNVERIFIABLE}. */
  public static int verifyTransport(Packet p) {
    int field = checksumOffset(p);
    if (field < 0) {
      return UNVERIFIABLE;
    }
    if (Wire.u16(p.memory(), p.l4Start() + field) == 0) {
      if (p.protocol() == IpProtocol.UDP) {
        return p.ipVersion() == 4 ? VALID : INVALID;
      }
      if (p.protocol() == IpProtocol.UDP_LITE) {
        return INVALID;
      }
    }
    return transportSum(p) == 0xffff ? VALID : INVALID;
  }

  /**
   * Computes the transport checksum and writes it. A UDP packet over IPv4 that has none (0) keeps
   * none.
   *
   * @return false, with nothing written, if the checksum cannot be computed ({@link #UNVERIFIABLE})
   */
  public static boolean fixTransport(Packet p) {
    int field = checksumOffset(p);
    if (field < 0) {
      return false;
    }
    MemorySegment memory = p.memory();
    long at = p.l4Start() + field;
    boolean udp = p.protocol() == IpProtocol.UDP;
    if (udp && p.ipVersion() == 4 && Wire.u16(memory, at) == 0) {
      return true;
    }
    Wire.put16(memory, at, 0);
    int checksum = ~transportSum(p) & 0xffff;
    boolean zeroIsNone = udp || p.protocol() == IpProtocol.UDP_LITE;
    Wire.put16(memory, at, checksum == 0 && zeroIsNone ? 0xffff : checksum);
    return true;
  }

  /**
   * Computes the IPv4 header checksum, if it is IPv4, and the transport checksum.
   *
   * @return false if the transport checksum could not be computed; the IPv4 one is written anyhow
   */
  public static boolean recompute(Packet p) {
    if (p.ipVersion() == 4 && p.l3HeaderLength() > 0) {
      fixIpv4Header(p.memory(), p.l3Start(), p.l3HeaderLength());
    }
    return fixTransport(p);
  }

  /**
   * Where the checksum is in the transport header, for rewriting NFs: 16 for TCP, 6 for UDP and
   * UDP-Lite, 2 for ICMP and ICMPv6; -1 for others.
   */
  public static int fieldOffset(int protocol) {
    return switch (protocol) {
      case IpProtocol.TCP -> TcpHeader.CHECKSUM_OFFSET;
      case IpProtocol.UDP, IpProtocol.UDP_LITE -> UdpHeader.CHECKSUM_OFFSET;
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> IcmpHeader.CHECKSUM_OFFSET;
      default -> -1;
    };
  }

  /**
   * The field's distance from the transport header if the whole checksum can be computed, else -1.
   */
  private static int checksumOffset(Packet p) {
    if (p.parseStatus() != ParseStatus.OK
        || p.isFragment()
        || p.ipTruncated
        || p.l4HeaderLength() == 0
        || p.finalDestinationOffset() < 0) {
      return -1;
    }
    return fieldOffset(p.protocol());
  }

  /** The sum over pseudo header and segment as they are, checksum field included. */
  private static int transportSum(Packet p) {
    MemorySegment memory = p.memory();
    int segment = p.l3Offset() + p.l3TotalLength() - p.l4Offset();
    int covered = segment;
    if (p.protocol() == IpProtocol.UDP) {
      segment = UdpHeader.LENGTH + p.payloadLength();
      covered = segment;
    } else if (p.protocol() == IpProtocol.UDP_LITE) {
      int coverage = UdpHeader.length(memory, p.l4Start());
      covered = coverage == 0 ? segment : coverage;
    }
    int sum = sum(memory, p.l4Start(), covered);
    return p.protocol() == IpProtocol.ICMP ? sum : add(sum, pseudoHeader(p, segment));
  }

  /** RFC 9293 section 3.1 and RFC 8200 section 8.1. */
  private static int pseudoHeader(Packet p, int segment) {
    MemorySegment memory = p.memory();
    boolean v4 = p.ipVersion() == 4;
    int source = v4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET;
    int bytes = v4 ? 4 : 16;
    int addresses =
        add(
            sum(memory, p.l3Start() + source, bytes),
            sum(memory, p.offset() + p.finalDestinationOffset(), bytes));
    return add(addresses, fold((long) segment + p.protocol()));
  }
}
