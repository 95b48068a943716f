package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;
import static org.statelessnf.conformance.rules.TimerWait.claimOne;
import static org.statelessnf.conformance.rules.TimerWait.requireNone;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.kit.TimerClient;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** Rule T, timers: what each operation does. Races and losses are in {@link TimerRaceRules}. */
public interface TimerRules {
  /** A lease that does not run out during a test, in milliseconds. */
  long LONG_LEASE = 120_000;

  /** A lease that runs out during a test, in milliseconds. */
  long SHORT_LEASE = 300;

  @Rule(
      id = "T01",
      text = "A timer is handed out once due, with id, payload, deadline and a fencing number.",
      lookAt = "what a claim returns",
      needs = Feature.TIMERS)
  default void optional_t01_dueTimerIsHandedOut(Kit kit) {
    Client client = kit.client();
    TimerClient timers = client.timers();
    TimerQueue queue = kit.queue();
    long before = System.currentTimeMillis();
    timers.schedule(queue, bytes("id"), 0, bytes("payload")).ok();
    timers.schedule(queue, bytes("negative"), -5, new byte[0]).ok();
    Set<String> ids = new HashSet<>();
    List<Claim> claims = new ArrayList<>();
    while (claims.size() < 2) { // they were set one after the other, and may come due so
      claims.addAll(TimerWait.claim(client, queue, 2 - claims.size(), LONG_LEASE));
    }
    for (Claim claim : claims) {
      ids.add(new String(claim.id(), StandardCharsets.UTF_8));
      boolean first = claim.id().length == 2;
      assertArrayEquals(first ? bytes("payload") : new byte[0], claim.payload());
      assertNotEquals(0, claim.fence());
      // Another machine's clock may keep the store's time: a day is enough to tell units apart.
      long skew = Math.abs(claim.deadlineMillis() - before);
      assertTrue(skew < TimeUnit.DAYS.toMillis(1), "deadline " + claim.deadlineMillis());
      timers.complete(queue, claim).ok();
    }
    assertEquals(Set.of("id", "negative"), ids);
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T02",
      text = "A timer is never handed out before its deadline.",
      lookAt = "units, rounding, and whose clock it is",
      needs = Feature.TIMERS)
  default void optional_t02_timerIsNeverEarly(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    long[] scheduled = new long[40];
    for (int i = 0; i < scheduled.length; i++) {
      scheduled[i] = System.nanoTime();
      client.timers().schedule(queue, bytes("t" + i), 100 + 20L * i, bytes("" + i)).ok();
    }
    for (int left = scheduled.length; left > 0; ) {
      List<Claim> claims = client.timers().claim(queue, 10, LONG_LEASE);
      long now = System.nanoTime();
      for (Claim claim : claims) {
        int i = Integer.parseInt(new String(claim.payload(), StandardCharsets.UTF_8));
        TimerWait.requireNotEarly("t" + i, scheduled[i], 100 + 20L * i, now);
        client.timers().complete(queue, claim).ok();
        left--;
      }
    }
  }

  @Rule(
      id = "T03",
      text = "Rescheduling moves a timer to and fro and keeps its payload; of none it is ABSENT.",
      lookAt = "the old deadline's entry, which must not fire",
      needs = Feature.TIMERS)
  default void optional_t03_rescheduleMovesATimer(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().reschedule(queue, bytes("none"), 0).is(Outcome.ABSENT);
    client.timers().schedule(queue, bytes("later"), 100, bytes("l")).ok();
    client.timers().schedule(queue, bytes("sooner"), 60_000, bytes("s")).ok();
    long moved = System.nanoTime();
    client.timers().reschedule(queue, bytes("later"), 600).ok();
    client.timers().reschedule(queue, bytes("sooner"), 200).ok();
    Claim first = claimOne(client, queue, LONG_LEASE);
    assertArrayEquals(bytes("sooner"), first.id());
    assertArrayEquals(bytes("s"), first.payload());
    TimerWait.requireNotEarly("sooner", moved, 200, System.nanoTime());
    Claim second = claimOne(client, queue, LONG_LEASE);
    assertArrayEquals(bytes("later"), second.id());
    assertArrayEquals(bytes("l"), second.payload());
    TimerWait.requireNotEarly("later", moved, 600, System.nanoTime());
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T04",
      text = "A cancelled timer does not fire, claimed or not; of none it is ABSENT.",
      lookAt = "cancel, and complete after it",
      needs = Feature.TIMERS)
  default void optional_t04_cancelledTimerDoesNotFire(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().cancel(queue, bytes("none")).is(Outcome.ABSENT);
    client.timers().schedule(queue, bytes("a"), 100, new byte[0]).ok();
    client.timers().cancel(queue, bytes("a")).ok();
    client.timers().cancel(queue, bytes("a")).is(Outcome.ABSENT);
    client.timers().reschedule(queue, bytes("a"), 0).is(Outcome.ABSENT);
    client.timers().schedule(queue, bytes("b"), 0, new byte[0]).ok();
    Claim claim = claimOne(client, queue, SHORT_LEASE);
    client.timers().cancel(queue, bytes("b")).ok();
    client.timers().complete(queue, claim).is(Outcome.ABSENT);
    requireNone(client, queue, SHORT_LEASE + 200);
  }

  @Rule(
      id = "T05",
      text = "Completing needs the claim's fencing number; of no timer it is ABSENT.",
      lookAt = "the comparison of fencing numbers",
      needs = Feature.TIMERS)
  default void optional_t05_completeNeedsTheFence(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().complete(queue, bytes("none"), 1).is(Outcome.ABSENT);
    client.timers().schedule(queue, bytes("a"), 0, new byte[0]).ok();
    client.timers().complete(queue, bytes("a"), 1).is(Outcome.MISMATCH);
    Claim claim = claimOne(client, queue, LONG_LEASE);
    client.timers().complete(queue, bytes("a"), claim.fence() + 1).is(Outcome.MISMATCH);
    client.timers().complete(queue, claim).ok();
    client.timers().complete(queue, claim).is(Outcome.ABSENT);
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T06",
      text = "Re-arming finishes a claim and sets the timer anew, with its payload.",
      lookAt = "rearm",
      needs = Feature.TIMERS)
  default void optional_t06_rearmSetsTheTimerAnew(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().schedule(queue, bytes("a"), 0, bytes("p")).ok();
    Claim first = claimOne(client, queue, LONG_LEASE);
    long armed = System.nanoTime();
    client.timers().rearm(queue, first, 200).ok();
    client.timers().rearm(queue, first, 0).is(Outcome.MISMATCH);
    client.timers().complete(queue, first).is(Outcome.MISMATCH);
    Claim second = claimOne(client, queue, LONG_LEASE);
    TimerWait.requireNotEarly("a", armed, 200, System.nanoTime());
    assertArrayEquals(bytes("p"), second.payload());
    assertTrue(second.fence() > first.fence(), second.fence() + " after " + first.fence());
    client.timers().complete(queue, second).ok();
    client.timers().rearm(queue, second, 0).is(Outcome.ABSENT);
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T07",
      text =
          "A claimed timer is nobody else's until its lease runs out; then it is handed out again"
              + " with a higher fencing number, and the first claim is void.",
      lookAt = "leases: where they are kept, and what complete compares",
      needs = Feature.TIMERS)
  default void optional_t07_leaseRunsOut(Kit kit) {
    TimerQueue queue = kit.queue();
    Client slow = kit.client();
    slow.timers().schedule(queue, bytes("a"), 0, bytes("p")).ok();
    Claim first = null;
    long claimed = 0;
    while (first == null) {
      claimed = System.nanoTime();
      List<Claim> claims = slow.timers().claim(queue, 1, SHORT_LEASE);
      first = claims.isEmpty() ? null : claims.getFirst();
    }
    Client other = kit.client();
    Claim second = claimOne(other, queue, LONG_LEASE);
    TimerWait.requireNotEarly("a, by its lease,", claimed, SHORT_LEASE, System.nanoTime());
    assertArrayEquals(bytes("a"), second.id());
    assertArrayEquals(bytes("p"), second.payload());
    assertTrue(second.fence() > first.fence(), second.fence() + " after " + first.fence());
    slow.timers().complete(queue, first).is(Outcome.MISMATCH);
    slow.timers().rearm(queue, first, 0).is(Outcome.MISMATCH);
    other.timers().complete(queue, second).ok();
    slow.timers().complete(queue, first).is(Outcome.ABSENT);
    requireNone(slow, queue, 50);
  }

  @Rule(
      id = "T08",
      text = "Setting a timer again replaces deadline and payload: it fires once.",
      lookAt = "the old deadline's entry, which must not fire",
      needs = Feature.TIMERS)
  default void optional_t08_settingAgainReplaces(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().schedule(queue, bytes("a"), 60_000, bytes("1")).ok();
    client.timers().schedule(queue, bytes("a"), 50, bytes("2")).ok();
    long last = System.nanoTime();
    client.timers().schedule(queue, bytes("a"), 250, bytes("3")).ok();
    Claim claim = claimOne(client, queue, LONG_LEASE);
    TimerWait.requireNotEarly("a", last, 250, System.nanoTime());
    assertArrayEquals(bytes("3"), claim.payload());
    client.timers().complete(queue, claim).ok();
    requireNone(client, queue, 100);
  }

  @Rule(
      id = "T09",
      text = "Setting or moving a claimed timer supersedes the claim; the new setting stands.",
      lookAt = "complete and rearm of a claim that was superseded",
      needs = Feature.TIMERS)
  default void optional_t09_settingSupersedesTheClaim(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    client.timers().schedule(queue, bytes("a"), 0, bytes("1")).ok();
    Claim first = claimOne(client, queue, LONG_LEASE);
    client.timers().schedule(queue, bytes("a"), 50, bytes("2")).ok();
    client.timers().complete(queue, first).is(Outcome.MISMATCH);
    Claim second = claimOne(client, queue, LONG_LEASE);
    assertArrayEquals(bytes("2"), second.payload());
    assertTrue(second.fence() > first.fence(), second.fence() + " after " + first.fence());
    client.timers().reschedule(queue, bytes("a"), 50).ok();
    client.timers().complete(queue, second).is(Outcome.MISMATCH);
    client.timers().rearm(queue, second, 0).is(Outcome.MISMATCH);
    Claim third = claimOne(client, queue, LONG_LEASE);
    assertArrayEquals(bytes("2"), third.payload());
    client.timers().complete(queue, third).ok();
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T10",
      text = "A batch of timer operations behaves as if in slot order, the same timer included.",
      lookAt = "operations that are grouped by kind",
      needs = Feature.TIMERS)
  default void optional_t10_batchBehavesAsInSlotOrder(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.queue();
    TimerQueue other = kit.queue();
    TimerBatch batch = client.session().newTimerBatch(16);
    TimerWait.schedule(batch, queue, "a", 0, "1");
    TimerWait.cancel(batch, queue, "a");
    TimerWait.cancel(batch, queue, "a");
    TimerWait.schedule(batch, queue, "a", 60_000, "2");
    TimerWait.reschedule(batch, queue, "a", 0);
    TimerWait.schedule(batch, queue, "b", 0, "3");
    TimerWait.cancel(batch, queue, "b");
    TimerWait.schedule(batch, other, "a", 0, "4");
    TimerWait.reschedule(batch, other, "c", 0);
    client.run(batch);
    Outcome[] expected = {
      Outcome.OK,
      Outcome.OK,
      Outcome.ABSENT,
      Outcome.OK,
      Outcome.OK,
      Outcome.OK,
      Outcome.OK,
      Outcome.OK,
      Outcome.ABSENT
    };
    for (int slot = 0; slot < expected.length; slot++) {
      assertEquals(expected[slot], batch.outcome(slot), "slot " + slot);
    }
    assertArrayEquals(bytes("2"), claimOne(client, queue, LONG_LEASE).payload());
    assertArrayEquals(bytes("4"), claimOne(client, other, LONG_LEASE).payload());
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T11",
      text = "Ids of up to 128 and payloads of up to 1024 bytes work; past the spec: TOO_LARGE.",
      lookAt = "checks before the slot is sent, and how id and payload are kept apart",
      needs = Feature.TIMERS)
  default void optional_t11_idsAndPayloadsAreBounded(Kit kit) {
    Client client = kit.client();
    TimerQueue queue = kit.store().timers(TimerSpec.of(kit.name("q"), 128, 1024));
    byte[] payload = Samples.random(kit.random(), 1024);
    List<byte[]> ids = new ArrayList<>(Samples.awkwardKeys());
    ids.add(Samples.key(128, 1));
    for (byte[] id : ids) {
      client.timers().schedule(queue, id, 0, payload).ok();
    }
    client.timers().schedule(queue, Samples.key(129, 1), 0, payload).is(Outcome.TOO_LARGE);
    client.timers().schedule(queue, bytes("p"), 0, new byte[1025]).is(Outcome.TOO_LARGE);
    Set<String> seen = new HashSet<>();
    while (seen.size() < ids.size()) {
      for (Claim claim : TimerWait.claim(client, queue, 10, LONG_LEASE)) {
        assertArrayEquals(payload, claim.payload());
        assertTrue(seen.add(new String(claim.id(), StandardCharsets.ISO_8859_1)));
        client.timers().complete(queue, claim).ok();
      }
    }
    for (byte[] id : ids) {
      assertTrue(seen.contains(new String(id, StandardCharsets.ISO_8859_1)));
    }
    requireNone(client, queue, 50);
  }

  @Rule(
      id = "T12",
      text = "Queues of different names and namespaces do not meet; the same spec is one handle.",
      lookAt = "where the name is left out of the backend's key",
      needs = Feature.TIMERS)
  default void optional_t12_queuesDoNotMeet(Kit kit) {
    Client client = kit.client();
    TimerSpec spec = TimerSpec.of(kit.name("q"), 16, 16);
    TimerQueue one = kit.store().timers(spec.inNamespace("tenant-1"));
    TimerQueue two = kit.store().timers(spec.inNamespace("tenant-2"));
    TimerQueue other = kit.queue();
    client.timers().schedule(one, bytes("a"), 0, bytes("1")).ok();
    requireNone(client, two, 50);
    requireNone(client, other, 50);
    client.timers().cancel(two, bytes("a")).is(Outcome.ABSENT);
    assertArrayEquals(bytes("1"), claimOne(client, one, LONG_LEASE).payload());
    assertSame(one, kit.store().timers(spec.inNamespace("tenant-1")));
    assertThrows(
        StoreConfigException.class,
        () -> kit.store().timers(new TimerSpec("tenant-1", spec.name(), 17, 16)));
  }

  @Rule(
      id = "T13",
      text = "Timers answer UNSUPPORTED where TIMERS is not declared.",
      lookAt = "the declared capabilities",
      undeclared = Feature.TIMERS)
  default void required_t13_undeclaredTimersAreUnsupported(Kit kit) {
    Client client = kit.client();
    TimerQueue queue;
    try {
      queue = kit.queue();
    } catch (StoreConfigException e) {
      return; // the spec asks for more than is declared
    }
    Claim claim = new Claim(bytes("a"), new byte[0], 1, 0);
    client.timers().schedule(queue, bytes("a"), 0, new byte[0]).is(Outcome.UNSUPPORTED);
    client.timers().reschedule(queue, bytes("a"), 0).is(Outcome.UNSUPPORTED);
    client.timers().cancel(queue, bytes("a")).is(Outcome.UNSUPPORTED);
    client.timers().complete(queue, claim).is(Outcome.UNSUPPORTED);
    client.timers().rearm(queue, claim, 0).is(Outcome.UNSUPPORTED);
    List<Claim> claims = new ArrayList<>();
    assertEquals(Outcome.UNSUPPORTED, client.timers().tryClaim(queue, 10, LONG_LEASE, claims));
    assertEquals(List.of(), claims);
  }
}
