package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.support.TimerInstance.Claimed;

/** What the default timers do, one step after the other, under a clock that is moved by hand. */
class RecordTimersTest {
  private static final long LEASE = 1000;

  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
  private final MapRecords records = new MapRecords();
  private final List<FaultyStore> stores = new ArrayList<>();
  private final TimerInstance one = open();
  private final TimerInstance two = open();

  private TimerInstance open() {
    FaultyStore store = FaultyStore.sound(records, now::get);
    stores.add(store);
    return new TimerInstance(store);
  }

  @AfterEach
  void close() {
    stores.forEach(FaultyStore::close);
  }

  private List<String> tables(String prefix) {
    List<String> keys = new ArrayList<>();
    records.table("default/" + prefix + ".q").keySet().forEach(key -> keys.add(key.toString()));
    return keys;
  }

  @Test
  void shouldFireOnceAndNeverEarly() {
    assertThat(one.schedule("a", 100)).isEqualTo(Outcome.OK);
    long scheduled = now.get();
    List<Claimed> claimed = List.of();
    while (claimed.isEmpty()) {
      now.incrementAndGet();
      claimed = two.claim(10, LEASE);
    }
    assertThat(now.get() - scheduled).isBetween(100L, 100L + 2 * RecordTimerQueue.TICK_MILLIS);
    assertThat(claimed.getFirst().id()).isEqualTo("a");
    assertThat(one.claim(10, LEASE)).isEmpty();
    assertThat(two.complete(claimed.getFirst())).isEqualTo(Outcome.OK);
    assertThat(two.complete(claimed.getFirst())).isEqualTo(Outcome.ABSENT);
    now.addAndGet(10 * LEASE);
    assertThat(one.claim(10, LEASE)).isEmpty();
    assertThat(tables("~t")).isEmpty();
    assertThat(tables("~b")).isEmpty();
  }

  @Test
  void shouldHandOverWhenTheLeaseRunsOut() {
    one.addSchedule("a", 0, "payload");
    assertThat(one.run()).containsExactly(Outcome.OK);
    now.addAndGet(50);
    Claimed first = one.claim(1, LEASE).getFirst();
    assertThat(first.payload()).isEqualTo("payload");
    now.addAndGet(LEASE - 1);
    assertThat(two.claim(1, LEASE)).isEmpty();
    now.addAndGet(50);
    Claimed second = two.claim(1, LEASE).getFirst();
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(second.deadline()).isEqualTo(first.deadline());
    assertThat(second.payload()).isEqualTo("payload");
    assertThat(one.complete(first)).isEqualTo(Outcome.MISMATCH);
    assertThat(one.rearm(first, 1)).isEqualTo(Outcome.MISMATCH);
    assertThat(two.complete(second)).isEqualTo(Outcome.OK);
  }

  /** Each claim moves the cursor on; what the others have learned stays true. */
  @Test
  void shouldCatchUpAmongSeveralClaimants() {
    for (int i = 0; i < 40; i++) {
      assertThat(one.schedule("t" + i, i * 1000L)).isEqualTo(Outcome.OK);
    }
    now.addAndGet(45_000);
    int claimed = 0;
    for (int round = 0; round < 120; round++) {
      claimed += (round % 2 == 0 ? one : two).claim(10, 1_000_000).size();
      now.addAndGet(RecordTimerQueue.TICK_MILLIS);
    }
    assertThat(claimed).isEqualTo(40);
  }

  @Test
  void shouldCompleteALateClaimThatNobodyTookOver() {
    one.schedule("a", 0);
    now.addAndGet(50);
    Claimed claimed = one.claim(1, LEASE).getFirst();
    now.addAndGet(10 * LEASE);
    assertThat(one.complete(claimed)).isEqualTo(Outcome.OK);
    assertThat(two.claim(1, LEASE)).isEmpty();
  }

  @Test
  void shouldKeepOperationsOnOneIdInSlotOrder() {
    one.addReschedule("a", 5);
    one.addSchedule("a", 5, "1");
    one.addSchedule("a", 500, "2");
    one.addReschedule("a", 5);
    one.addCancel("a");
    one.addCancel("a");
    one.addSchedule("a", 5, "3");
    assertThat(one.run())
        .containsExactly(
            Outcome.ABSENT,
            Outcome.OK,
            Outcome.OK,
            Outcome.OK,
            Outcome.OK,
            Outcome.ABSENT,
            Outcome.OK);
    now.addAndGet(50);
    assertThat(two.claim(10, LEASE)).extracting(Claimed::payload).containsExactly("3");
    now.addAndGet(5 * LEASE);
    assertThat(two.claim(10, LEASE)).hasSize(1); // again, since it was not completed
  }

  @Test
  void shouldMoveLaterAndEarlier() {
    one.addSchedule("later", 100, "l");
    one.addSchedule("earlier", 10_000, "e");
    one.run();
    one.addReschedule("later", 5000);
    one.addReschedule("earlier", 50);
    assertThat(one.run()).containsExactly(Outcome.OK, Outcome.OK);
    one.addReschedule("later", 6000); // both once more, now that their entries are confirmed
    one.addReschedule("earlier", 100);
    assertThat(one.run()).containsExactly(Outcome.OK, Outcome.OK);
    now.addAndGet(99);
    assertThat(two.claim(10, LEASE)).isEmpty();
    now.addAndGet(40);
    List<Claimed> claimed = two.claim(10, LEASE);
    assertThat(claimed).extracting(Claimed::id).containsExactly("earlier");
    assertThat(claimed).extracting(Claimed::payload).containsExactly("e");
    two.complete(claimed.getFirst());
    for (int i = 0; i < 58; i++) {
      now.addAndGet(100);
      assertThat(two.claim(10, LEASE)).isEmpty();
    }
    now.addAndGet(200);
    claimed = two.claim(10, LEASE);
    assertThat(claimed).extracting(Claimed::id).containsExactly("later");
    two.complete(claimed.getFirst());
    now.addAndGet(20_000);
    assertThat(two.claim(10, LEASE)).isEmpty();
    two.claim(10, LEASE);
    assertThat(tables("~b")).isEmpty();
    assertThat(tables("~t")).isEmpty();
  }

  @Test
  void shouldLetANewSettingSupersedeAClaim() {
    one.schedule("a", 0);
    now.addAndGet(50);
    Claimed first = one.claim(1, LEASE).getFirst();
    assertThat(two.schedule("a", 100)).isEqualTo(Outcome.OK);
    assertThat(one.complete(first)).isEqualTo(Outcome.MISMATCH);
    now.addAndGet(150);
    Claimed second = one.claim(1, LEASE).getFirst();
    assertThat(one.rearm(second, 100)).isEqualTo(Outcome.OK);
    assertThat(one.complete(second)).isEqualTo(Outcome.MISMATCH);
    now.addAndGet(99);
    assertThat(one.claim(1, LEASE)).isEmpty();
    now.addAndGet(40);
    assertThat(one.claim(1, LEASE)).hasSize(1);
  }

  @Test
  void shouldNotLeaveGarbageThatGrowsWithUse() {
    one.schedule("a", 100);
    for (int i = 0; i < 200; i++) {
      now.addAndGet(60);
      assertThat(one.reschedule("a", 100)).isEqualTo(Outcome.OK);
      assertThat(two.claim(10, LEASE)).isEmpty();
    }
    for (int i = 0; i < 100; i++) {
      now.addAndGet(150);
      Claimed claimed = two.claim(10, LEASE).getFirst();
      assertThat(two.rearm(claimed, 100)).isEqualTo(Outcome.OK);
    }
    assertThat(tables("~b").size()).isLessThan(20);
    // Cursors, and markers of the few seconds around now.
    assertThat(tables("~c").size()).isLessThan(3 * RecordTimerQueue.SHARDS);
  }

  @Test
  void shouldClaimManyOfOneMomentAndSpillOver() {
    int timers = 20_000;
    for (int i = 0; i < timers; i++) {
      one.addSchedule("a-timer-with-a-rather-long-id-" + i, 100, "");
      if (one.batch.isFull() || i == timers - 1) {
        assertThat(one.run()).containsOnly(Outcome.OK);
      }
    }
    now.addAndGet(400);
    Set<String> seen = new HashSet<>();
    while (true) {
      List<Claimed> claimed = two.claim(128, 60_000);
      if (claimed.isEmpty()) {
        break;
      }
      claimed.forEach(c -> assertThat(seen.add(c.id())).isTrue());
      claimed.forEach(two::addComplete);
      assertThat(two.run()).containsOnly(Outcome.OK);
    }
    assertThat(seen).hasSize(timers);
  }

  @Test
  void shouldCatchUpAfterALongTimeWithoutClaimants() {
    String[] ids = {"a", "b", "c", "d", "e"};
    long[] delays = {0, 5000, 600_000, 86_400_000, 10 * 86_400_000L};
    for (int i = 0; i < ids.length; i++) {
      open().schedule(ids[i], delays[i]); // a session each: several shards
    }
    now.addAndGet(11 * 86_400_000L);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      now.addAndGet(10);
      two.claim(10, 600_000).forEach(c -> seen.add(c.id()));
    }
    assertThat(seen).containsExactlyInAnyOrder(ids);
  }

  @Test
  void shouldGoOnAfterTheStoreLostEverything() {
    one.schedule("a", 100);
    now.addAndGet(200);
    assertThat(two.claim(1, LEASE)).hasSize(1);
    for (String table : List.of("~t", "~b", "~c")) {
      records.table("default/" + table + ".q").clear();
    }
    assertThat(one.schedule("b", 100)).isEqualTo(Outcome.OK);
    now.addAndGet(200);
    assertThat(two.claim(1, LEASE)).extracting(Claimed::id).containsExactly("b");
  }
}
