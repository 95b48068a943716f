package org.statelessnf.store.support;

import org.statelessnf.store.*;

final class RecordBloomFilter extends BloomFilter {
  RecordBloomFilter(StateStore s, FilterSpec spec) {
    super(s, spec);
  }
}
