package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** Each node fires the timers of its own keys, and those of a node that is lost once. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TimersAtTheDataTest {
  private static final TimerSpec SPEC = TimerSpec.of("idle", 16, 8);
  private static final int TIMERS = 200;
  private static final long LONG_LEASE = 120_000;

  private StateStore one;
  private StateStore two;
  private String nodeOfTwo;

  @BeforeEach
  void startTwoNodes() throws IOException, InterruptedException {
    String uri = Nodes.uri(Ports.free(), "memory=32m");
    one = Stores.open(uri);
    Set<String> before = Nodes.names();
    two = Stores.open(uri);
    Set<String> started = Nodes.names();
    started.removeAll(before);
    nodeOfTwo = started.iterator().next();
    Nodes.awaitTwoOwners(one);
    Nodes.awaitTwoOwners(two);
  }

  @AfterEach
  void stop() {
    two.close();
    one.close();
  }

  @Test
  void shouldClaimFirstWhatIsOnItsOwnNode() {
    schedule(one, 0, 0);
    Map<String, Long> here = new HashMap<>();
    Map<String, Long> there = new HashMap<>();
    Set<String> local = localTo(one);
    assertThat(local).hasSizeBetween(1, TIMERS - 1);
    claim(one, local.size(), LONG_LEASE, here);
    assertThat(here.keySet()).isEqualTo(local);
    claim(two, TIMERS - local.size(), LONG_LEASE, there);
    assertThat(there)
        .hasSize(TIMERS - local.size())
        .doesNotContainKeys(local.toArray(String[]::new));
    // Nobody serves the other node: its timers are for whoever comes.
    schedule(one, 0, 0);
    Map<String, Long> all = new HashMap<>();
    while (all.size() < TIMERS) {
      claim(two, 10, LONG_LEASE, all);
    }
  }

  @Test
  void shouldFireOnceWhatALostNodeLeavesBehind() throws InterruptedException {
    schedule(one, 0, 300);
    Map<String, Long> lost = new HashMap<>();
    while (lost.size() < 20) {
      claim(two, 20 - lost.size(), 1500, lost);
    }
    Ignition.stop(nodeOfTwo, true);

    Map<String, Integer> delivered = new HashMap<>();
    Set<String> completed = new HashSet<>();
    try (StoreSession session = one.openSession()) {
      TimerQueue queue = one.timers(SPEC);
      TimerBatch batch = session.newTimerBatch(64);
      while (completed.size() < TIMERS) {
        Map<String, Long> claims = new HashMap<>();
        claim(session, queue, 64, LONG_LEASE, claims);
        for (Map.Entry<String, Long> claim : claims.entrySet()) {
          String id = claim.getKey();
          delivered.merge(id, 1, Integer::sum);
          assertThat(claim.getValue())
              .as("fence of %s", id)
              .isGreaterThan(lost.getOrDefault(id, 0L));
          complete(session, batch, queue, id, claim.getValue());
          completed.add(id);
        }
        Thread.sleep(1);
      }
      Map<String, Long> more = new HashMap<>();
      claim(session, queue, 64, LONG_LEASE, more);
      assertThat(more).isEmpty();
    }
    assertThat(delivered.values()).containsOnly(1);
  }

  private static void complete(
      StoreSession session, TimerBatch batch, TimerQueue queue, String id, long fence)
      throws InterruptedException {
    Outcome outcome = Outcome.PENDING;
    while (outcome != Outcome.OK && outcome != Outcome.ABSENT) {
      batch.clear();
      batch.complete(queue, Nodes.segment(id), 0, id.length(), fence);
      session.execute(batch);
      outcome = batch.outcome(0);
      assertThat(outcome).as("of %s", id).isNotEqualTo(Outcome.MISMATCH);
      if (outcome != Outcome.OK) {
        Thread.sleep(5); // the node that is lost may be missed for a moment
      }
    }
  }

  private static void schedule(StateStore store, long first, long last) {
    try (StoreSession session = store.openSession()) {
      TimerQueue queue = store.timers(SPEC);
      TimerBatch batch = session.newTimerBatch(TIMERS);
      for (int i = 0; i < TIMERS; i++) {
        String id = "timer " + i;
        long delay = first + (last - first) * i / TIMERS;
        batch.schedule(queue, Nodes.segment(id), 0, id.length(), delay, MemorySegment.NULL, 0, 0);
      }
      session.execute(batch);
      for (int i = 0; i < TIMERS; i++) {
        assertThat(batch.outcome(i)).isEqualTo(Outcome.OK);
      }
    }
  }

  private static void claim(StateStore store, int max, long lease, Map<String, Long> fences) {
    try (StoreSession session = store.openSession()) {
      claim(session, store.timers(SPEC), max, lease, fences);
    }
  }

  private static void claim(
      StoreSession session, TimerQueue queue, int max, long lease, Map<String, Long> fences) {
    ClaimBatch claim = session.newClaimBatch(max);
    claim.claimDue(queue, max, lease);
    session.execute(claim);
    for (int slot = 0; slot < claim.claimed(); slot++) {
      String id = new String(claim.key(slot), StandardCharsets.UTF_8);
      assertThat(fences.put(id, claim.fence(slot))).as("claimed before: %s", id).isNull();
    }
  }

  private static Set<String> localTo(StateStore store) {
    IgniteTimerQueue queue = (IgniteTimerQueue) store.timers(SPEC);
    Set<String> local = new HashSet<>();
    for (int i = 0; i < TIMERS; i++) {
      String id = "timer " + i;
      byte[] key = queue.fullKey(Nodes.segment(id), 0, id.length());
      if (((IgniteStore) store).placement(key).local()) {
        local.add(id);
      }
    }
    return local;
  }
}
