package org.statelessnf.store.local.caffeine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;

class CaffeineStoreTest {
  private static final TableSpec SPEC = TableSpec.of("t", 200, 1000);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadWhatWasWrittenWithAKeyOfAnyLength() {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      Table table = store.table(SPEC);
      SingleKey single = session.single();
      for (int length = 1; length <= 200; length++) {
        byte[] key = bytes("k".repeat(length));
        assertThat(single.read(table, key).outcome()).isEqualTo(Outcome.ABSENT);
        long version = single.put(table, key, bytes("v" + length)).version();
        SingleKey.Result read = single.read(table, key);
        assertThat(read.outcome()).isEqualTo(Outcome.OK);
        assertThat(read.value()).isEqualTo(bytes("v" + length));
        assertThat(read.version()).isEqualTo(version).isNotZero();
      }
      Set<String> seen = new HashSet<>();
      try (ScanCursor cursor = session.scan(table)) {
        while (cursor.next()) {
          seen.add(new String(cursor.key(), StandardCharsets.UTF_8));
          assertThat(cursor.value()).isEqualTo(bytes("v" + cursor.key().length));
        }
      }
      assertThat(seen).hasSize(200);
    }
  }

  @Test
  void shouldKeepConditions() {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      Table table = store.table(SPEC);
      SingleKey single = session.single();
      byte[] key = bytes("key");
      long first = single.putIfAbsent(table, key, bytes("1")).version();
      SingleKey.Result refused = single.putIfAbsent(table, key, bytes("2"));
      assertThat(refused.outcome()).isEqualTo(Outcome.MISMATCH);
      assertThat(refused.version()).isEqualTo(first);
      assertThat(refused.value()).isEqualTo(bytes("1"));
      long second = single.putIfVersion(table, key, bytes("2"), first).version();
      assertThat(single.putIfVersion(table, key, bytes("3"), first).version()).isEqualTo(second);
      assertThat(single.removeIfVersion(table, key, first).outcome()).isEqualTo(Outcome.MISMATCH);
      assertThat(single.removeIfVersion(table, key, second).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.remove(table, key).outcome()).isEqualTo(Outcome.ABSENT);
      SingleKey.Result gone = single.putIfVersion(table, key, bytes("4"), second);
      assertThat(gone.outcome()).isEqualTo(Outcome.MISMATCH);
      assertThat(gone.version()).isZero();
      assertThat(single.put(table, key, bytes("5")).version()).isNotIn(first, second);
      assertThat(single.increment(table, key, 1).outcome()).isEqualTo(Outcome.MISMATCH);
      assertThat(single.increment(table, bytes("n"), 5).counter()).isEqualTo(5);
      assertThat(single.increment(table, bytes("n"), -7).counter()).isEqualTo(-2);
    }
  }

  @Test
  void shouldRefuseANewRecordWhenFullAndKeepTheOld() {
    try (StateStore store = Stores.open("caffeine:?maxRecords=3&cacheRecords=100");
        StoreSession session = store.openSession()) {
      Table table = store.table(SPEC);
      SingleKey single = session.single();
      for (String key : List.of("a", "b", "c")) {
        assertThat(single.put(table, bytes(key), bytes("1")).outcome()).isEqualTo(Outcome.OK);
      }
      assertThat(single.put(table, bytes("d"), bytes("1")).outcome()).isEqualTo(Outcome.FULL);
      assertThat(single.increment(table, bytes("d"), 1).outcome()).isEqualTo(Outcome.FULL);
      assertThat(single.put(table, bytes("a"), bytes("2")).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.remove(table, bytes("b")).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.put(table, bytes("d"), bytes("1")).outcome()).isEqualTo(Outcome.OK);
      Table cache = store.table(TableSpec.of("cache", 20, 20).as(TableClass.CACHE));
      for (int i = 0; i < 1000; i++) {
        assertThat(single.put(cache, bytes("k" + i), bytes("1")).outcome()).isEqualTo(Outcome.OK);
      }
      int there = 0;
      for (int i = 0; i < 1000; i++) {
        there += single.read(cache, bytes("k" + i)).outcome() == Outcome.OK ? 1 : 0;
      }
      assertThat(there).isBetween(50, 100);
    }
  }

  @Test
  void shouldEndRecordsInTimeAndGiveTheirPlaceBack() throws InterruptedException {
    try (StateStore store = Stores.open("caffeine:?maxRecords=2");
        StoreSession session = store.openSession()) {
      Table table = store.table(SPEC.withIdleTtl(Duration.ofMillis(300)));
      SingleKey single = session.single();
      single.put(table, bytes("a"), bytes("1"));
      single.put(table, bytes("b"), bytes("1"));
      long refreshed = 0;
      for (int i = 0; i < 6; i++) {
        Thread.sleep(100);
        long before = System.nanoTime();
        assertThat(single.put(table, bytes("a"), bytes("2")).outcome()).isEqualTo(Outcome.OK);
        refreshed = before;
      }
      assertThat(single.read(table, bytes("b")).outcome()).isEqualTo(Outcome.ABSENT);
      assertThat(single.put(table, bytes("b"), bytes("2")).outcome()).isEqualTo(Outcome.OK);
      while (single.read(table, bytes("a")).outcome() == Outcome.OK) {
        Thread.sleep(1);
      }
      assertThat(System.nanoTime() - refreshed).isBetween(300_000_000L, 1_300_000_000L);
      Thread.sleep(1000);
      // Nobody met b since; its place is free again.
      assertThat(single.put(table, bytes("c"), bytes("1")).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.put(table, bytes("d"), bytes("1")).outcome()).isEqualTo(Outcome.OK);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("caffeine-expiry"));
  }

  @Test
  void shouldLoseNoIncrementAndReuseNoVersion() throws InterruptedException {
    try (StateStore store = Stores.open("caffeine:")) {
      Table table = store.table(SPEC);
      Set<Long> versions = ConcurrentHashMap.newKeySet();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try (StoreSession session = store.openSession()) {
                    for (int n = 0; n < 10_000; n++) {
                      SingleKey.Result result = session.single().increment(table, bytes("n"), 1);
                      versions.add(result.version());
                    }
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(versions).hasSize(40_000);
      try (StoreSession session = store.openSession()) {
        assertThat(session.single().increment(table, bytes("n"), 0).counter()).isEqualTo(40_000);
      }
    }
  }

  @Test
  void shouldShareANamedStoreUntilItsLastHandleIsClosed() {
    try (StateStore one = Stores.open("caffeine:shared");
        StoreSession session = one.openSession()) {
      session.single().put(one.table(SPEC), bytes("k"), bytes("v"));
      try (StateStore two = Stores.open("caffeine:shared");
          StoreSession other = two.openSession()) {
        assertThat(other.single().read(two.table(SPEC), bytes("k")).value()).isEqualTo(bytes("v"));
      }
      assertThatThrownBy(() -> Stores.open("caffeine:shared?maxRecords=7"))
          .isInstanceOf(StoreConfigException.class);
      assertThat(session.single().read(one.table(SPEC), bytes("k")).value()).isEqualTo(bytes("v"));
    }
    try (StateStore again = Stores.open("caffeine:shared");
        StoreSession session = again.openSession()) {
      assertThat(session.single().read(again.table(SPEC), bytes("k")).outcome())
          .isEqualTo(Outcome.ABSENT);
    }
  }
}
