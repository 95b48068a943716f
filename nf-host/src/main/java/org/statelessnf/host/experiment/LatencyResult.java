package org.statelessnf.host.experiment;

import org.HdrHistogram.Histogram;

/**
 * Round trips in nanoseconds.
 *
 * @param store of the stateless firewall
 * @param baseline through the firewall with its state in its own memory
 * @param stateless through the firewall with its state in the store
 * @param reads of single records of the store, by the client
 * @param lost echoes that did not come back
 */
record LatencyResult(
    String store, Histogram baseline, Histogram stateless, Histogram reads, long lost) {
  /** How often an echo passes the firewall: out and back. */
  static final int PASSES = 2;

  private static final double TOLERANCE = 1.1;

  /** What the store adds at a percentile; negative if it is less than noise. */
  long added(double percentile) {
    return stateless.getValueAtPercentile(percentile) - baseline.getValueAtPercentile(percentile);
  }

  /** The added time in round trips of the store. */
  double storeRoundTrips(double percentile) {
    return added(percentile) / (double) Math.max(1, reads.getValueAtPercentile(percentile));
  }

  /** Whether it is at most one round trip of the store and a tenth. */
  boolean holds(double percentile) {
    return storeRoundTrips(percentile) <= TOLERANCE;
  }
}
