package org.statelessnf.host.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found about one network function on one store.
 *
 * @param function its name
 * @param store the store's URI, or what the state was kept in otherwise
 * @param traffic by kind of traffic
 * @param roundTrip latency at a pace; null where there was no store
 */
public record FunctionReport(
    String function, String store, List<TrafficReport> traffic, @Nullable RoundTrip roundTrip) {

  /**
   * As fast as packets were taken.
   *
   * @param traffic name of the kind
   * @param packetsPerFlow how long its flows are
   * @param packetsPerSecond median of the rounds
   * @param rounds of each round
   * @param readsPerPacket records read at the store
   * @param writesPerPacket records written at the store
   * @param dropped packets, all rounds together
   */
  public record TrafficReport(
      String traffic,
      int packetsPerFlow,
      double packetsPerSecond,
      List<Double> rounds,
      double readsPerPacket,
      double writesPerPacket,
      long dropped) {}

  /**
   * At a pace.
   *
   * @param packetsPerSecond the pace, the same for all stores
   * @param latency from when a packet was meant to arrive to its release
   */
  public record RoundTrip(double packetsPerSecond, Distribution latency) {}
}
