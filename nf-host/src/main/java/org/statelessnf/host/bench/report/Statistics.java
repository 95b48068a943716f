package org.statelessnf.host.bench.report;

import java.util.List;

/** What a few repeated measurements say. */
public final class Statistics {
  private Statistics() {}

  /**
   * The middle one; of an even number, the mean of the two in the middle.
   *
   * @param values at least one
   */
  public static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * How likely two samples of the same thing would differ in rank as much as these do: the exact,
   * two-sided test of Mann and Whitney (Annals of Mathematical Statistics 18(1), 1947). It assumes
   * nothing about how the values are distributed. Ties count half, which makes it careful.
   *
   * @param one at least one value
   * @param other at least one value
   * @return from 0 to 1; 0.008 at the least for five against five, 0.1 for three against three
   */
  public static double mannWhitney(List<Double> one, List<Double> other) {
    int n = one.size();
    int m = other.size();
    if (n == 0 || m == 0) {
      throw new IllegalArgumentException("no values");
    }
    double wins = 0;
    for (double a : one) {
      for (double b : other) {
        wins += a > b ? 1 : a == b ? 0.5 : 0;
      }
    }
    double extreme = Math.min(wins, (double) n * m - wins);
    double[] ways = ways(n, m);
    double all = 0;
    double asExtreme = 0;
    for (int u = 0; u < ways.length; u++) {
      all += ways[u];
      if (u <= extreme + 1e-9) {
        asExtreme += ways[u];
      }
    }
    // A half counts as one more: with a tie in it, U lies between two that can be counted.
    if (extreme != Math.rint(extreme)) {
      asExtreme += ways[(int) Math.ceil(extreme)];
    }
    return Math.min(1, 2 * asExtreme / all);
  }

  /** In how many orders of n and m values the first ones win u times, for each u. */
  private static double[] ways(int n, int m) {
    double[][] row = new double[m + 1][];
    for (int j = 0; j <= m; j++) {
      row[j] = new double[] {1};
    }
    for (int i = 1; i <= n; i++) {
      double[][] next = new double[m + 1][];
      next[0] = new double[] {1};
      for (int j = 1; j <= m; j++) {
        // The largest of all is one of the first (it wins j times) or one of the others.
        double[] sum = new double[i * j + 1];
        for (int u = 0; u < row[j].length; u++) {
          sum[u + j] += row[j][u];
        }
        for (int u = 0; u < next[j - 1].length; u++) {
          sum[u] += next[j - 1][u];
        }
        next[j] = sum;
      }
      row = next;
    }
    return row[m];
  }
}
