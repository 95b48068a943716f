package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** What the kit does not ask: restarts, a store that is full to the brim, interrupts, handles. */
class ChronicleStoreTest {
  private static final TableSpec SPEC = TableSpec.of("t", 64, 64 * 1024);

  private final Path directory = Directories.create();
  private final String uri = "chronicle:" + directory;

  @AfterEach
  void clear() throws IOException {
    Directories.delete(directory);
  }

  private static byte[] key(int number) {
    return Held.bytes("key " + number);
  }

  @Test
  void shouldKeepRecordsAndVersionsOverARestart() {
    Set<Long> versions = new HashSet<>();
    long first;
    try (StateStore store = Stores.open(uri + "?entries=1000");
        StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      Table table = store.table(SPEC);
      first = single.put(table, key(0), Held.bytes("kept")).version();
      versions.add(first);
      versions.add(single.put(table, key(1), Held.bytes("removed")).version());
      single.remove(table, key(1));
    }
    try (StateStore store = Stores.open(uri);
        StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      store.table(TableSpec.of("another", 8, 8));
      Table table = store.table(SPEC);
      SingleKey.Result read = single.read(table, key(0));
      assertThat(read.value()).isEqualTo(Held.bytes("kept"));
      assertThat(read.version()).isEqualTo(first);
      assertThat(versions.add(single.put(table, key(1), Held.bytes("again")).version())).isTrue();
      assertThat(versions.add(single.put(table, key(0), Held.bytes("again")).version())).isTrue();
    }
  }

  @Test
  void shouldBeFullAtItsEntries() {
    try (StateStore store = Stores.open(uri + "?entries=1000");
        StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      Table table = store.table(SPEC);
      int count = 0;
      while (single.put(table, key(count), key(count)).outcome() == Outcome.OK) {
        count++;
      }
      assertThat(count).isEqualTo(999); // and the table's number
      assertThat(single.put(table, key(0), key(1)).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.remove(table, key(1)).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.put(table, key(1), key(1)).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.put(table, key(count), key(1)).outcome()).isEqualTo(Outcome.FULL);
    }
  }

  @Test
  void shouldGiveThePlacesOfEndedRecordsToNewOnes() throws InterruptedException {
    try (StateStore store = Stores.open(uri + "?entries=1000");
        StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      Table table = store.table(SPEC.withIdleTtl(Duration.ofMillis(100)));
      long guard = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      for (int i = 0; i < 5000; i++) {
        Outcome outcome = single.put(table, key(i), key(i)).outcome();
        while (outcome == Outcome.FULL && System.nanoTime() < guard) {
          Thread.sleep(10);
          outcome = single.put(table, key(i), key(i)).outcome();
        }
        assertThat(outcome).as("record %d", i).isEqualTo(Outcome.OK);
      }
    }
  }

  @Test
  void shouldLoseNothingWhenItIsFullOfLongValues() {
    long seed = System.nanoTime() & 0xffffff;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<Integer, byte[]> model = new HashMap<>();
    try (StateStore store = Stores.open(uri + "?entries=2000");
        StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      Table table = store.table(SPEC);
      int full = 0;
      for (int round = 0; round < 6000; round++) {
        int number = random.nextInt(800);
        if (random.nextInt(5) == 0) {
          Outcome outcome = single.remove(table, key(number)).outcome();
          assertThat(outcome).isEqualTo(model.remove(number) == null ? Outcome.ABSENT : Outcome.OK);
        } else {
          byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 65_537 : 8000)];
          random.nextBytes(value);
          Outcome outcome = single.put(table, key(number), value).outcome();
          if (outcome == Outcome.OK) {
            model.put(number, value);
          } else {
            assertThat(outcome).isEqualTo(Outcome.FULL);
            full++;
          }
        }
        if (round % 50 == 0) {
          requireAsIn(model, single, table);
        }
      }
      requireAsIn(model, single, table);
      assertThat(full).as("seed %d: times it was full", seed).isPositive();
    }
  }

  private static void requireAsIn(Map<Integer, byte[]> model, SingleKey single, Table table) {
    for (int number = 0; number < 800; number++) {
      SingleKey.Result read = single.read(table, key(number));
      assertThat(Arrays.equals(read.value(), model.get(number))).as("key %d", number).isTrue();
    }
  }

  @Test
  void shouldShareOneDirectoryAmongHandlesOfAProcess() {
    try (StateStore other = Stores.open(uri + "?entries=1000&namespace=default")) {
      try (StateStore one = Stores.open(uri);
          StoreSession writer = one.openSession();
          StoreSession reader = other.openSession()) {
        writer.single().put(one.table(SPEC), key(1), Held.bytes("seen"));
        assertThat(reader.single().read(other.table(SPEC), key(1)).value())
            .isEqualTo(Held.bytes("seen"));
      }
      try (StoreSession reader = other.openSession()) {
        assertThat(reader.single().read(other.table(SPEC), key(1)).outcome()).isEqualTo(Outcome.OK);
      }
    }
  }

  @Test
  void shouldServeAnInterruptedThread() {
    try (StateStore store = Stores.open(uri + "?entries=1000");
        StoreSession session = store.openSession()) {
      Table table = store.table(SPEC);
      WriteBatch batch = session.newWriteBatch(4);
      Thread.currentThread().interrupt();
      try {
        for (int i = 0; i < 4; i++) {
          byte[] key = key(i);
          MemorySegment bytes = MemorySegment.ofArray(key);
          batch.put(table, bytes, 0, key.length, bytes, 0, key.length);
        }
        session.execute(batch);
        for (int i = 0; i < 4; i++) {
          assertThat(batch.outcome(i)).isEqualTo(Outcome.OK);
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
    }
  }
}
