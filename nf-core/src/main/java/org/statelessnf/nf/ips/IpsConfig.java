package org.statelessnf.nf.ips;

import org.statelessnf.nf.FailurePolicy;

/**
 * How an {@link Ips} is set up. Immutable; all instances that share a store are set up alike.
 *
 * @param rules the rules
 * @param alerts where alerts go
 * @param midstream whether connections whose begin was not seen are searched, too
 * @param idleNanos after which an established flow is forgotten
 * @param openingNanos after which one is forgotten that was not yet established
 * @param closingNanos after which one is forgotten that was closed
 * @param onStoreFailure what becomes of packets while the store does not answer
 */
public record IpsConfig(
    RuleSet rules,
    AlertSink alerts,
    boolean midstream,
    long idleNanos,
    long openingNanos,
    long closingNanos,
    FailurePolicy onStoreFailure) {
  private static final long SECOND = 1_000_000_000L;

  /**
   * Searches everything; flows are forgotten after ten minutes, a minute while they open, ten
   * seconds after they closed; drops while the store does not answer.
   */
  public static IpsConfig of(RuleSet rules, AlertSink alerts) {
    return new IpsConfig(
        rules, alerts, true, 600 * SECOND, 60 * SECOND, 10 * SECOND, FailurePolicy.DROP);
  }

  /** The same, with connections whose begin was not seen searched or not. */
  public IpsConfig withMidstream(boolean other) {
    return new IpsConfig(
        rules, alerts, other, idleNanos, openingNanos, closingNanos, onStoreFailure);
  }
}
