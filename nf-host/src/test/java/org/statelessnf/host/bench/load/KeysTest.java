package org.statelessnf.host.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final int COUNT = Keys.MIN_COUNT;

  @Test
  void shouldTakeAFewKeysOftenAndMostSeldom() {
    Keys keys = new Keys(COUNT, 1);
    int[] times = new int[COUNT];
    int draws = 60_000;
    for (int i = 0; i < draws; i++) {
      times[keys.next()]++;
    }
    int[] sorted = times.clone();
    Arrays.sort(sorted);
    // Zipf's law, exponent 0.99, 4,096 keys: the first has 1 / 9.1 of the draws, the second half.
    assertThat(sorted[COUNT - 1]).isBetween(draws / 12, draws / 8);
    assertThat(sorted[COUNT - 2]).isBetween(sorted[COUNT - 1] / 3, sorted[COUNT - 1] * 2 / 3);
    assertThat(sorted[COUNT / 2]).isLessThan(draws / 1_000);
  }

  @Test
  void shouldFollowFromTheSeed() {
    Keys one = new Keys(COUNT, 7);
    Keys same = new Keys(COUNT, 7);
    Keys other = new Keys(COUNT, 8);
    assertThat(one.memory().mismatch(same.memory())).isEqualTo(-1);
    assertThat(one.memory().mismatch(other.memory())).isNotEqualTo(-1);
    int differences = 0;
    for (int i = 0; i < 1_000; i++) {
      int index = one.next();
      assertThat(same.next()).isEqualTo(index);
      differences += other.next() == index ? 0 : 1;
    }
    assertThat(differences).isPositive();
  }

  @Test
  void shouldGiveEachLaneKeysOfItsOwnAndEachBatchDifferentOnes() {
    Keys keys = new Keys(COUNT, 2);
    for (int lane = 0; lane < Keys.MAX_LANES; lane++) {
      keys.beginGroup();
      Set<Integer> batch = new HashSet<>();
      for (int i = 0; i < 256; i++) {
        int index = keys.nextOther(lane, Keys.MAX_LANES);
        assertThat(index % Keys.MAX_LANES).isEqualTo(lane);
        assertThat(index).isBetween(0, COUNT - 1);
        assertThat(batch.add(index)).isTrue();
      }
    }
  }
}
