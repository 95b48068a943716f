package org.statelessnf.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Compares two ways to do the same in one process, a tenth of a second each in turn: what slows the
 * machine down for a moment slows both. The median of the ratios counts.
 */
final class SliceRatio {
  private static final long SLICE_NANOS = 100_000_000;
  private static final int WARMUP = 60;
  private static final int SLICES = 120;

  private final com.sun.management.OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);

  /**
   * Items per second.
   *
   * @param perProcessorSecond per second of this process's processor time
   * @param sum of all results, so that none is left out
   */
  private record Rate(double perSecond, double perProcessorSecond, long sum) {}

  /**
   * Prints the ratio.
   *
   * @param what is compared
   * @param items that one call handles
   * @param subject the way that is judged; its result is of no use
   * @param peer the way it is compared with
   * @param bar least ratio wanted, 0 if it is only reported
   */
  void compare(String what, int items, LongSupplier subject, LongSupplier peer, double bar) {
    for (int i = 0; i < WARMUP; i++) {
      slice(items, subject);
      slice(items, peer);
    }
    double[] wall = new double[SLICES];
    double[] processor = new double[SLICES];
    double[] subjects = new double[SLICES];
    double[] peers = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      Rate first = slice(items, i % 2 == 0 ? subject : peer);
      Rate second = slice(items, i % 2 == 0 ? peer : subject);
      Rate ours = i % 2 == 0 ? first : second;
      Rate theirs = i % 2 == 0 ? second : first;
      subjects[i] = ours.perSecond();
      peers[i] = theirs.perSecond();
      wall[i] = ours.perSecond() / theirs.perSecond();
      processor[i] = ours.perProcessorSecond() / theirs.perProcessorSecond();
    }
    double ratio = quantile(wall, 0.5);
    String verdict = bar == 0 ? "reported" : ratio >= bar ? "holds" : "MISSED";
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f against %.0f items/s, ratio %.2f (quartiles %.2f to %.2f),"
            + " per second of processor time %.2f, bar %.2f: %s%n",
        what,
        quantile(subjects, 0.5),
        quantile(peers, 0.5),
        ratio,
        quantile(wall, 0.25),
        quantile(wall, 0.75),
        quantile(processor, 0.5),
        bar,
        verdict);
  }

  private Rate slice(int items, LongSupplier work) {
    long processor = system.getProcessCpuTime();
    long start = System.nanoTime();
    long end = start;
    long done = 0;
    long sum = 0;
    while (end - start < SLICE_NANOS) {
      sum += work.getAsLong();
      done += items;
      end = System.nanoTime();
    }
    double used = Math.max(1, system.getProcessCpuTime() - processor);
    return new Rate(done * 1e9 / (end - start), done * 1e9 / used, sum);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
