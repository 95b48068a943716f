package org.statelessnf.host.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static List<Double> of(double... values) {
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  @Test
  void shouldFindTheMedian() {
    assertThat(Statistics.median(of(3, 1, 2))).isEqualTo(2);
    assertThat(Statistics.median(of(4, 1, 3, 2))).isEqualTo(2.5);
    assertThatThrownBy(() -> Statistics.median(of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayHowLikelyADifferenceIsByChance() {
    // All of one above all of the other: 2 of the 252, 20 and 6 orders there are.
    assertThat(Statistics.mannWhitney(of(1, 2, 3, 4, 5), of(6, 7, 8, 9, 10)))
        .isCloseTo(2 / 252.0, within(1e-12));
    assertThat(Statistics.mannWhitney(of(6, 7, 8), of(1, 2, 3))).isCloseTo(0.1, within(1e-12));
    assertThat(Statistics.mannWhitney(of(1, 2), of(3, 4))).isCloseTo(2 / 6.0, within(1e-12));
    // One pair the other way round: of 252, 1 has U = 0 and 1 has U = 1.
    assertThat(Statistics.mannWhitney(of(1, 2, 3, 4, 6), of(5, 7, 8, 9, 10)))
        .isCloseTo(4 / 252.0, within(1e-12));
    assertThat(Statistics.mannWhitney(of(1, 1, 1), of(1, 1, 1))).isEqualTo(1);
    assertThat(Statistics.mannWhitney(of(1), of(2))).isEqualTo(1);
  }

  @Test
  void shouldAgreeWithCountingAllOrders() {
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 40; trial++) {
      int n = random.nextInt(1, 6);
      int m = random.nextInt(1, 6);
      List<Double> one = new ArrayList<>();
      List<Double> other = new ArrayList<>();
      for (int i = 0; i < n + m; i++) {
        (i < n ? one : other).add(random.nextDouble());
      }
      assertThat(Statistics.mannWhitney(one, other))
          .as("%s %s", one, other)
          .isCloseTo(counted(one, other), within(1e-9));
    }
  }

  private static double counted(List<Double> one, List<Double> other) {
    int n = one.size();
    int m = other.size();
    int extreme = Math.min(wins(one, other), n * m - wins(one, other));
    int all = 0;
    int asExtreme = 0;
    for (int chosen = 0; chosen < 1 << (n + m); chosen++) {
      if (Integer.bitCount(chosen) == n) {
        List<Double> a = new ArrayList<>();
        List<Double> b = new ArrayList<>();
        for (int i = 0; i < n + m; i++) {
          ((chosen >> i & 1) == 1 ? a : b).add((double) i);
        }
        all++;
        asExtreme += wins(a, b) <= extreme ? 1 : 0;
      }
    }
    return Math.min(1, 2.0 * asExtreme / all);
  }

  private static int wins(List<Double> one, List<Double> other) {
    int wins = 0;
    for (double a : one) {
      for (double b : other) {
        wins += a > b ? 1 : 0;
      }
    }
    return wins;
  }
}
