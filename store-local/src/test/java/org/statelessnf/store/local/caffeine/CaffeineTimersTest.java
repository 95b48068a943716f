package org.statelessnf.store.local.caffeine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

class CaffeineTimersTest {
  private final StateStore store = Stores.open("caffeine:?maxRecords=100000");
  private final StoreSession session = store.openSession();
  private final TimerQueue queue = store.timers(TimerSpec.of("q", 40, 16));
  private final TimerBatch batch = session.newTimerBatch(100);
  private final ClaimBatch claim = session.newClaimBatch(100);

  @AfterEach
  void close() {
    store.close();
    assertThat(store.openSessions()).isZero();
  }

  private static MemorySegment id(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  private Outcome schedule(String name, long delayMillis, String payload) {
    batch.clear();
    MemorySegment id = id(name);
    MemorySegment load = id(payload);
    batch.schedule(queue, id, 0, (int) id.byteSize(), delayMillis, load, 0, (int) load.byteSize());
    session.execute(batch);
    return batch.outcome(0);
  }

  private int claim(long leaseMillis) {
    claim.clear();
    claim.claimDue(queue, 100, leaseMillis);
    session.execute(claim);
    assertThat(claim.result()).isEqualTo(Outcome.OK);
    return claim.claimed();
  }

  private Outcome complete(String name, long fence) {
    batch.clear();
    batch.complete(queue, id(name), 0, name.length(), fence);
    session.execute(batch);
    return batch.outcome(0);
  }

  @Test
  void shouldFireOnceAndNotEarly() throws InterruptedException {
    long before = System.nanoTime();
    assertThat(schedule("a", 50, "pay")).isEqualTo(Outcome.OK);
    while (claim(10_000) == 0) {
      Thread.sleep(1);
    }
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000L);
    assertThat(claim.key(0)).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
    assertThat(claim.payload(0)).isEqualTo("pay".getBytes(StandardCharsets.UTF_8));
    long fence = claim.fence(0);
    assertThat(claim(10_000)).isZero();
    assertThat(complete("a", fence + 1)).isEqualTo(Outcome.MISMATCH);
    assertThat(complete("a", fence)).isEqualTo(Outcome.OK);
    assertThat(complete("a", fence)).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void shouldHandOverWhenTheLeaseRunsOut() throws InterruptedException {
    schedule("a", 0, "");
    Thread.sleep(2);
    assertThat(claim(400)).isEqualTo(1);
    long deadline = claim.deadlineMillis(0);
    long first = claim.fence(0);
    Thread.sleep(405);
    assertThat(claim(400)).isEqualTo(1);
    assertThat(claim.fence(0)).isGreaterThan(first);
    assertThat(claim.deadlineMillis(0)).isEqualTo(deadline);
    assertThat(complete("a", first)).isEqualTo(Outcome.MISMATCH);
    long second = claim.fence(0);
    batch.clear();
    batch.rearm(queue, id("a"), 0, 1, second, 5);
    session.execute(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    assertThat(complete("a", second)).isEqualTo(Outcome.MISMATCH);
    Thread.sleep(10);
    assertThat(claim(400)).isEqualTo(1);
    assertThat(schedule("a", 1000, "")).isEqualTo(Outcome.OK); // supersedes the claim
    assertThat(complete("a", claim.fence(0))).isEqualTo(Outcome.MISMATCH);
    batch.clear();
    batch.reschedule(queue, id("a"), 0, 1, 0);
    batch.reschedule(queue, id("b"), 0, 1, 0);
    batch.cancel(queue, id("b"), 0, 1);
    session.execute(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    assertThat(batch.outcome(1)).isEqualTo(Outcome.ABSENT);
    assertThat(batch.outcome(2)).isEqualTo(Outcome.ABSENT);
    Thread.sleep(2);
    assertThat(claim(400)).isEqualTo(1);
    batch.clear();
    batch.cancel(queue, id("a"), 0, 1);
    session.execute(batch);
    assertThat(batch.outcome(0)).isEqualTo(Outcome.OK);
    Thread.sleep(405);
    assertThat(claim(400)).isZero();
  }

  @Test
  void shouldDeliverEachOfManyTimersToOneClaimant() throws InterruptedException {
    int timers = 50_000;
    AtomicInteger left = new AtomicInteger(timers);
    Map<String, Integer> fired = new ConcurrentHashMap<>();
    List<Thread> claimants = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      claimants.add(Thread.ofPlatform().start(() -> claimAll(left, fired)));
    }
    for (int i = 0; i < timers; ) {
      batch.clear();
      while (!batch.isFull()) {
        MemorySegment id = id("timer-" + i++);
        batch.schedule(queue, id, 0, (int) id.byteSize(), i % 300, MemorySegment.NULL, 0, 0);
      }
      session.execute(batch);
      assertThat(batch.outcome(99)).isEqualTo(Outcome.OK);
    }
    for (Thread claimant : claimants) {
      claimant.join();
    }
    assertThat(fired).hasSize(timers).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
  }

  private void claimAll(AtomicInteger left, Map<String, Integer> fired) {
    try (StoreSession own = store.openSession()) {
      ClaimBatch claims = own.newClaimBatch(100);
      TimerBatch done = own.newTimerBatch(100);
      while (left.get() > 0) {
        claims.clear();
        claims.claimDue(queue, 100, 60_000);
        own.execute(claims);
        done.clear();
        for (int i = 0; i < claims.claimed(); i++) {
          fired.merge(new String(claims.key(i), StandardCharsets.UTF_8), 1, Integer::sum);
          done.complete(
              queue, claims.memory(), claims.keyOffset(i), claims.keyLength(i), claims.fence(i));
        }
        own.execute(done);
        for (int i = 0; i < done.size(); i++) {
          if (done.outcome(i) == Outcome.OK) {
            left.decrementAndGet();
          }
        }
      }
    }
  }
}
