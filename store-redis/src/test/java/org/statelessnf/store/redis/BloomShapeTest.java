package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;

/** The filter's arithmetic without a server: the same bits in a {@link BitSet}. */
class BloomShapeTest {
  private static final int ELEMENTS = 50_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.1, 0.01, 0.001, 0.0001})
  void shouldKeepTheDeclaredRateAtCapacity(double rate) {
    FilterSpec spec = new FilterSpec("n", "f", ELEMENTS, rate, 1);
    BloomShape shape = BloomShape.of(spec);
    RedisBloomFilter filter = filter(spec, shape);
    BitSet[] segments = new BitSet[shape.segments()];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new BitSet();
    }
    for (int i = 0; i < ELEMENTS; i++) {
      visit(filter, segments, i, true);
    }
    for (int i = 0; i < ELEMENTS; i++) {
      assertThat(visit(filter, segments, i, false)).isTrue();
    }
    int questions = 2_000_000;
    int perhaps = 0;
    for (int i = 0; i < questions; i++) {
      perhaps += visit(filter, segments, ELEMENTS + i, false) ? 1 : 0;
    }
    assertThat((double) perhaps / questions).isLessThan(1.25 * rate);
  }

  @Test
  void shouldCutLargeFiltersIntoSegments() {
    BloomShape shape = BloomShape.of(new FilterSpec("n", "f", 10_000_000, 0.01, 1));
    assertThat(shape.segments()).isBetween(10, 20);
    assertThat(shape.blocks() * BloomShape.BLOCK_BYTES).isLessThanOrEqualTo(1 << 20);
  }

  private static boolean visit(
      RedisBloomFilter filter, BitSet[] segments, int number, boolean add) {
    ByteBuffer element = ByteBuffer.allocate(13).putInt(9, number);
    long place = RedisBloomFilter.place(element, 0, 13);
    BitSet segment = segments[filter.segment(place)];
    int from = filter.blockOffset(place) * Byte.SIZE;
    int[] bits = new int[RedisBloomFilter.maxBits()];
    int n = filter.bits(element, 0, 13, bits);
    boolean all = true;
    for (int i = 0; i < n; i++) {
      all &= segment.get(from + bits[i]);
      if (add) {
        segment.set(from + bits[i]);
      }
    }
    return all;
  }

  @SuppressWarnings("NullAway") // nothing here asks for the store
  private static RedisBloomFilter filter(FilterSpec spec, BloomShape shape) {
    StateStore none = null;
    return new RedisBloomFilter(none, spec, shape, false, new Keyspace("", 1, false));
  }
}
