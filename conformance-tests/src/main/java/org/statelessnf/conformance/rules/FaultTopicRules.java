package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.proxy.Direction;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.conformance.proxy.Toxic;
import org.statelessnf.store.Batch;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.WriteBatch;

/** Batches, timers and filters under faults. */
public interface FaultTopicRules {
  /** Time that an operation has while the store is hurt. */
  long BRIEF = TimeUnit.MILLISECONDS.toNanos(200);

  @Rule(
      id = "B15",
      text = "A batch takes one round trip to its server, read or written.",
      lookAt = "requests that wait for the answer of another one of the same batch",
      faults = Fault.PROXY)
  default void required_b15_batchTakesOneRoundTrip(Kit kit) throws IOException {
    TcpProxy proxy = kit.fixture().faults().proxy();
    try {
      proxy.reset();
      StateStore store = kit.openThroughProxy(20_000);
      Client client = kit.client(store);
      Table table = store.table(kit.table().spec());
      WriteBatch writes = client.session().newWriteBatch(100);
      ReadBatch reads = client.session().newReadBatch(100);
      for (int i = 0; i < 100; i++) {
        byte[] key = bytes("k" + i);
        switch (i % 4) {
          case 0 -> Slots.put(writes, table, key, key);
          case 1 -> Slots.putIfAbsent(writes, table, key, key);
          case 2 -> Slots.putIfVersion(writes, table, key, key, 1);
          default -> Slots.remove(writes, table, key);
        }
        reads.add(table, key);
      }
      // So that no answer overtakes the rest of its request, which would look like two requests.
      proxy.add(new Toxic.Latency("hold", Direction.DOWNSTREAM, 30, 0));
      assertEquals(1, roundTrips(client, proxy, writes), "round trips of a multi-write");
      assertEquals(1, roundTrips(client, proxy, reads), "round trips of a multi-read");
    } finally {
      proxy.reset();
    }
  }

  /** Least of several tries: the first may load a script, others may meet a heartbeat. */
  private static long roundTrips(Client client, TcpProxy proxy, Batch batch) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 6; round++) {
      Batch fresh = copy(client, batch);
      long before = proxy.requests();
      client.run(fresh);
      least = Math.min(least, proxy.requests() - before);
    }
    return least;
  }

  private static Batch copy(Client client, Batch batch) {
    if (batch instanceof ReadBatch reads) {
      ReadBatch made = client.session().newReadBatch(reads.size());
      for (int slot = 0; slot < reads.size(); slot++) {
        made.add(reads.table(slot), reads.key(slot));
      }
      return made;
    }
    WriteBatch writes = (WriteBatch) batch;
    WriteBatch made = client.session().newWriteBatch(writes.size());
    for (int slot = 0; slot < writes.size(); slot++) {
      byte[] key = writes.key(slot);
      switch (writes.op(slot)) {
        case PUT -> Slots.put(made, writes.table(slot), key, key);
        case PUT_IF_ABSENT -> Slots.putIfAbsent(made, writes.table(slot), key, key);
        case PUT_IF_VERSION -> Slots.putIfVersion(made, writes.table(slot), key, key, 1);
        default -> Slots.remove(made, writes.table(slot), key);
      }
    }
    return made;
  }

  @Rule(
      id = "T30",
      text = "Timers outlast a server that stands still: each is completed once, none early.",
      lookAt = "claims that were not answered: their leases must run out",
      needs = Feature.TIMERS,
      faults = Fault.STOP)
  default void required_t30_timersOutlastAStop(Kit kit) throws IOException {
    FaultInjector faults = kit.fixture().faults();
    timersOver(
        kit,
        () -> {
          faults.stopServer();
          Kit.sleep(1000);
          faults.resumeServer();
        });
  }

  @Rule(
      id = "T31",
      text =
          "Acknowledged timers outlast a killed server, where durability NODE_CRASH is declared.",
      lookAt = "timers kept outside of what makes records durable",
      needs = Feature.TIMERS,
      faults = Fault.KILL)
  default void required_t31_timersOutlastAKill(Kit kit) throws IOException {
    requireDurable(kit);
    FaultInjector faults = kit.fixture().faults();
    timersOver(
        kit,
        () -> {
          faults.killServer();
          Kit.sleep(500);
          faults.startServer();
        });
  }

  private static void requireDurable(Kit kit) {
    if (kit.capabilities().durability() != Durability.NODE_CRASH) {
      throw kit.skip("the store declares durability " + kit.capabilities().durability());
    }
  }

  private static void timersOver(Kit kit, FaultRun.Script script) throws IOException {
    int count = 200;
    TimerQueue queue = kit.queue();
    Client setter = kit.client();
    long from = System.nanoTime();
    for (int i = 0; i < count; i++) {
      setter.timers().schedule(queue, TimerLoad.id(i), 300 + i, bytes("p")).ok();
    }
    Client claimant = kit.track(new Client(kit.store(), BRIEF));
    FutureTask<Void> hurting =
        new FutureTask<>(() -> {
          Kit.sleep(350);
          script.run();
          return null;
        });
    Thread thread = new Thread(hurting, "kit-fault");
    thread.setDaemon(true);
    thread.start();
    int[] completions = new int[count];
    boolean[] doubted = new boolean[count];
    Outcome[] last = new Outcome[count];
    Set<Integer> open = new HashSet<>();
    for (int i = 0; i < count; i++) {
      open.add(i);
    }
    long progress = System.nanoTime();
    while (!open.isEmpty()
        && System.nanoTime() - progress < kit.options().deadlineSlack().toNanos()) {
      List<Claim> claims = new ArrayList<>();
      claimant.timers().tryClaim(queue, 16, 500, claims);
      long now = System.nanoTime();
      if (!hurting.isDone() || !claims.isEmpty()) {
        progress = now;
      }
      for (Claim claim : claims) {
        int number = TimerLoad.number(claim.id());
        TimerWait.requireNotEarly("t" + number, from, 300 + number, now);
        Outcome outcome = claimant.timers().complete(queue, claim).outcome();
        last[number] = outcome;
        if (outcome == Outcome.OK) {
          completions[number]++;
          open.remove(number);
        } else if (outcome == Outcome.UNKNOWN) {
          doubted[number] = true;
          open.remove(number); // it may be finished; if it is not, it comes again
        }
      }
      Kit.sleep(5);
    }
    join(hurting);
    for (int i = 0; i < count; i++) {
      boolean once = completions[i] == 1 || (completions[i] == 0 && doubted[i]);
      assertTrue(
          once,
          "timer %d was completed %d times, last answer %s%s"
              .formatted(i, completions[i], last[i], open.contains(i) ? ", still awaited" : ""));
    }
  }

  private static void join(Future<?> work) throws IOException {
    try {
      work.get();
    } catch (ExecutionException e) {
      throw new IOException("the fault could not be made: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: the hang guard ended the test", e);
    }
  }

  @Rule(
      id = "F10",
      text =
          "Connections that are cut lose no acknowledged add; a question unanswered means perhaps.",
      lookAt = "adds that are acknowledged before they are applied",
      needs = Feature.FILTER,
      faults = Fault.PROXY)
  default void required_f10_filterOverCutConnections(Kit kit) throws IOException {
    TcpProxy proxy = kit.fixture().faults().proxy();
    try {
      proxy.reset();
      StateStore store = kit.openThroughProxy(1000);
      BloomFilter filter = store.filter(kit.filter(20_000, 0.01, 1).spec());
      Client client = kit.track(new Client(store, BRIEF));
      FilterBatch batch = client.session().newFilterBatch(64);
      List<byte[]> added = new ArrayList<>();
      for (int round = 0; round < 60; round++) {
        if (round % 6 == 3) {
          proxy.cutConnections();
        }
        added.addAll(addSome(client, batch, filter, round));
        if (round % 6 == 0) {
          requirePerhaps(client, batch, filter, added);
        }
        Kit.sleep(5);
      }
      kit.report("acknowledged adds", added.size());
      proxy.reset();
      Client direct = kit.client();
      BloomFilter same = kit.store().filter(filter.spec());
      for (byte[] element : added) {
        assertTrue(direct.filters().mightContain(same, element), "an acknowledged add is lost");
      }
    } finally {
      proxy.reset();
    }
  }

  @Rule(
      id = "F11",
      text = "Acknowledged adds outlast a killed server, where durability NODE_CRASH is declared.",
      lookAt = "filters kept outside of what makes records durable",
      needs = Feature.FILTER,
      faults = Fault.KILL)
  default void required_f11_filterOutlastsAKill(Kit kit) throws IOException {
    requireDurable(kit);
    BloomFilter filter = kit.filter(20_000, 0.01, 2);
    Client client = kit.client();
    FilterBatch batch = client.session().newFilterBatch(64);
    List<byte[]> added = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      added.addAll(addSome(client, batch, filter, round));
    }
    FaultInjector faults = kit.fixture().faults();
    faults.killServer();
    faults.startServer();
    Client later = kit.client();
    for (byte[] element : added) {
      assertTrue(later.filters().mightContain(filter, element), "an acknowledged add is lost");
    }
  }

  private static List<byte[]> addSome(
      Client client, FilterBatch batch, BloomFilter filter, int round) {
    batch.clear();
    for (int i = 0; i < batch.capacity(); i++) {
      byte[] element = bytes(round + "/" + i);
      batch.add(filter, Slots.of(element), 0, element.length);
    }
    client.run(batch);
    List<byte[]> added = new ArrayList<>();
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.OK) {
        added.add(batch.key(slot));
      }
    }
    return added;
  }

  private static void requirePerhaps(
      Client client, FilterBatch batch, BloomFilter filter, List<byte[]> added) {
    batch.clear();
    for (byte[] element : added.subList(Math.max(0, added.size() - 64), added.size())) {
      batch.mightContain(filter, Slots.of(element), 0, element.length);
    }
    if (batch.size() > 0) {
      client.run(batch);
    }
    for (int slot = 0; slot < batch.size(); slot++) {
      assertTrue(batch.mightContain(slot), "false negative");
    }
  }
}
