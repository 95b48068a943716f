package org.statelessnf.store.local.caffeine;

import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;

/** A filter's handle, with the bits it stands for. */
final class LocalBloomFilter extends BloomFilter {
  private final FilterBits bits;

  LocalBloomFilter(StateStore store, FilterSpec spec, FilterBits bits) {
    super(store, spec);
    this.bits = bits;
  }

  FilterBits bits() {
    return bits;
  }
}
