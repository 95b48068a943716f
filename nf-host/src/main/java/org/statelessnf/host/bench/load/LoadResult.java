package org.statelessnf.host.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a load loop measured.
 *
 * @param latency nanoseconds from the intended start of each request to its answer
 * @param service nanoseconds from when it was really submitted to its answer: what a loop sees that
 *     waits with the next request until the last one is answered
 * @param requests answered
 * @param slots of them that ended as they should
 * @param unstarted requests whose time had come but that were not even submitted when patience
 *     ended; {@code latency} has each with the age it had reached
 * @param failures slots that did not end as they should
 * @param elapsedNanos from begin to the last answer
 */
public record LoadResult(
    Histogram latency,
    Histogram service,
    long requests,
    long slots,
    long unstarted,
    Failures failures,
    long elapsedNanos) {

  /** Requests per second. */
  public double requestsPerSecond() {
    return elapsedNanos == 0 ? 0 : requests * 1e9 / elapsedNanos;
  }

  /** Slots per second. */
  public double slotsPerSecond() {
    return elapsedNanos == 0 ? 0 : slots * 1e9 / elapsedNanos;
  }
}
