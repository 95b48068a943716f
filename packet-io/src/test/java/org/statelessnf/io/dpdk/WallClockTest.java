package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WallClockTest {
  private static final long MILLI = 1_000_000;

  @Test
  void shouldStayWithinTheCoarseClocksMillisecond() {
    long distance = 5 * MILLI + 17;
    assertThat(WallClock.corrected(distance, 2 * MILLI, MILLI, 7)).isEqualTo(distance);
    assertThat(WallClock.corrected(distance, 2 * MILLI, MILLI, 9)).isEqualTo(7 * MILLI);
  }

  @Test
  void shouldGoOnWhenSomeoneSetsTheClockBack() {
    long distance = 1_000 * MILLI;
    long elapsed = 4 * MILLI;
    long corrected = WallClock.corrected(distance, 10 * MILLI, elapsed, 3);
    assertThat(corrected).isEqualTo(distance - elapsed / 2);
    assertThat(corrected + 10 * MILLI).isGreaterThan(distance + 6 * MILLI);
  }

  @Test
  void shouldReadTheWallClock() {
    WallClock clock = new WallClock();
    long before = System.currentTimeMillis();
    long nanos = clock.nanos(System.nanoTime());
    assertThat(nanos).isGreaterThanOrEqualTo(before * MILLI - MILLI);
  }
}
