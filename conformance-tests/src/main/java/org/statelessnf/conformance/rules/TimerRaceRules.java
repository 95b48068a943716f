package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;
import static org.statelessnf.conformance.rules.TimerRules.LONG_LEASE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Scope;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** Rule T, many timers and claimants, and claimants that are lost. */
public interface TimerRaceRules {
  /** Timers of the large runs, at scale 1. */
  int MANY = 100_000;

  @Rule(
      id = "T20",
      text = "Of 100,000 timers and several claimants, each timer is delivered once, none early.",
      lookAt = "whether taking a due timer is one step at the store",
      needs = Feature.TIMERS)
  default void stochastic_t20_eachOfManyTimersIsDeliveredOnce(Kit kit) {
    int count = kit.scaled(MANY);
    TimerQueue queue = kit.queue();
    TimerLoad load = new TimerLoad(queue, count, 2000, kit.random());
    kit.parallel(
        7,
        (index, client) -> {
          if (index < 3) {
            load.schedule(client, index, 3);
          } else {
            load.deliver(client, LONG_LEASE);
          }
        });
    TimerWait.requireNone(kit.client(), queue, 100);
    load.requireEachOnce();
    load.report(kit);
  }

  @Rule(
      id = "T21",
      text = "The same among processes: each timer is delivered to one process, once.",
      lookAt = "claims that are decided in one process only",
      needs = Feature.TIMERS,
      scope = Scope.HOST)
  default void stochastic_t21_eachTimerIsDeliveredToOneProcess(Kit kit) throws Exception {
    int count = kit.scaled(MANY / 2);
    TimerSpec spec = TimerSpec.of(kit.name("q"), 16, 8);
    TimerQueue queue = kit.store().timers(spec);
    Workers workers = kit.workers();
    Path directory = workers.directory();
    List<Worker> processes = startClaimants(workers, 2, spec, directory, LONG_LEASE, true);
    TimerLoad load = new TimerLoad(queue, count, 2000, kit.random());
    for (Worker worker : processes) {
      worker.send("go");
    }
    kit.parallel(2, (index, client) -> load.schedule(client, index, 2));
    // This process claims, too, until everything was delivered somewhere.
    int taken = 0;
    Client client = kit.client();
    long end = System.nanoTime() + kit.options().hangLimit().toNanos() / 2;
    while (taken < count && System.nanoTime() < end) {
      load.deliverSome(client, LONG_LEASE);
      taken = load.delivered();
      for (Worker worker : processes) {
        worker.send("count");
        taken += Integer.parseInt(worker.receive());
      }
    }
    stop(processes);
    load.collect(directory);
    TimerWait.requireNone(client, queue, 100);
    load.requireEachOnce();
    load.report(kit);
  }

  private static List<Worker> startClaimants(
      Workers workers, int count, TimerSpec spec, Path directory, long lease, boolean finishes)
      throws IOException {
    List<Worker> started =
        workers.start(
            count,
            ClaimTask.class,
            Map.of(
                "queue", spec.name(),
                "directory", directory.toString(),
                "lease", Long.toString(lease),
                "finishes", Boolean.toString(finishes)));
    for (Worker worker : started) {
      worker.awaitReady();
    }
    return started;
  }

  private static void stop(List<Worker> workers) throws IOException, InterruptedException {
    for (Worker worker : workers) {
      worker.send("end");
    }
    for (Worker worker : workers) {
      worker.awaitEnd();
    }
  }

  @Rule(
      id = "T22",
      text = "A claimant killed between claim and complete: redelivered once, with a higher fence.",
      lookAt = "leases kept in the claimant's memory; two others that both take over",
      needs = Feature.TIMERS,
      scope = Scope.HOST)
  default void optional_t22_killedClaimantsTimersAreRedelivered(Kit kit) throws Exception {
    long lease = 1500;
    int count = 20;
    TimerSpec spec = TimerSpec.of(kit.name("q"), 16, 8);
    TimerQueue queue = kit.store().timers(spec);
    Client client = kit.client();
    for (int i = 0; i < count; i++) {
      client.timers().schedule(queue, bytes("t" + i), 0, bytes("p" + i)).ok();
    }
    Workers workers = kit.workers();
    Path directory = workers.directory();
    Worker victim = startClaimants(workers, 1, spec, directory, lease, false).getFirst();
    victim.send("go");
    Map<String, Long> fences = new HashMap<>();
    long claimed = System.nanoTime();
    while (fences.size() < count) {
      victim.send("hold");
      for (String held : victim.receive().split(" ", -1)) {
        if (!held.isEmpty()) {
          fences.put(held.replaceFirst("=.*", ""), Long.parseLong(held.replaceFirst(".*=", "")));
        }
      }
    }
    victim.kill();
    Map<String, Integer> again = new HashMap<>();
    kit.parallel(
        3,
        (index, other) -> {
          long end = System.nanoTime() + 60_000_000_000L;
          while (System.nanoTime() < end) {
            List<Claim> claims = other.timers().claim(queue, 3, LONG_LEASE);
            long now = System.nanoTime();
            synchronized (again) {
              for (Claim claim : claims) {
                String id = TimerLoad.text(claim.id());
                again.merge(id, 1, Integer::sum);
                TimerWait.requireNotEarly(id + ", by its lease,", claimed, lease, now);
                assertArrayEquals(bytes("p" + id.substring(1)), claim.payload());
                assertTrue(
                    claim.fence() > fences.getOrDefault(id, Long.MAX_VALUE), "fence of " + id);
              }
              if (again.size() == count && claims.isEmpty()) {
                return;
              }
            }
            for (Claim claim : claims) {
              other.timers().complete(queue, claim).ok();
            }
            Kit.sleep(5);
          }
        });
    assertEquals(count, again.size(), "timers delivered again");
    for (Map.Entry<String, Integer> one : again.entrySet()) {
      assertEquals(1, one.getValue(), "deliveries of " + one.getKey());
    }
    TimerWait.requireNone(client, queue, 100);
  }

  @Rule(
      id = "T23",
      text = "Claimants that forget to complete: each timer is completed once, fences only grow.",
      lookAt = "leases that run out while another claims; complete with an old fence",
      needs = Feature.TIMERS)
  default void stochastic_t23_forgottenTimersAreCompletedOnce(Kit kit) {
    int count = Math.max(50, kit.scaled(1500));
    TimerQueue queue = kit.queue();
    TimerLoad load = new TimerLoad(queue, count, 300, kit.random());
    load.schedule(kit.client(), 0, 1);
    AtomicIntegerArray completed = new AtomicIntegerArray(count);
    Map<String, Long> fences = new HashMap<>();
    kit.parallel(
        4,
        (index, client) -> {
          Random random = kit.random(index);
          long end = System.nanoTime() + kit.options().hangLimit().toNanos() / 2;
          while (sum(completed) < count && System.nanoTime() < end) {
            List<Claim> claims = new ArrayList<>(client.timers().claim(queue, 32, 200));
            for (Claim claim : claims) {
              String id = TimerLoad.text(claim.id());
              synchronized (fences) {
                // Two claims may be noted in another order than they were made.
                fences.merge(id, claim.fence(), Math::max);
              }
              if (random.nextInt(4) > 0) {
                Outcome outcome = client.timers().complete(queue, claim).outcome();
                if (outcome == Outcome.OK) {
                  completed.incrementAndGet(TimerLoad.number(claim.id()));
                } else {
                  assertTrue(
                      outcome == Outcome.MISMATCH || outcome == Outcome.ABSENT,
                      () -> "complete answered " + outcome);
                }
              }
            }
            if (claims.isEmpty()) {
              Kit.sleep(3);
            }
          }
        });
    for (int i = 0; i < count; i++) {
      assertEquals(1, completed.get(i), "completions of timer " + i);
    }
    TimerWait.requireNone(kit.client(), queue, 300);
  }

  private static int sum(AtomicIntegerArray numbers) {
    int sum = 0;
    for (int i = 0; i < numbers.length(); i++) {
      sum += numbers.get(i);
    }
    return sum;
  }

  @Rule(
      id = "T24",
      text =
          "Timers set, moved and cancelled while others claim: what was cancelled in time is not"
              + " delivered, the rest is, once.",
      lookAt = "cancel and reschedule against a claim of the same timer",
      needs = Feature.TIMERS)
  default void stochastic_t24_cancelledTimersAreNotDelivered(Kit kit) {
    int count = Math.max(100, kit.scaled(6000));
    TimerQueue queue = kit.queue();
    TimerLoad load = new TimerLoad(queue, count, 400, kit.random());
    load.schedule(kit.client(), 0, 1);
    AtomicIntegerArray cancelled = new AtomicIntegerArray(count);
    AtomicInteger cancellations = new AtomicInteger();
    kit.parallel(
        4,
        (index, client) -> {
          if (index < 2) {
            load.deliver(client, LONG_LEASE, cancellations::get);
            return;
          }
          for (int i = index - 2; i < count; i += 2) {
            if (i % 3 == 0) {
              Outcome outcome = client.timers().cancel(queue, TimerLoad.id(i)).outcome();
              if (outcome == Outcome.OK) {
                cancelled.set(i, 1);
                cancellations.incrementAndGet();
              }
            }
          }
        });
    load.requireDeliveredUnlessCancelled(cancelled);
    TimerWait.requireNone(kit.client(), queue, 100);
  }
}
