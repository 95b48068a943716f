package org.statelessnf.store;

/**
 * Handle of an open Bloom filter. Thread-safe; valid for every session of the store that opened it.
 * Work on it goes through {@link FilterBatch}.
 */
public class BloomFilter {
  private final StateStore store;
  private final FilterSpec spec;

  /**
   * For backends.
   *
   * @param store the store that opens the filter
   * @param spec its spec, with the namespace filled in
   */
  public BloomFilter(StateStore store, FilterSpec spec) {
    this.store = store;
    this.spec = spec;
  }

  /** The store that opened this filter. */
  public final StateStore store() {
    return store;
  }

  /** The spec it was opened by, with the namespace filled in. */
  public final FilterSpec spec() {
    return spec;
  }

  @Override
  public final String toString() {
    return spec.namespace() + "/" + spec.name();
  }
}
