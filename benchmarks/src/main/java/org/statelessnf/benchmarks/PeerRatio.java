package org.statelessnf.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs two benchmark methods in turn, a fork each, round after round, and compares round by round:
 * what slows the machine down for a while slows both.
 */
final class PeerRatio {
  private PeerRatio() {}

  /**
   * Prints the ratio of each round and their median.
   *
   * @param benchmark class of both methods, measured in throughput
   * @param subject method that is judged
   * @param peer method it is compared with
   * @param bar least ratio wanted
   * @param rounds how often each is run
   */
  static void compare(Class<?> benchmark, String subject, String peer, double bar, int rounds)
      throws RunnerException {
    double[] ratios = new double[rounds];
    StringBuilder table = new StringBuilder();
    for (int round = 0; round < rounds; round++) {
      double peerScore = score(benchmark, peer);
      double subjectScore = score(benchmark, subject);
      ratios[round] = subjectScore / peerScore;
      table.append(
          String.format(
              Locale.ROOT,
              "round %d: %s %.0f, %s %.0f operations/s, ratio %.2f%n",
              round + 1,
              subject,
              subjectScore,
              peer,
              peerScore,
              ratios[round]));
    }
    Arrays.sort(ratios);
    double median = ratios[rounds / 2];
    System.out.printf(
        Locale.ROOT,
        "%n%s%s / %s: median ratio %.2f (%.2f to %.2f), bar %.2f: %s%n",
        table,
        subject,
        peer,
        median,
        ratios[0],
        ratios[rounds - 1],
        bar,
        median >= bar ? "holds" : "MISSED");
  }

  private static double score(Class<?> benchmark, String method) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
            .forks(1);
    RunResult result = new Runner(options.build()).runSingle();
    return result.getPrimaryResult().getScore();
  }
}
