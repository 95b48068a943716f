package org.statelessnf.store.local.caffeine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;

class CaffeineFilterTest {
  private static final MemorySegment ELEMENT = MemorySegment.ofArray(new long[2]);

  private static MemorySegment element(long number) {
    ELEMENT.set(ValueLayout.JAVA_LONG, 0, number);
    return ELEMENT;
  }

  @ParameterizedTest
  @CsvSource({"50000, 0.01, 1", "50000, 0.001, 1", "20000, 0.01, 3", "5, 0.5, 1", "100, 0.01, 2"})
  void shouldKeepTheDeclaredRateWithoutFalseNegatives(int capacity, double rate, int generations) {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      BloomFilter filter =
          store.filter(FilterSpec.of("f", capacity, rate).withGenerations(generations));
      FilterBatch batch = session.newFilterBatch(capacity);
      for (int g = 0; g < generations; g++) {
        batch.clear();
        if (g > 0) {
          batch.rotate(filter);
          session.execute(batch);
          batch.clear();
        }
        for (int i = 0; i < capacity; i++) {
          batch.add(filter, element((long) g * capacity + i), 0, 12);
        }
        session.execute(batch);
      }
      for (int g = 0; g < generations; g++) {
        batch.clear();
        for (int i = 0; i < capacity; i++) {
          batch.mightContain(filter, element((long) g * capacity + i), 0, 12);
        }
        session.execute(batch);
        for (int i = 0; i < capacity; i++) {
          assertThat(batch.outcome(i)).isEqualTo(Outcome.OK);
          assertThat(batch.mightContain(i)).isTrue();
        }
      }
      FilterBatch questions = session.newFilterBatch(1000);
      int wrong = 0;
      for (int round = 0; round < 200; round++) {
        questions.clear();
        for (int i = 0; i < 1000; i++) {
          questions.mightContain(filter, element(1L << 40 | (round * 1000 + i)), 0, 12);
        }
        session.execute(questions);
        for (int i = 0; i < 1000; i++) {
          wrong += questions.mightContain(i) ? 1 : 0;
        }
      }
      assertThat(wrong / 200_000.0).isLessThanOrEqualTo(1.5 * rate);
    }
  }

  @Test
  void shouldForgetTheOldestGeneration() {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      BloomFilter filter = store.filter(FilterSpec.of("f", 1000, 1e-6).withGenerations(2));
      FilterBatch batch = session.newFilterBatch(3);
      for (int round = 0; round < 10; round++) {
        batch.clear();
        batch.add(filter, element(round), 0, 16);
        batch.mightContain(filter, element(round - 1), 0, 16);
        batch.mightContain(filter, element(round - 2), 0, 16);
        session.execute(batch);
        assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
        assertThat(batch.mightContain(1)).isEqualTo(round >= 1);
        assertThat(batch.mightContain(2)).isFalse();
        batch.clear();
        batch.rotate(filter);
        session.execute(batch);
        assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
      }
    }
  }
}
