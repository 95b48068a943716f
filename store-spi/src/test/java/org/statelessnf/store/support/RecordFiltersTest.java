package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.support.FaultyStore.Crash;
import org.statelessnf.store.support.FaultyStore.Faults;

class RecordFiltersTest {
  private static final int ELEMENT_BYTES = 12;

  private final MapRecords records = new MapRecords();

  /** One instance's view of a filter. */
  private static final class Instance implements AutoCloseable {
    private final FaultyStore store;
    private final StoreSession session;
    private final BloomFilter filter;
    private final FilterBatch batch;
    private final MemorySegment element = MemorySegment.ofArray(new long[2]);

    Instance(FaultyStore store, FilterSpec spec) {
      this.store = store;
      this.session = store.openSession();
      this.filter = store.filter(spec);
      this.batch = session.newFilterBatch(512);
    }

    private MemorySegment element(long number) {
      element.set(ValueLayout.JAVA_LONG, 0, number);
      return element;
    }

    void add(long number) {
      batch.add(filter, element(number), 0, ELEMENT_BYTES);
    }

    void ask(long number) {
      batch.mightContain(filter, element(number), 0, ELEMENT_BYTES);
    }

    void run() {
      session.execute(batch);
    }

    Outcome rotate() {
      batch.clear();
      batch.rotate(filter);
      run();
      return batch.outcome(0);
    }

    /** Adds a range of numbers; whether each was acknowledged. */
    void addAll(long from, long to, boolean[] acknowledged) {
      for (long next = from; next < to; ) {
        batch.clear();
        long start = next;
        while (!batch.isFull() && next < to) {
          add(next++);
        }
        run();
        for (int i = 0; i < batch.size(); i++) {
          acknowledged[(int) (start - from) + i] = batch.outcome(i) == Outcome.OK;
        }
      }
    }

    /** Whether the filter says perhaps, for each of a range of numbers. */
    boolean[] askAll(long from, long to) {
      boolean[] answers = new boolean[(int) (to - from)];
      for (long next = from; next < to; ) {
        batch.clear();
        long start = next;
        while (!batch.isFull() && next < to) {
          ask(next++);
        }
        run();
        for (int i = 0; i < batch.size(); i++) {
          answers[(int) (start - from) + i] = batch.mightContain(i);
        }
      }
      return answers;
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private Instance open(FilterSpec spec) {
    return new Instance(FaultyStore.sound(records, System::currentTimeMillis), spec);
  }

  private Instance open(FilterSpec spec, Faults faults) {
    return new Instance(new FaultyStore(records, System::currentTimeMillis, faults), spec);
  }

  private static int count(boolean[] answers) {
    int count = 0;
    for (boolean answer : answers) {
      count += answer ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 0.01, 1",
    "20000, 0.001, 1",
    "100000, 0.01, 1",
    "5000, 0.01, 4",
    "3, 0.5, 1",
    "500, 0.1, 2",
    "100, 0.0001, 1"
  })
  void shouldKeepTheDeclaredRateWithoutFalseNegatives(int capacity, double rate, int generations) {
    FilterSpec spec = FilterSpec.of("f", capacity, rate).withGenerations(generations);
    try (Instance one = open(spec);
        Instance two = open(spec)) {
      for (int g = 0; g < generations; g++) {
        boolean[] acknowledged = new boolean[capacity];
        one.addAll((long) g * capacity, (g + 1L) * capacity, acknowledged);
        assertThat(count(acknowledged)).isEqualTo(capacity);
        if (g < generations - 1) {
          assertThat(one.rotate()).isEqualTo(Outcome.OK);
        }
      }
      long all = (long) capacity * generations;
      assertThat(count(two.askAll(0, all))).isEqualTo((int) all);
      int questions = 100_000;
      int wrong = count(two.askAll(1L << 40, (1L << 40) + questions));
      assertThat(wrong / (double) questions).isLessThanOrEqualTo(1.5 * rate);
    }
  }

  @Test
  void shouldNotBeMuchLargerThanAPlainFilter() {
    FilterGeometry geometry = FilterGeometry.of(FilterSpec.of("f", 1_000_000, 0.01));
    double bitsPerElement = geometry.blocks() * (double) FilterGeometry.BLOCK_BITS / 1_000_000;
    assertThat(bitsPerElement).isBetween(9.58, 10.5);
    assertThat(FilterGeometry.rate(1_000_000.0 / geometry.blocks(), geometry.hashes()))
        .isBetween(0.009, 0.01);
  }

  @Test
  void shouldKeepSlotOrderWithinABatch() {
    try (Instance one = open(FilterSpec.of("f", 1000, 1e-6))) {
      one.ask(1);
      one.add(1);
      one.ask(1);
      one.batch.rotate(one.filter);
      one.ask(1);
      one.add(2);
      one.ask(2);
      one.run();
      List<Boolean> answers = new ArrayList<>();
      for (int slot : new int[] {0, 2, 4, 6}) {
        answers.add(one.batch.mightContain(slot));
      }
      assertThat(answers).containsExactly(false, true, false, true);
    }
  }

  @Test
  void shouldForgetTheOldestGenerationAndItsRecords() {
    FilterSpec spec = FilterSpec.of("f", 5000, 1e-6).withGenerations(2);
    try (Instance one = open(spec);
        Instance two = open(spec)) {
      int most = 0;
      for (long round = 0; round < 8; round++) {
        boolean[] acknowledged = new boolean[1000];
        one.addAll(round * 1000, (round + 1) * 1000, acknowledged);
        assertThat(count(two.askAll(round * 1000, (round + 1) * 1000))).isEqualTo(1000);
        if (round > 0) {
          assertThat(count(two.askAll((round - 1) * 1000, round * 1000))).isEqualTo(1000);
        }
        if (round > 1) {
          assertThat(count(two.askAll((round - 2) * 1000, (round - 1) * 1000))).isLessThan(5);
        }
        assertThat((round % 2 == 0 ? one : two).rotate()).isEqualTo(Outcome.OK);
        most = Math.max(most, records.table("default/~f.f").size());
      }
      int blocks = one.store.capabilities() == null ? 0 : FilterGeometry.of(spec).blocks();
      assertThat(most).isLessThanOrEqualTo(2 * blocks + 1);
    }
  }

  /** Several threads add, ask and rotate; what was acknowledged must be found. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05})
  void shouldHaveNoFalseNegativeUnderConcurrencyAndFaults(double errors) throws Exception {
    FilterSpec spec = FilterSpec.of("f", 3000, 0.001).withGenerations(8);
    ConcurrentHashMap<Long, Boolean> added = new ConcurrentHashMap<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      long seed = t;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                Faults faults = new Faults(seed).withErrors(errors, errors);
                try (Instance instance = open(spec, faults)) {
                  mixedWork(instance, seed, added);
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(added).hasSizeGreaterThan(1000);
  }

  private static void mixedWork(
      Instance instance, long seed, ConcurrentHashMap<Long, Boolean> added) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 60; round++) {
      if (seed == 0 && round % 30 == 29) {
        instance.rotate(); // seven times at most: all generations stay
      }
      instance.batch.clear();
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        numbers.add(random.nextLong());
        instance.add(numbers.getLast());
      }
      List<Long> known = added.keySet().stream().limit(50).toList();
      known.forEach(instance::ask);
      instance.run();
      for (int i = 0; i < instance.batch.size(); i++) {
        if (i >= 20) {
          assertThat(instance.batch.mightContain(i)).isTrue();
        } else if (instance.batch.outcome(i) == Outcome.OK) {
          added.put(numbers.get(i), true);
        }
      }
    }
  }

  @Test
  void shouldLoseNothingWhenARotationCrashes() {
    FilterSpec spec = FilterSpec.of("f", 2000, 1e-6).withGenerations(2);
    for (int step = 0; step < 40; step++) {
      MapRecords own = new MapRecords();
      Faults faults = new Faults(1);
      try (Instance sound = new Instance(FaultyStore.sound(own, System::currentTimeMillis), spec);
          Instance crashing =
              new Instance(new FaultyStore(own, System::currentTimeMillis, faults), spec)) {
        sound.addAll(0, 500, new boolean[500]);
        faults.crashAfter(step);
        try {
          crashing.rotate();
        } catch (Crash e) {
          // goes on below
        }
        assertThat(count(sound.askAll(0, 500))).isEqualTo(500);
        sound.addAll(500, 1000, new boolean[500]);
        assertThat(count(sound.askAll(0, 1000))).isEqualTo(1000);
        sound.rotate();
        assertThat(count(sound.askAll(500, 1000))).isEqualTo(500);
        sound.rotate();
        sound.rotate();
        assertThat(count(sound.askAll(0, 1000))).isLessThan(5);
        assertThat(own.table("default/~f.f")).hasSize(1);
      }
    }
  }
}
