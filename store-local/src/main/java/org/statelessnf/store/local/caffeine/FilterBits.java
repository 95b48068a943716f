package org.statelessnf.store.local.caffeine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.support.ElementHash;

/**
 * The generations of one Bloom filter, newest first, as plain bit arrays that grow no more once
 * made.
 *
 * <p>A question is answered "perhaps" if any generation says so, so each generation is sized for
 * its share of the declared rate. Bits are set atomically and never cleared; an add that was
 * answered is seen by every later question because both go through the same atomic words. An add
 * that runs while a rotation does counts as done before it.
 *
 * <p>Thread-safe, lock-free but for {@link #rotate}.
 */
final class FilterBits {
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final double LN_2 = Math.log(2);
  private static final long MIN_BITS = 4096; // below, the rate strays from the formula

  private final FilterSpec spec;
  private final long bits;
  private final int hashes;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private volatile long[][] generations;

  FilterBits(FilterSpec spec) {
    this.spec = spec;
    double rate = -Math.expm1(Math.log1p(-spec.falsePositiveRate()) / spec.generations());
    double exact = -spec.capacity() * Math.log(rate) / (LN_2 * LN_2);
    double mebibytes = exact / Byte.SIZE / (1 << 20);
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    if (mebibytes * (spec.generations() + 1) > heap / 2.0
        || exact / Long.SIZE > Integer.MAX_VALUE - 64) {
      throw new StoreConfigException(
          "filter %s would take %.0f MiB for each of %d generations, the heap is %d MiB"
              .formatted(spec.name(), mebibytes, spec.generations(), heap));
    }
    this.bits = Math.max(MIN_BITS, (((long) exact + Long.SIZE) / Long.SIZE) * Long.SIZE);
    this.hashes = Math.max(1, (int) Math.round(-Math.log(rate) / LN_2));
    this.generations = new long[][] {generation()};
  }

  private long[] generation() {
    return new long[(int) (bits / Long.SIZE)];
  }

  FilterSpec spec() {
    return spec;
  }

  /** What elements are to be hashed with. */
  long seed() {
    return seed;
  }

  void add(ElementHash hash) {
    long[] newest = generations[0];
    long at = hash.first();
    for (int i = 0; i < hashes; i++) {
      long bit = Math.unsignedMultiplyHigh(at, bits);
      long mask = 1L << bit;
      int word = (int) (bit / Long.SIZE);
      if (((long) WORDS.getVolatile(newest, word) & mask) == 0) {
        WORDS.getAndBitwiseOr(newest, word, mask);
      }
      at += hash.second();
    }
  }

  boolean mightContain(ElementHash hash) {
    for (long[] generation : generations) {
      if (mightContain(generation, hash)) {
        return true;
      }
    }
    return false;
  }

  private boolean mightContain(long[] generation, ElementHash hash) {
    long at = hash.first();
    for (int i = 0; i < hashes; i++) {
      long bit = Math.unsignedMultiplyHigh(at, bits);
      long word = (long) WORDS.getVolatile(generation, (int) (bit / Long.SIZE));
      if ((word & (1L << bit)) == 0) {
        return false;
      }
      at += hash.second();
    }
    return true;
  }

  synchronized void rotate() {
    long[][] old = generations;
    long[][] rotated = new long[Math.min(old.length + 1, spec.generations())][];
    rotated[0] = generation();
    System.arraycopy(old, 0, rotated, 1, rotated.length - 1);
    generations = rotated;
  }
}
