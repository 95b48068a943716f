package org.statelessnf.io.wire;

/**
 * A set of IP addresses. An address is two longs; an IPv4 address is IPv4-mapped (RFC 4291 section
 * 2.5.5.2), see {@link IpAddress}.
 */
@FunctionalInterface
public interface AddressSet {
  /** No address. */
  AddressSet NONE = (high, low) -> false;

  /**
   * Whether an address is in the set. Called per packet: must not allocate.
   *
   * @param high high 64 bits
   * @param low low 64 bits
   */
  boolean contains(long high, long low);
}
