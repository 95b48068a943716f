package org.statelessnf.store.ignite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.support.FilterGeometry;

/** A filter: its size, the keys of its records ({@link FilterOps}), and what it was last like. */
final class IgniteFilter extends BloomFilter {
  private final byte[] prefix;
  private final FilterGeometry geometry;
  private volatile @Nullable Meta meta;

  /**
   * A filter's first record.
   *
   * @param seed what elements are hashed with
   * @param newest the generation that elements are added to
   */
  record Meta(long seed, long newest) {}

  IgniteFilter(StateStore store, FilterSpec spec) {
    super(store, spec);
    this.prefix = IgniteTable.prefix(spec.namespace(), "~filters/" + spec.name());
    this.geometry = FilterGeometry.of(spec);
  }

  FilterGeometry geometry() {
    return geometry;
  }

  /** The key of the first record. */
  byte[] metaKey() {
    return prefix.clone();
  }

  /** The key of a block. */
  byte[] blockKey(int block) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + Integer.BYTES);
    RecordLayout.INT.set(key, prefix.length, block);
    return key;
  }

  /** The first record as it was a moment ago, null if it was not read yet. */
  @Nullable Meta meta() {
    return meta;
  }

  void meta(Meta told) {
    meta = told;
  }
}
