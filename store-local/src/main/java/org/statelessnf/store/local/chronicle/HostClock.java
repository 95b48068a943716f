package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The store's clock, one for all processes of the host: milliseconds since the epoch as they were
 * when the store was first opened after the host started, counted on by the monotonic clock, which
 * all processes of a Linux host share. A step of the wall clock does not move it.
 *
 * <p>Ends are set by {@link #after}, which rounds up, and judged by {@link #floor}, which rounds
 * down, so that nothing ends early by the fraction of a millisecond that was cut off.
 */
final class HostClock {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long offsetNanos;

  /**
   * A clock.
   *
   * @param offsetNanos what to add to the monotonic clock
   */
  HostClock(long offsetNanos) {
    this.offsetNanos = offsetNanos;
  }

  /** Nanoseconds that the wall clock is ahead of the monotonic one at present. */
  static long offsetNow() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
  }

  /**
   * Which start of the host this is. Where the host does not tell, each opening counts as a new
   * one, and the clock follows the wall clock in between.
   */
  static UUID boot() {
    try {
      return UUID.fromString(Files.readString(BOOT_ID).strip());
    } catch (IOException | IllegalArgumentException e) {
      return UUID.randomUUID();
    }
  }

  /** Now, rounded down. */
  long floor() {
    return Math.floorDiv(System.nanoTime() + offsetNanos, NANOS_PER_MILLI);
  }

  /**
   * The moment so many milliseconds from now, rounded up; {@link Long#MAX_VALUE} if beyond the end
   * of time.
   *
   * @param delayMillis not negative
   */
  long after(long delayMillis) {
    long now = floor() + 1;
    return delayMillis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delayMillis;
  }
}
