package org.statelessnf.io.dpdk;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The wall clock in nanoseconds, for packets: as fine as {@link System#nanoTime()}, as right as
 * {@link System#currentTimeMillis()}, without an object per reading.
 *
 * <p>It keeps the distance between the two and corrects it once a millisecond: forward at once,
 * back (someone set the clock) by at most half of the time that has gone by, so that it goes on, if
 * slowly. Any thread; a thread that reads twice may still see a small step back when another one
 * corrected in between, which {@link DpdkPort} hides.
 */
final class WallClock {
  private static final long MILLI = 1_000_000;

  private final AtomicLong correctedNanoTime;
  private volatile long distance;

  WallClock() {
    long now = System.nanoTime();
    correctedNanoTime = new AtomicLong(now);
    distance = System.currentTimeMillis() * MILLI - now;
  }

  /**
   * The time.
   *
   * @param nanoTime what {@link System#nanoTime()} says now
   * @return nanoseconds since 1970-01-01T00:00Z
   */
  long nanos(long nanoTime) {
    long last = correctedNanoTime.getPlain();
    if (nanoTime - last > MILLI && correctedNanoTime.compareAndSet(last, nanoTime)) {
      distance = corrected(distance, nanoTime, nanoTime - last, System.currentTimeMillis());
    }
    return nanoTime + distance;
  }

  /** The distance that agrees with the coarse clock, which is at most a millisecond behind. */
  static long corrected(long distance, long nanoTime, long elapsed, long millis) {
    long least = millis * MILLI - nanoTime;
    long most = least + MILLI - 1;
    if (distance < least) {
      return least;
    }
    return distance > most ? Math.max(most, distance - elapsed / 2) : distance;
  }
}
