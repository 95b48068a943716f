package org.statelessnf.io.wire;

/** A token bucket (RFC 1812 section 4.3.2.8). One thread. */
final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final long nanosPerToken;
  private final long fullNanos;
  private long emptyAtNanos;

  /**
   * A full bucket.
   *
   * @param perSecond tokens that come back every second
   * @param burst tokens that it holds
   */
  RateLimit(int perSecond, int burst, long nowNanos) {
    nanosPerToken = SECOND / perSecond;
    fullNanos = nanosPerToken * burst;
    emptyAtNanos = nowNanos - fullNanos;
  }

  /** Takes a token, if there is one. */
  boolean take(long nowNanos) {
    if (nowNanos - emptyAtNanos > fullNanos) {
      emptyAtNanos = nowNanos - fullNanos;
    }
    if (nowNanos - emptyAtNanos < nanosPerToken) {
      return false;
    }
    emptyAtNanos += nanosPerToken;
    return true;
  }
}
