package org.statelessnf.nf;

/**
 * When an idle record counts as absent, and when its time of last use is worth a write.
 *
 * <p>A verdict depends on packet time and the record alone, whether or not the clean-up timer has
 * fired. The time of last use is written lazily, once a {@value #REFRESH_FRACTION}th of the timeout
 * has passed, so the record may lag behind the truth by that much; a record is taken as expired
 * only when it is idle for the timeout and that lag, so that no record expires early.
 */
public final class IdleTimeout {
  /** Last use is written again after this fraction of the timeout. */
  public static final int REFRESH_FRACTION = 128;

  private IdleTimeout() {}

  /**
   * Whether a record counts as absent.
   *
   * @param lastSeenNanos time of last use in the record
   * @param nowNanos packet time; packets that are a little older than the record are normal
   * @param timeoutNanos the timeout of the record's state
   */
  public static boolean isExpired(long lastSeenNanos, long nowNanos, long timeoutNanos) {
    return nowNanos - lastSeenNanos > timeoutNanos + timeoutNanos / REFRESH_FRACTION;
  }

  /**
   * Whether the time of last use is to be written again.
   *
   * @param lastSeenNanos time of last use in the record
   * @param nowNanos packet time
   * @param timeoutNanos the timeout of the record's state
   */
  public static boolean needsRefresh(long lastSeenNanos, long nowNanos, long timeoutNanos) {
    return nowNanos - lastSeenNanos > timeoutNanos / REFRESH_FRACTION;
  }

  /**
   * Milliseconds until the record can be expired; what to arm a clean-up timer with.
   *
   * @param lastSeenNanos time of last use in the record
   * @param nowNanos packet time
   * @param timeoutNanos the timeout of the record's state
   * @return at least 1
   */
  public static long remainingMillis(long lastSeenNanos, long nowNanos, long timeoutNanos) {
    long idle = Math.max(0, nowNanos - lastSeenNanos);
    long left = timeoutNanos + timeoutNanos / REFRESH_FRACTION - idle;
    return Math.max(1, left / 1_000_000 + 1);
  }
}
