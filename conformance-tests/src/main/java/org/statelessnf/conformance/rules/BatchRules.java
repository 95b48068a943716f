package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Client.answer;
import static org.statelessnf.conformance.kit.Kit.bytes;
import static org.statelessnf.conformance.rules.Slots.increment;
import static org.statelessnf.conformance.rules.Slots.put;
import static org.statelessnf.conformance.rules.Slots.putIfAbsent;
import static org.statelessnf.conformance.rules.Slots.putIfVersion;
import static org.statelessnf.conformance.rules.Slots.remove;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/** Rule B, batches: a result per slot, as if executed one after the other. */
public interface BatchRules {

  @Rule(
      id = "B01",
      text =
          "A multi-read answers each slot for its own key, found or not, in batches of 1 to 256.",
      lookAt = "how replies are matched with slots")
  default void required_b01_multiReadAnswersEachSlot(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    WriteBatch writes = client.session().newWriteBatch(256);
    for (int i = 0; i < 256; i += 2) {
      put(writes, table, bytes("k" + i), bytes("value of " + i));
    }
    client.run(writes);
    ReadBatch reads = client.session().newReadBatch(256);
    for (int size : new int[] {1, 2, 3, 31, 32, 33, 100, 255, 256}) {
      reads.clear();
      for (int slot = 0; slot < size; slot++) {
        reads.add(table, bytes("k" + (slot * 37) % 256));
      }
      client.run(reads);
      for (int slot = 0; slot < size; slot++) {
        int number = (slot * 37) % 256;
        if (number % 2 == 0) {
          answer(reads, slot).ok().versioned().hasValue(bytes("value of " + number));
        } else {
          answer(reads, slot).absent();
        }
      }
    }
  }

  @Rule(
      id = "B02",
      text = "A multi-write of mixed operations answers each slot for its own operation.",
      lookAt = "how replies are matched with slots; scripts that return failures only")
  default void required_b02_multiWriteAnswersEachSlot(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    long stale = client.put(table, bytes("changed"), bytes("0")).ok().version();
    long now = client.put(table, bytes("changed"), bytes("1")).ok().version();
    long same = client.put(table, bytes("same"), bytes("1")).ok().version();
    client.put(table, bytes("gone"), bytes("1")).ok();
    WriteBatch batch = client.session().newWriteBatch(8);
    put(batch, table, bytes("new"), bytes("a"));
    putIfAbsent(batch, table, bytes("same"), bytes("b"));
    putIfVersion(batch, table, bytes("changed"), bytes("c"), stale);
    remove(batch, table, bytes("gone"));
    remove(batch, table, bytes("never"));
    putIfAbsent(batch, table, bytes("fresh"), bytes("d"));
    client.run(batch);
    long created = answer(batch, 0).ok().versioned().version();
    answer(batch, 1).is(Outcome.MISMATCH).hasVersion(same);
    answer(batch, 2).is(Outcome.MISMATCH).hasVersion(now);
    answer(batch, 3).ok().hasVersion(0);
    answer(batch, 4).absent();
    long fresh = answer(batch, 5).ok().versioned().version();
    client.read(table, bytes("new")).ok().hasVersion(created).hasValue(bytes("a"));
    client.read(table, bytes("same")).ok().hasVersion(same).hasValue(bytes("1"));
    client.read(table, bytes("changed")).ok().hasVersion(now).hasValue(bytes("1"));
    client.read(table, bytes("gone")).absent();
    client.read(table, bytes("fresh")).ok().hasVersion(fresh).hasValue(bytes("d"));
  }

  @Rule(
      id = "B03",
      text = "The same key twice in one multi-write behaves as if in slot order.",
      lookAt = "stores whose own multi-write re-orders: such batches must be split or folded")
  default void required_b03_sameKeyTwiceBehavesAsInSlotOrder(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    WriteBatch batch = client.session().newWriteBatch(16);
    byte[] key = bytes("k");
    put(batch, table, key, bytes("1"));
    putIfAbsent(batch, table, key, bytes("2"));
    put(batch, table, key, bytes("3"));
    remove(batch, table, key);
    remove(batch, table, key);
    putIfAbsent(batch, table, key, bytes("4"));
    putIfAbsent(batch, table, key, bytes("5"));
    client.run(batch);
    long first = answer(batch, 0).ok().versioned().version();
    answer(batch, 1).is(Outcome.MISMATCH).hasVersion(first);
    long third = answer(batch, 2).ok().versioned().version();
    answer(batch, 3).ok().hasVersion(0);
    answer(batch, 4).absent();
    long fourth = answer(batch, 5).ok().versioned().version();
    answer(batch, 6).is(Outcome.MISMATCH).hasVersion(fourth);
    assertNotEquals(first, third);
    assertNotEquals(first, fourth);
    client.read(table, key).ok().hasVersion(fourth).hasValue(bytes("4"));
    // Two writes that expect the same version: the first one wins, whatever stands between them.
    batch.clear();
    putIfVersion(batch, table, key, bytes("6"), fourth);
    put(batch, table, bytes("other"), bytes("x"));
    putIfVersion(batch, table, key, bytes("7"), fourth);
    client.run(batch);
    long sixth = answer(batch, 0).ok().versioned().version();
    answer(batch, 2).is(Outcome.MISMATCH).hasVersion(sixth);
    client.read(table, key).ok().hasVersion(sixth).hasValue(bytes("6"));
  }

  @Rule(
      id = "B04",
      text = "Increments of the same key in one multi-write behave as if in slot order.",
      lookAt = "as for B03",
      needs = Feature.INCREMENT)
  default void optional_b04_sameCounterTwiceBehavesAsInSlotOrder(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 8);
    WriteBatch batch = client.session().newWriteBatch(8);
    byte[] key = bytes("k");
    increment(batch, table, key, 1);
    increment(batch, table, bytes("other"), 100);
    increment(batch, table, key, 10);
    remove(batch, table, key);
    increment(batch, table, key, 5);
    putIfAbsent(batch, table, key, new byte[8]);
    client.run(batch);
    answer(batch, 0).ok().hasNumber(1);
    answer(batch, 1).ok().hasNumber(100);
    answer(batch, 2).ok().hasNumber(11);
    answer(batch, 3).ok();
    long last = answer(batch, 4).ok().hasNumber(5).versioned().version();
    answer(batch, 5).is(Outcome.MISMATCH).hasVersion(last);
  }

  @Rule(
      id = "B05",
      text = "The same key twice in one multi-read is answered twice.",
      lookAt = "maps by key between request and reply")
  default void required_b05_sameKeyTwiceInMultiReadIsAnsweredTwice(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    long version = client.put(table, bytes("k"), bytes("v")).ok().version();
    ReadBatch reads = client.session().newReadBatch(4);
    reads.add(table, bytes("k"));
    reads.add(table, bytes("none"));
    reads.add(table, bytes("k"));
    reads.add(table, bytes("none"));
    client.run(reads);
    answer(reads, 0).ok().hasVersion(version).hasValue(bytes("v"));
    answer(reads, 1).absent();
    answer(reads, 2).ok().hasVersion(version).hasValue(bytes("v"));
    answer(reads, 3).absent();
  }

  @Rule(
      id = "B06",
      text = "A slot that fails does not disturb the others.",
      lookAt = "early returns from the loop over slots")
  default void required_b06_failedSlotDoesNotDisturbTheOthers(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(8, 16);
    long version = client.put(table, bytes("there"), bytes("1")).ok().version();
    WriteBatch batch = client.session().newWriteBatch(8);
    put(batch, table, bytes("a"), bytes("1"));
    put(batch, table, Samples.key(9, 1), bytes("2"));
    put(batch, table, bytes("b"), bytes("3"));
    put(batch, table, bytes("c"), new byte[17]);
    putIfAbsent(batch, table, bytes("there"), bytes("4"));
    put(batch, table, bytes("d"), bytes("5"));
    client.run(batch);
    answer(batch, 0).ok();
    answer(batch, 1).is(Outcome.TOO_LARGE);
    answer(batch, 2).ok();
    answer(batch, 3).is(Outcome.TOO_LARGE);
    answer(batch, 4).is(Outcome.MISMATCH).hasVersion(version);
    answer(batch, 5).ok();
    ReadBatch reads = client.session().newReadBatch(4);
    reads.add(table, bytes("b"));
    reads.add(table, Samples.key(9, 1));
    reads.add(table, bytes("c"));
    reads.add(table, bytes("d"));
    client.run(reads);
    answer(reads, 0).ok().hasValue(bytes("3"));
    answer(reads, 1).is(Outcome.TOO_LARGE);
    answer(reads, 2).absent();
    answer(reads, 3).ok().hasValue(bytes("5"));
  }

  @Rule(
      id = "B07",
      text = "One batch may go to several tables.",
      lookAt = "a table taken from the first slot for all")
  default void required_b07_batchMayGoToSeveralTables(Kit kit) {
    Client client = kit.client();
    Table[] tables = {kit.table(16, 64), kit.table(32, 8), kit.table(128, 4096)};
    WriteBatch batch = client.session().newWriteBatch(30);
    for (int i = 0; i < 30; i++) {
      put(batch, tables[i % 3], bytes("k" + i / 3), bytes(i % 3 + "/" + i / 3));
    }
    client.run(batch);
    ReadBatch reads = client.session().newReadBatch(30);
    for (int i = 0; i < 30; i++) {
      reads.add(tables[i % 3], bytes("k" + i / 3));
    }
    client.run(reads);
    for (int i = 0; i < 30; i++) {
      answer(reads, i).ok().hasVersion(answer(batch, i).ok().version());
      answer(reads, i).hasValue(bytes(i % 3 + "/" + i / 3));
    }
  }

  @Rule(
      id = "B08",
      text = "A cleared batch is as good as new: nothing of its former content shows.",
      lookAt = "state that a backend keeps with a batch beyond clear")
  default void required_b08_clearedBatchIsAsGoodAsNew(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    client.put(table, bytes("long"), bytes("a long value")).ok();
    client.put(table, bytes("short"), bytes("s")).ok();
    ReadBatch reads = client.session().newReadBatch(2);
    for (int round = 0; round < 20; round++) {
      reads.clear();
      reads.add(table, bytes(round % 2 == 0 ? "long" : "none"));
      reads.add(table, bytes(round % 2 == 0 ? "none" : "short"));
      client.run(reads);
      if (round % 2 == 0) {
        answer(reads, 0).ok().hasValue(bytes("a long value"));
        answer(reads, 1).absent();
        assertEquals(-1, reads.valueLength(1));
      } else {
        answer(reads, 0).absent();
        answer(reads, 1).ok().hasValue(bytes("s"));
      }
    }
  }

  @Rule(
      id = "B09",
      text = "Keys and values are copied when a slot is added; segments on and off heap will do.",
      lookAt = "references kept to the caller's memory")
  default void required_b09_keysAndValuesAreCopiedIn(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    WriteBatch batch = client.session().newWriteBatch(2);
    byte[] heap = bytes("--key--value--");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment off = arena.allocateFrom("--kez--walue--");
      MemorySegment on = MemorySegment.ofArray(heap);
      batch.put(table, on, 2, 3, on, 7, 5);
      batch.put(table, off, 2, 3, off, 7, 5);
      Arrays.fill(heap, (byte) '!');
      off.fill((byte) '!');
    }
    client.run(batch);
    client.read(table, bytes("key")).ok().hasValue(bytes("value"));
    client.read(table, bytes("kez")).ok().hasValue(bytes("walue"));
  }

  @Rule(
      id = "B10",
      text = "Up to maxInFlight batches are taken; then submit answers false and takes nothing.",
      lookAt = "the declared maxInFlight, and what submit does when it is reached")
  default void required_b10_workInFlightIsBounded(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    int max = Math.min(kit.capabilities().maxInFlight(), 64);
    WriteBatch[] batches = new WriteBatch[max + 1];
    for (int i = 0; i <= max; i++) {
      batches[i] = client.session().newWriteBatch(16);
      for (int slot = 0; slot < 16; slot++) {
        put(batches[i], table, bytes(i + "/" + slot), bytes("v" + i));
      }
    }
    for (int i = 0; i <= max; i++) {
      int before = client.session().inFlight();
      assertTrue(before <= kit.capabilities().maxInFlight(), "in flight: " + before);
      if (!client.session().submit(batches[i])) {
        assertEquals(kit.capabilities().maxInFlight(), before, "refused with in flight");
        assertFalse(batches[i].isInFlight(), "a refused batch is not in flight");
        client.submit(batches[i]);
      }
    }
    for (int i = 0; i <= max; i++) {
      client.session().await(batches[i]);
      assertTrue(batches[i].isDone());
      for (int slot = 0; slot < 16; slot++) {
        answer(batches[i], slot).ok();
        client.read(table, bytes(i + "/" + slot)).ok().hasValue(bytes("v" + i));
      }
    }
    assertEquals(0, client.session().inFlight());
  }

  @Rule(
      id = "B11",
      text = "A batch of another session is refused.",
      lookAt = "the check of the batch's session in submit")
  default void required_b11_batchOfAnotherSessionIsRefused(Kit kit) {
    Client one = kit.client();
    Client two = kit.client();
    Table table = kit.table();
    ReadBatch reads = one.session().newReadBatch(1);
    reads.add(table, bytes("k"));
    assertThrows(IllegalArgumentException.class, () -> two.session().submit(reads));
    one.run(reads);
    answer(reads, 0).absent();
  }

  @Rule(
      id = "B12",
      text = "Random batches answer as a simple model does, slot by slot.",
      lookAt = "the first slot that differs; the seed repeats the run")
  default void stochastic_b12_randomBatchesAnswerAsTheModelDoes(Kit kit) {
    BatchModel model = new BatchModel(kit);
    int rounds = Math.max(20, kit.scaled(600));
    for (int round = 0; round < rounds; round++) {
      model.randomRound(round);
    }
    kit.report("slots", model.slots());
  }

  @Rule(
      id = "B13",
      text = "A batch of 256 values of 64 KiB works, written and read.",
      lookAt = "limits of the protocol or of buffers on the size of one request")
  default void required_b13_largeBatchWorks(Kit kit) {
    Client client = kit.client();
    Table table = kit.table(16, 64 * 1024);
    WriteBatch writes = client.session().newWriteBatch(256);
    byte[] value = Samples.random(kit.random(), 64 * 1024);
    for (int i = 0; i < 256; i++) {
      value[0] = (byte) i;
      put(writes, table, bytes("k" + i), value);
    }
    client.run(writes);
    ReadBatch reads = client.session().newReadBatch(256);
    for (int i = 0; i < 256; i++) {
      reads.add(table, bytes("k" + i));
    }
    client.run(reads);
    for (int i = 0; i < 256; i++) {
      value[0] = (byte) i;
      answer(reads, i).ok().hasVersion(answer(writes, i).ok().version()).hasValue(value);
    }
  }

  @Rule(
      id = "B14",
      text = "Poll makes progress without waiting, and counts the batches that became done.",
      lookAt = "what poll returns, and that it is enough: nobody has to call await")
  default void required_b14_pollMakesProgress(Kit kit) {
    Client client = kit.client();
    Table table = kit.table();
    ReadBatch reads = client.session().newReadBatch(8);
    for (int round = 0; round < 50; round++) {
      reads.clear();
      for (int i = 0; i < 8; i++) {
        reads.add(table, bytes("k" + i));
      }
      client.submit(reads);
      int completed = reads.isDone() ? 1 : 0;
      boolean inSubmit = completed == 1;
      while (!reads.isDone()) {
        completed += client.session().poll();
        Thread.onSpinWait();
      }
      assertEquals(1, completed, inSubmit ? "done in submit" : "what poll counted");
      assertEquals(0, client.session().inFlight());
      assertEquals(0, client.session().poll(), "poll with nothing in flight");
    }
  }
}
