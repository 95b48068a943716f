package org.statelessnf.nf.defrag;

import org.statelessnf.nf.FailurePolicy;

/**
 * How a {@link Defrag} is set up. Immutable; all instances that share a store are set up alike.
 *
 * @param ipv4Nanos how long an IPv4 datagram is waited for, from its first fragment to come
 * @param ipv6Nanos the same for IPv6; RFC 8200 says 60 seconds
 * @param maxFragments of which a datagram may consist, up to {@link #MAX_FRAGMENTS}
 * @param onStoreFailure what becomes of fragments while the store does not answer
 */
public record DefragConfig(
    long ipv4Nanos, long ipv6Nanos, int maxFragments, FailurePolicy onStoreFailure) {
  /** Most fragments that a datagram may consist of. */
  public static final int MAX_FRAGMENTS = 1024;

  private static final long SECOND = 1_000_000_000L;
  private static final int USUAL_FRAGMENTS = 64;

  /** Checks the bounds. */
  public DefragConfig {
    if (maxFragments < 2 || maxFragments > MAX_FRAGMENTS) {
      throw new IllegalArgumentException(
          maxFragments + " fragments, from 2 to " + MAX_FRAGMENTS + " are possible");
    }
    if (ipv4Nanos < 1_000_000 || ipv6Nanos < 1_000_000) {
      throw new IllegalArgumentException("less than 1 ms to wait for fragments");
    }
  }

  /** 30 seconds for IPv4, 60 for IPv6, 64 fragments. */
  public static DefragConfig defaults() {
    return new DefragConfig(30 * SECOND, 60 * SECOND, USUAL_FRAGMENTS, FailurePolicy.DROP);
  }

  /** The same with another time for IPv4. */
  public DefragConfig withIpv4Nanos(long nanos) {
    return new DefragConfig(nanos, ipv6Nanos, maxFragments, onStoreFailure);
  }

  /** The same with another number of fragments. */
  public DefragConfig withMaxFragments(int fragments) {
    return new DefragConfig(ipv4Nanos, ipv6Nanos, fragments, onStoreFailure);
  }
}
