package org.statelessnf.store;

/** What a store promises about concurrent operations on one key (rule L). */
public enum Consistency {
  /**
   * Per key, every operation takes effect at one instant between its submission and its outcome.
   */
  LINEARIZABLE,
  /** Linearizable until a fail-over; a fail-over may lose the latest acknowledged writes. */
  LINEARIZABLE_UNTIL_FAILOVER,
  /** Reads may be stale. */
  EVENTUAL
}
