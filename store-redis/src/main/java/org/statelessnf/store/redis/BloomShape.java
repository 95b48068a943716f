package org.statelessnf.store.redis;

import org.statelessnf.store.FilterSpec;

/**
 * Size of a blocked Bloom filter (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom
 * Filters, 2007): all bits of an element lie in one block of 512 bits, so that a question reads 64
 * consecutive bytes, whatever the false-positive rate. Blocks fill unevenly, which costs some bits;
 * the size is found by computing the rate of such a filter, not by the textbook formula.
 *
 * <p>The bits are cut into segments of at most 1 MiB, each a key of its own, so that a large filter
 * is spread over a cluster and no key grows without bound.
 *
 * @param hashes bits per element
 * @param segments how many keys a generation has
 * @param blocks blocks per segment
 */
record BloomShape(int hashes, int segments, int blocks) {
  static final int BLOCK_BITS = 512;
  static final int BLOCK_BYTES = BLOCK_BITS / Byte.SIZE;
  private static final int MAX_BLOCKS = (1 << 20) / BLOCK_BYTES;
  private static final int MAX_HASHES = 28;
  private static final double STEP = 1.02;
  private static final double MAX_BITS_PER_ELEMENT = 1000;

  /** The smallest shape that keeps a spec's false-positive rate at its capacity. */
  static BloomShape of(FilterSpec spec) {
    double bits = Math.max(1, -Math.log(spec.falsePositiveRate()) / (Math.log(2) * Math.log(2)));
    int hashes = bestHashes(bits);
    while (bits < MAX_BITS_PER_ELEMENT && rate(bits, hashes) > spec.falsePositiveRate()) {
      bits *= STEP;
      hashes = bestHashes(bits);
    }
    long blocks = Math.max(1, (long) Math.ceil(spec.capacity() * bits / BLOCK_BITS));
    int segments = (int) ((blocks + MAX_BLOCKS - 1) / MAX_BLOCKS);
    return new BloomShape(hashes, segments, (int) ((blocks + segments - 1) / segments));
  }

  /** What all processes that use the filter must agree upon. */
  String text(FilterSpec spec) {
    return "v1 hashes=%d segments=%d blocks=%d generations=%d"
        .formatted(hashes, segments, blocks, spec.generations());
  }

  private static int bestHashes(double bits) {
    int best = 1;
    double bestRate = 1;
    for (int hashes = 1; hashes <= MAX_HASHES; hashes++) {
      double rate = rate(bits, hashes);
      if (rate < bestRate) {
        bestRate = rate;
        best = hashes;
      }
    }
    return best;
  }

  /** False-positive rate with so many bits per element: the mean over the blocks' Poisson loads. */
  private static double rate(double bits, int hashes) {
    double load = BLOCK_BITS / bits;
    double sum = 0;
    double probability = Math.exp(-load);
    double clear = 1;
    double step = Math.pow(1 - 1.0 / BLOCK_BITS, hashes);
    for (int elements = 0; elements < load + 12 * Math.sqrt(load) + 12; elements++) {
      sum += probability * Math.pow(1 - clear, hashes);
      clear *= step;
      probability *= load / (elements + 1);
    }
    return sum;
  }
}
