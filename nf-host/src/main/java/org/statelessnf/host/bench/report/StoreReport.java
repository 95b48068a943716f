package org.statelessnf.host.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Capabilities;

/**
 * What a benchmark found about one store.
 *
 * @param store its URI as given, without secrets
 * @param description what stands behind it, with version
 * @param capabilities what it declares
 * @param operations each operation, in the order of reports
 * @param filter what the Bloom filter wins or costs; null if the store has none
 */
public record StoreReport(
    String store,
    String description,
    Declared capabilities,
    List<OperationReport> operations,
    @Nullable FilterReport filter) {

  /**
   * What a store declares, as {@link Capabilities}.
   *
   * @param scope how far records are shared
   * @param consistency what concurrent operations may observe
   * @param durability what an acknowledged write survives
   * @param maxKeyBytes longest key
   * @param maxValueBytes longest value
   * @param maxInFlight batches that a session takes
   * @param features optional parts that work
   */
  public record Declared(
      String scope,
      String consistency,
      String durability,
      int maxKeyBytes,
      int maxValueBytes,
      int maxInFlight,
      List<String> features) {

    /** Copies a store's. */
    public static Declared of(Capabilities declared) {
      return new Declared(
          declared.scope().name(),
          declared.consistency().name(),
          declared.durability().name(),
          declared.maxKeyBytes(),
          declared.maxValueBytes(),
          declared.maxInFlight(),
          declared.features().stream().map(Enum::name).toList());
    }
  }

  /**
   * One operation.
   *
   * @param operation its name, with the batch size where it has one
   * @param batch slots of one request
   * @param unsupported the feature that the store does not declare; null if it does the operation
   * @param latency from the open loop; null if unsupported
   * @param throughput from the closed loop, by requests in flight; empty if unsupported
   * @param failures slots that did not end as they should, by outcome
   */
  public record OperationReport(
      String operation,
      int batch,
      @Nullable String unsupported,
      @Nullable LatencyReport latency,
      List<ThroughputReport> throughput,
      Map<String, Long> failures) {

    /** Why it was not measured, for people; null if it was. */
    public @Nullable String whyNot() {
      return unsupported == null
          ? null
          : "unsupported: " + unsupported.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * Latency of an operation.
   *
   * @param requestsPerSecond pace of the open loop
   * @param inFlight requests in flight at most
   * @param unstarted requests that the store did not come to; {@code latency} has them as well
   * @param latency from the intended start to the answer
   * @param service from the real start to the answer, to show what coordinated omission would hide
   * @param p50Rounds median of each round
   * @param p99Rounds 99th percentile of each round
   */
  public record LatencyReport(
      double requestsPerSecond,
      int inFlight,
      long unstarted,
      Distribution latency,
      Distribution service,
      List<Double> p50Rounds,
      List<Double> p99Rounds) {}

  /**
   * Throughput of an operation.
   *
   * @param inFlight requests in flight
   * @param perSecond slots (records, timers, elements) per second, median of the rounds
   * @param rounds of each round
   */
  public record ThroughputReport(int inFlight, double perSecond, List<Double> rounds) {}
}
