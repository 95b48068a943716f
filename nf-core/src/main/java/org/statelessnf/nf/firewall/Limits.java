package org.statelessnf.nf.firewall;

/**
 * How many flows may wait for an answer at a time. A flow is <em>half open</em> until the other end
 * has confirmed it: TCP until it is established, everything else until the first answer. Counts are
 * kept at the store, so the limits are those of all instances together; they may be exceeded by the
 * packets of the batches that are under way when a limit is reached.
 *
 * @param halfOpenPerSource half-open flows of an opener, which is an IPv4 address or an IPv6 /64; 0
 *     for no limit
 * @param halfOpen half-open flows in all; 0 for no limit
 */
public record Limits(int halfOpenPerSource, int halfOpen) {
  /** None. */
  public static final Limits NONE = new Limits(0, 0);

  /** Checks that none is negative. */
  public Limits {
    if (halfOpenPerSource < 0 || halfOpen < 0) {
      throw new IllegalArgumentException("a limit must not be negative");
    }
  }

  /** Whether there is any. */
  public boolean any() {
    return halfOpenPerSource > 0 || halfOpen > 0;
  }
}
