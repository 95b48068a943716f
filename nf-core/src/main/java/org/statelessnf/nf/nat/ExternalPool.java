package org.statelessnf.nf.nat;

import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Ipv4Header;

/**
 * The external IPv4 addresses, a contiguous range, and which of them an inside host gets.
 *
 * <p>The choice is a hash of the inside address and nothing else, so all mappings of a host have
 * the same external address whatever instance makes them, without any state (RFC 4787 REQ-2,
 * "paired" pooling, RFC 6888 REQ-3). The price: a host whose address is used up gets no other one.
 *
 * @param first the lowest address
 * @param count how many addresses
 */
public record ExternalPool(int first, int count) {
  /** Addresses that a pool holds at most. */
  public static final int MAX_ADDRESSES = 65_536;

  /** Checks the range. */
  public ExternalPool {
    long end = (first & 0xffff_ffffL) + count - 1;
    if (count < 1 || count > MAX_ADDRESSES || end > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "external pool of %d addresses from %s: 1 to %d are possible"
              .formatted(count, Addresses.formatIpv4(first), MAX_ADDRESSES));
    }
    if (first == 0 || Ipv4Header.isMulticast(first) || Ipv4Header.isMulticast((int) end)) {
      throw new IllegalArgumentException(
          "external pool holds an address that is no host's: " + text(first, count));
    }
  }

  /**
   * Parses {@code ADDR} or {@code ADDR-ADDR}.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static ExternalPool parse(String text) {
    int dash = text.indexOf('-');
    int first = address(dash < 0 ? text : text.substring(0, dash), text);
    int last = dash < 0 ? first : address(text.substring(dash + 1), text);
    long count = (last & 0xffff_ffffL) - (first & 0xffff_ffffL) + 1;
    if (count < 1) {
      throw new IllegalArgumentException("external pool '" + text + "' ends before it begins");
    }
    if (count > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "external pool '%s' has %d addresses, at most %d are possible"
              .formatted(text, count, MAX_ADDRESSES));
    }
    return new ExternalPool(first, (int) count);
  }

  /** Whether an address is in the pool. */
  public boolean contains(int address) {
    return Integer.compareUnsigned(address - first, count) < 0;
  }

  /** The address that an inside host is paired with, as an index. */
  int indexFor(int insideAddress) {
    return (int) (((Mix.of(insideAddress) >>> 32) * count) >>> 32);
  }

  int address(int index) {
    return first + index;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return text(first, count);
  }

  private static String text(int first, int count) {
    String from = Addresses.formatIpv4(first);
    return count == 1 ? from : from + "-" + Addresses.formatIpv4(first + count - 1);
  }

  private static int address(String part, String whole) {
    try {
      return Addresses.parseIpv4(part.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "external pool '" + whole + "': '" + part.strip() + "' is not an IPv4 address", e);
    }
  }
}
