package org.statelessnf.store.local.caffeine;

/**
 * The store's clock: milliseconds since the epoch as they were when the store was opened, counted
 * on by the monotonic clock. A step of the wall clock does not move it.
 *
 * <p>Ends and deadlines are set by {@link #ceiling} and judged by {@link #floor}, so that nothing
 * ends early by the fraction of a millisecond that was cut off.
 */
final class StoreClock {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long epochMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();

  /** Now, rounded down. */
  long floor() {
    return epochMillis + (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
  }

  /** Now, rounded up. */
  long ceiling() {
    return epochMillis + (System.nanoTime() - startNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
  }

  /**
   * The moment so many milliseconds from now; {@link Long#MAX_VALUE} if beyond the end of time.
   *
   * @param delayMillis not negative
   */
  long after(long delayMillis) {
    long now = ceiling();
    return delayMillis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delayMillis;
  }

  /** When the store was opened. */
  long opened() {
    return epochMillis;
  }
}
