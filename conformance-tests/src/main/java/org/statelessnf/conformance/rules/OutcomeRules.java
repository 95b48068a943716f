package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/** Rule O, outcomes and deadlines. */
public interface OutcomeRules {

  @Rule(
      id = "O01",
      text = "Every operation ends within its deadline, however short, with an outcome.",
      lookAt = "waits without a limit; batches that are done with slots still pending")
  default void required_o01_operationsEndWithinTheirDeadline(Kit kit) {
    Table table = kit.table();
    long[] timeouts = {1, 1_000, 100_000, 1_000_000, 20_000_000, 200_000_000};
    long latest = Long.MIN_VALUE;
    for (long timeout : timeouts) {
      // A client each, so that one that hangs is seen to.
      Client client = kit.client();
      WriteBatch writes = client.session().newWriteBatch(64);
      ReadBatch reads = client.session().newReadBatch(64);
      for (int round = 0; round < 10; round++) {
        writes.clear();
        reads.clear();
        for (int slot = 0; slot < 64; slot++) {
          Slots.put(writes, table, bytes(timeout + "/" + slot), bytes(round + "/" + slot));
          reads.add(table, bytes(timeout + "/" + slot));
        }
        latest = Math.max(latest, run(client, writes, timeout) - timeout);
        latest = Math.max(latest, run(client, reads, timeout) - timeout);
      }
    }
    kit.report("latest past the deadline ms", TimeUnit.NANOSECONDS.toMillis(latest));
    assertTrue(
        latest <= kit.options().deadlineSlack().toNanos(),
        "an operation ended %d ms after its deadline".formatted(latest / 1_000_000));
  }

  private static long run(Client client, Batch batch, long timeout) {
    long start = System.nanoTime();
    assertTrue(client.session().submit(batch, timeout), "submit with nothing in flight");
    client.session().await(batch);
    long took = System.nanoTime() - start;
    assertTrue(batch.isDone());
    for (int slot = 0; slot < batch.size(); slot++) {
      Outcome outcome = batch.outcome(slot);
      assertNotEquals(Outcome.PENDING, outcome, "slot " + slot);
      if (batch instanceof ReadBatch) {
        assertNotEquals(Outcome.UNKNOWN, outcome, "a read is UNAVAILABLE, never UNKNOWN");
      }
    }
    return took;
  }

  @Rule(
      id = "O02",
      text = "A write that is answered UNAVAILABLE was not applied, and never will be.",
      lookAt = "deadlines that pass while the request is on its way: that is UNKNOWN")
  default void required_o02_unavailableWritesAreNotApplied(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    WriteBatch writes = client.session().newWriteBatch(32);
    int failed = 0;
    int unknown = 0;
    boolean[] unavailable = new boolean[32];
    for (int round = 0; round < 100; round++) {
      writes.clear();
      for (int slot = 0; slot < 32; slot++) {
        Slots.put(writes, table, bytes(round + "/" + slot), bytes("v"));
      }
      client.session().submit(writes, 1L << kit.random().nextInt(22));
      client.session().await(writes);
      for (int slot = 0; slot < 32; slot++) {
        Outcome outcome = writes.outcome(slot);
        unavailable[slot] = outcome == Outcome.UNAVAILABLE;
        failed += unavailable[slot] ? 1 : 0;
        unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
        assertTrue(
            outcome == Outcome.OK || outcome == Outcome.UNKNOWN || unavailable[slot],
            "a write answered " + outcome);
      }
      Kit.sleep(round % 10 == 0 ? 20 : 0); // "never will be" needs a moment to be seen
      for (int slot = 0; slot < 32; slot++) {
        Answer answer = client.read(table, bytes(round + "/" + slot));
        if (unavailable[slot]) {
          answer.absent();
        } else if (writes.outcome(slot) == Outcome.OK) {
          answer.ok().hasVersion(writes.version(slot));
        }
      }
    }
    kit.report("unavailable", failed);
    kit.report("unknown", unknown);
  }

  @Rule(
      id = "O03",
      text =
          "A session that ran into a deadline goes on; a late answer is not taken for another's.",
      lookAt = "answers matched by order instead of by request, after one was given up")
  default void required_o03_lateAnswersAreNotMixedUp(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    for (int i = 0; i < 64; i++) {
      client.put(table, bytes("k" + i), bytes("v" + i)).ok();
    }
    ReadBatch reads = client.session().newReadBatch(8);
    for (int round = 0; round < 200; round++) {
      reads.clear();
      for (int slot = 0; slot < 8; slot++) {
        reads.add(table, bytes("k" + (round + slot) % 64));
      }
      if (round % 2 == 0) {
        client.session().submit(reads, 1 + kit.random().nextInt(100_000));
        client.session().await(reads);
      } else {
        client.run(reads);
      }
      for (int slot = 0; slot < 8; slot++) {
        if (round % 2 == 1 || reads.outcome(slot) == Outcome.OK) {
          Client.answer(reads, slot).ok().hasValue(bytes("v" + (round + slot) % 64));
        }
      }
    }
  }

  @Rule(
      id = "O04",
      text = "Opening a store that cannot be reached fails in time, as unavailable.",
      lookAt = "connect timeouts; lazy connections that make open succeed")
  default void required_o04_unreachableStoreFailsToOpen(Kit kit) {
    String uri = kit.fixture().unreachableUri();
    if (uri == null) {
      throw kit.skip("the fixture has no address at which nothing answers");
    }
    long start = System.nanoTime();
    assertThrows(StoreUnavailableException.class, () -> Stores.open(uri).close());
    long took = System.nanoTime() - start;
    kit.report("took ms", TimeUnit.NANOSECONDS.toMillis(took));
    long allowed = TimeUnit.SECONDS.toNanos(2) + kit.options().deadlineSlack().toNanos();
    assertTrue(took <= allowed, "it took %d ms".formatted(took / 1_000_000));
  }

  @Rule(
      id = "O05",
      text = "An unknown option in the URI is refused, in one line.",
      lookAt = "StateStoreProvider.options")
  default void required_o05_unknownOptionIsRefused(Kit kit) {
    String uri = kit.fixture().uri();
    if (uri == null) {
      throw kit.skip("the fixture gives no URI");
    }
    String wrong = uri + (uri.contains("?") ? "&" : "?") + "noSuchOption=1";
    StoreConfigException refusal =
        assertThrows(StoreConfigException.class, () -> Stores.open(wrong).close());
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("noSuchOption"), message);
    assertFalse(message.contains("\n"), "more than one line: " + message);
  }

  @Rule(
      id = "O06",
      text = "The store says what it is, and declares the same as long as it is open.",
      lookAt = "uri, description, capabilities, defaultTimeoutNanos")
  default void required_o06_storeSaysWhatItIs(Kit kit) {
    StateStore store = kit.store();
    assertFalse(store.uri().isBlank(), "uri");
    assertFalse(store.description().isBlank(), "description");
    assertTrue(store.defaultTimeoutNanos() > 0, "default timeout");
    Capabilities before = store.capabilities();
    Client client = kit.client();
    client.put(kit.table(), bytes("k"), bytes("v")).ok();
    assertEquals(before, store.capabilities());
    assertTrue(store.uri().contains(":"), "the URI has a scheme: " + store.uri());
  }
}
