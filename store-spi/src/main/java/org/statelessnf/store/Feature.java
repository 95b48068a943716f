package org.statelessnf.store;

/**
 * Optional parts of the contract. What a store declares is tested; what it does not declare answers
 * {@link Outcome#UNSUPPORTED}, and that is tested too.
 */
public enum Feature {
  /** {@code increment}, executed at the store (rule A). */
  INCREMENT,
  /** Idle time-to-live per record (rule E). */
  IDLE_TTL,
  /** Enumeration of a table (rule S). */
  SCAN,
  /** Timers (rule T); the default over plain records counts. */
  TIMERS,
  /** Bloom filters (rule F); the default over plain records counts. */
  FILTER,
  /** A write that meets a mismatch returns the current value in the same round trip. */
  MISMATCH_VALUE,
  /** {@link TableClass#CACHE} tables, whose records may be evicted. */
  CACHE_TABLES,
  /** Timers are executed by the store rather than built from plain records. */
  NATIVE_TIMERS,
  /** Bloom filters are executed by the store rather than built from plain records. */
  NATIVE_FILTER,
  /**
   * Timer deadlines are judged by the store's clock, so clock skew between instances is harmless.
   */
  STORE_CLOCK,
  /** The store can say which node owns a key. */
  PLACEMENT
}
