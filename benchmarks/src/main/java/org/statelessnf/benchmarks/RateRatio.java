package org.statelessnf.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures a store's batches beside a peer in another process, in turn, round after round, and
 * compares round by round. Beside the rates it prints what each side cost in processor time, which
 * other load on the machine disturbs less.
 */
final class RateRatio {
  private static final int WARM_UP_ROUNDS = 2;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final ServerTime server;
  private final int rounds;
  private final double seconds;

  /** Processor time that the server has used so far. */
  @FunctionalInterface
  interface ServerTime {
    /** In nanoseconds. */
    long nanos() throws IOException, InterruptedException;
  }

  /** Does batches until a moment. */
  @FunctionalInterface
  interface Subject {
    /**
     * Does batches.
     *
     * @param untilNanos {@link System#nanoTime} to end at
     * @return how many
     */
    long run(long untilNanos);
  }

  /** Runs the peer. */
  @FunctionalInterface
  interface Peer {
    /**
     * Runs the peer.
     *
     * @param requests how many
     * @return requests per second
     */
    double run(long requests) throws IOException, InterruptedException;
  }

  /**
   * Sets how to measure.
   *
   * @param server what processor time the server has used
   * @param rounds how often each side runs
   * @param seconds about how long each time
   */
  RateRatio(ServerTime server, int rounds, double seconds) {
    this.server = server;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /**
   * Compares and prints.
   *
   * @param what is measured
   * @param batch keys per batch
   * @param bar least ratio wanted, 0 for none
   */
  void compare(String what, int batch, double bar, Subject subject, Peer peerRun)
      throws IOException, InterruptedException {
    double[] mine = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ratios = new double[rounds];
    double[] cpu = new double[rounds];
    double[] serverMine = new double[rounds];
    double[] serverTheirs = new double[rounds];
    double[] bytes = new double[rounds];
    long requests = 2000;
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      final long server0 = server.nanos();
      final long cpu0 = SYSTEM.getProcessCpuTime();
      final long bytes0 = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
      long start = System.nanoTime();
      long batches = subject.run(start + (long) (seconds * 1e9));
      double keys = (double) batches * batch;
      double rate = keys * 1e9 / (System.nanoTime() - start);
      final long bytes1 = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
      final long cpu1 = SYSTEM.getProcessCpuTime();
      final long server1 = server.nanos();
      double peerRate = peerRun.run(requests) * batch;
      final long server2 = server.nanos();
      if (round >= 0) {
        mine[round] = rate;
        theirs[round] = peerRate;
        ratios[round] = rate / peerRate;
        cpu[round] = (cpu1 - cpu0) / keys;
        bytes[round] = (bytes1 - bytes0) / keys;
        serverMine[round] = (server1 - server0) / keys;
        serverTheirs[round] = (server2 - server1) / ((double) requests * batch);
      }
      requests = Math.max(500, (long) (peerRate / batch * seconds));
    }
    double ratio = median(ratios);
    System.out.printf(
        Locale.ROOT,
        "%-34s %6.0f k keys/s, peer %6.0f k: ratio %.2f (%.2f to %.2f)%s; per key: client %4.0f ns,"
            + " %4.1f B allocated, server %4.0f ns, for the peer %4.0f ns%n",
        what,
        median(mine) / 1e3,
        median(theirs) / 1e3,
        ratio,
        min(ratios),
        max(ratios),
        bar == 0
            ? ""
            : String.format(Locale.ROOT, ", bar %.2f %s", bar, ratio >= bar ? "holds" : "MISSED"),
        median(cpu),
        median(bytes),
        median(serverMine),
        median(serverTheirs));
    TimeUnit.MILLISECONDS.sleep(50);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }
}
