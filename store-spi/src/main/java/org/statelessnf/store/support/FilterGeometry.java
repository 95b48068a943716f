package org.statelessnf.store.support;

import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StoreConfigException;

/**
 * How many blocks a generation of a blocked Bloom filter has, and how many bits an element sets in
 * its block (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007).
 *
 * <p>Blocks do not get the same number of elements each: the number follows a Poisson distribution,
 * and full blocks err more than empty ones gain. So the size is found by computing the rate that
 * really results, and growing until it is met. A question asks all generations, so each is given
 * its share of the declared rate.
 *
 * @param blocks blocks of a generation
 * @param hashes bits that an element sets
 */
public record FilterGeometry(int blocks, int hashes) {
  /** Bits of a block. */
  static final int BLOCK_BITS = 4096;

  /** Bytes of a block. */
  static final int BLOCK_BYTES = BLOCK_BITS / Byte.SIZE;

  /** Most bits that an element sets. */
  static final int MAX_HASHES = 40;

  private static final double GROWTH = 1.02;
  private static final double LN_2 = Math.log(2);
  private static final int INDEX_BITS = 12;
  private static final int INDEXES_PER_WORD = Long.SIZE / INDEX_BITS;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /**
   * The smallest geometry that meets a spec.
   *
   * @throws StoreConfigException if there is none of reasonable size
   */
  public static FilterGeometry of(FilterSpec spec) {
    double rate = -Math.expm1(Math.log1p(-spec.falsePositiveRate()) / spec.generations());
    double bits = -spec.capacity() * Math.log(rate) / (LN_2 * LN_2);
    int hashes = (int) Math.max(1, Math.min(MAX_HASHES, Math.round(-Math.log(rate) / LN_2)));
    while (true) {
      double blocks = Math.ceil(bits / BLOCK_BITS);
      if (blocks > Integer.MAX_VALUE) {
        throw new StoreConfigException(
            "filter %s would take %.0f blocks of %d bytes"
                .formatted(spec.name(), blocks, BLOCK_BYTES));
      }
      if (rate(spec.capacity() / blocks, hashes) <= rate) {
        return new FilterGeometry((int) blocks, hashes);
      }
      bits = Math.max(bits * GROWTH, bits + BLOCK_BITS);
    }
  }

  /**
   * The bits that an element sets in its block.
   *
   * @param second its second hash, {@link ElementHash#second}
   * @param into takes {@link #hashes} numbers, 0 to 4095
   */
  public void bits(long second, int[] into) {
    long word = 0;
    for (int i = 0; i < hashes; i++) {
      if (i % INDEXES_PER_WORD == 0) {
        word = ElementHash.mix(second + GOLDEN * i);
      }
      into[i] = (int) word & (BLOCK_BITS - 1);
      word >>>= INDEX_BITS;
    }
  }

  /**
   * The false-positive rate that results.
   *
   * @param load mean number of elements per block
   * @param hashes bits that an element sets
   */
  static double rate(double load, int hashes) {
    // Sum over the number of elements in a block, out to where nothing is left to add.
    double spread = 10 * Math.sqrt(load) + 20;
    int first = (int) Math.max(0, load - spread);
    int last = (int) (load + spread);
    double logProbability = first * Math.log(load) - load - logFactorial(first);
    double sum = 0;
    for (int elements = first; elements <= last; elements++) {
      double clear = Math.exp(hashes * (double) elements * Math.log1p(-1.0 / BLOCK_BITS));
      sum += Math.exp(logProbability) * Math.pow(1 - clear, hashes);
      logProbability += Math.log(load) - Math.log(elements + 1.0);
    }
    return sum;
  }

  private static double logFactorial(int n) {
    double sum = 0;
    for (int i = 2; i <= n; i++) {
      sum += Math.log(i);
    }
    return sum;
  }
}
