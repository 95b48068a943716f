package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;

/** Rule F, Bloom filters. */
public interface FilterRules {
  /** Elements that a batch holds here. */
  int BATCH = 256;

  @Rule(
      id = "F01",
      text = "What was added is perhaps in the filter; in an empty filter, nothing is.",
      lookAt = "whether add and question use the same bits",
      needs = Feature.FILTER)
  default void optional_f01_addedElementsAreFound(Kit kit) {
    Client client = kit.client();
    BloomFilter filter = kit.filter(10_000, 0.01, 1);
    for (int i = 0; i < 100; i++) {
      assertFalse(client.filters().mightContain(filter, bytes("e" + i)), "in an empty filter");
    }
    for (int length = 1; length <= 128; length++) {
      client.filters().add(filter, Samples.key(length, 1)).ok();
    }
    for (int length = 1; length <= 128; length++) {
      assertTrue(client.filters().mightContain(filter, Samples.key(length, 1)), "length " + length);
    }
  }

  @Rule(
      id = "F02",
      text = "A batch of adds and questions behaves as if in slot order.",
      lookAt = "questions that are answered before the adds of the same batch",
      needs = Feature.FILTER)
  default void optional_f02_batchBehavesAsInSlotOrder(Kit kit) {
    Client client = kit.client();
    BloomFilter one = kit.filter(10_000, 0.0001, 1);
    BloomFilter two = kit.filter(10_000, 0.0001, 1);
    FilterBatch batch = client.session().newFilterBatch(8);
    byte[] element = bytes("element");
    batch.mightContain(one, Slots.of(element), 0, element.length);
    batch.add(one, Slots.of(element), 0, element.length);
    batch.mightContain(one, Slots.of(element), 0, element.length);
    batch.mightContain(two, Slots.of(element), 0, element.length);
    batch.rotate(one);
    batch.mightContain(one, Slots.of(element), 0, element.length);
    client.run(batch);
    for (int slot = 0; slot < batch.size(); slot++) {
      assertEquals(Outcome.OK, batch.outcome(slot), "slot " + slot);
    }
    assertFalse(batch.mightContain(0), "before the add");
    assertTrue(batch.mightContain(2), "after the add");
    assertFalse(batch.mightContain(3), "another filter");
    assertFalse(batch.mightContain(5), "after its only generation was dropped");
  }

  @Rule(
      id = "F03",
      text = "At the declared capacity false positives stay within 1.5 times the declared rate.",
      lookAt = "number of bits and of hashes, and the quality of the hash",
      needs = Feature.FILTER)
  default void stochastic_f03_falsePositiveRateIsKept(Kit kit) {
    measure(kit, 2_000, 0.05);
    measure(kit, kit.scaled(20_000), 0.01);
    measure(kit, kit.scaled(10_000), 0.001);
  }

  private static void measure(Kit kit, int capacity, double rate) {
    Client client = kit.client();
    BloomFilter filter = kit.filter(capacity, rate, 1);
    FilterBatch batch = client.session().newFilterBatch(BATCH);
    for (int i = 0; i < capacity; ) {
      i = FilterLoad.add(client, batch, filter, "in", i, Math.min(capacity, i + BATCH));
    }
    // Enough questions that the rate is known to a tenth or so.
    int questions = (int) Math.max(5_000, 150 / rate);
    int found = 0;
    for (int i = 0; i < questions; i += BATCH) {
      int to = Math.min(questions, i + BATCH);
      FilterLoad.ask(client, batch, filter, "out", i, to);
      for (int slot = 0; slot < batch.size(); slot++) {
        found += batch.mightContain(slot) ? 1 : 0;
      }
    }
    double measured = (double) found / questions;
    kit.report("false positives at " + capacity + " declared " + rate, measured);
    assertTrue(
        measured <= 1.5 * rate,
        "measured %.5f, declared %.5f, capacity %d".formatted(measured, rate, capacity));
  }

  @Rule(
      id = "F04",
      text = "No false negative while several sessions add and ask.",
      lookAt = "words of bits that are written back whole; lost updates of the same word",
      needs = Feature.FILTER)
  default void stochastic_f04_noFalseNegativeAmongSessions(Kit kit) {
    int each = Math.max(1000, kit.scaled(40_000));
    int writers = 3;
    // Small, so that sessions meet in the same words.
    BloomFilter filter = kit.filter(2_000, 0.01, 1);
    AtomicIntegerArray added = new AtomicIntegerArray(writers);
    AtomicInteger running = new AtomicInteger(writers);
    kit.parallel(
        writers + 1,
        (index, client) -> {
          FilterBatch batch = client.session().newFilterBatch(BATCH);
          if (index < writers) {
            for (int i = 0; i < each; ) {
              int to = Math.min(each, i + 1 + kit.random(index + i).nextInt(BATCH));
              i = FilterLoad.add(client, batch, filter, "w" + index + "-", i, to);
              added.set(index, i);
            }
            running.decrementAndGet();
          } else {
            while (running.get() > 0) {
              for (int writer = 0; writer < writers; writer++) {
                int to = added.get(writer);
                int from = Math.max(0, to - BATCH);
                FilterLoad.requireAll(client, batch, filter, "w" + writer + "-", from, to);
              }
            }
          }
        });
    Client client = kit.client();
    FilterBatch batch = client.session().newFilterBatch(BATCH);
    for (int writer = 0; writer < writers; writer++) {
      FilterLoad.requireAll(client, batch, filter, "w" + writer + "-", 0, each);
    }
  }

  @Rule(
      id = "F05",
      text = "No false negative while several processes add and ask.",
      lookAt = "as for F04, among processes; copies of the filter that are refreshed late",
      needs = Feature.FILTER,
      scope = Scope.HOST)
  default void stochastic_f05_noFalseNegativeAmongProcesses(Kit kit) throws Exception {
    FilterSpec spec = FilterSpec.of(kit.name("f"), 2_000, 0.01);
    BloomFilter filter = kit.store().filter(spec);
    int rounds = Math.max(20, kit.scaled(150));
    List<Worker> workers =
        kit.workers().start(3, FilterTask.class, Map.of("filter", spec.name(), "capacity", "2000"));
    for (Worker worker : workers) {
      worker.awaitReady();
      worker.send("go");
    }
    Client client = kit.client();
    FilterBatch batch = client.session().newFilterBatch(BATCH);
    int[] added = new int[workers.size()];
    int own = 0;
    for (int round = 0; round < rounds; round++) {
      for (Worker worker : workers) {
        worker.send("add 40");
      }
      own = FilterLoad.add(client, batch, filter, "own-", own, own + 40);
      for (int i = 0; i < added.length; i++) {
        added[i] = Integer.parseInt(workers.get(i).receive());
        FilterLoad.requireAll(
            client, batch, filter, "w" + i + "-", Math.max(0, added[i] - 80), added[i]);
      }
      for (Worker worker : workers) {
        worker.send("ask " + Math.max(0, own - 80) + " " + own);
      }
      for (Worker worker : workers) {
        assertEquals("found", worker.receive());
      }
    }
    for (int i = 0; i < added.length; i++) {
      FilterLoad.requireAll(client, batch, filter, "w" + i + "-", 0, added[i]);
      workers.get(i).send("end");
    }
  }

  @Rule(
      id = "F06",
      text = "An element stays for as many generations as the spec says, then it goes.",
      lookAt = "which generation is dropped, and that adds go to the newest",
      needs = Feature.FILTER)
  default void optional_f06_elementsStayForTheirGenerations(Kit kit) {
    Client client = kit.client();
    for (int generations : new int[] {1, 2, 3, 8}) {
      BloomFilter filter = kit.filter(1_000, 0.0001, generations);
      byte[] element = bytes("first");
      client.filters().add(filter, element).ok();
      for (int rotated = 1; rotated < generations; rotated++) {
        client.filters().rotate(filter).ok();
        assertTrue(
            client.filters().mightContain(filter, element),
            "after %d of %d generations".formatted(rotated, generations));
      }
      client.filters().add(filter, bytes("second")).ok();
      client.filters().rotate(filter).ok();
      assertFalse(client.filters().mightContain(filter, element), "its generation was dropped");
      if (generations > 1) {
        assertTrue(client.filters().mightContain(filter, bytes("second")), "a newer generation");
      }
      client.filters().add(filter, element).ok();
      assertTrue(client.filters().mightContain(filter, element), "added again");
    }
  }

  @Rule(
      id = "F07",
      text = "No false negative while generations are started: an acknowledged add stays its time.",
      lookAt = "adds that go to a generation which another session has just dropped or cleared",
      needs = Feature.FILTER)
  default void stochastic_f07_noFalseNegativeWhileRotating(Kit kit) {
    int generations = 3;
    BloomFilter filter = kit.filter(5_000, 0.01, generations);
    int rounds = Math.max(30, kit.scaled(400));
    AtomicInteger started = new AtomicInteger();
    AtomicInteger writers = new AtomicInteger(2);
    kit.parallel(
        3,
        (index, client) -> {
          if (index == 2) {
            while (writers.get() > 0) {
              started.incrementAndGet(); // counted before it is done
              client.filters().rotate(filter).ok();
              Kit.sleep(2);
            }
            return;
          }
          FilterBatch batch = client.session().newFilterBatch(32);
          for (int round = 0; round < rounds; round++) {
            int before = started.get();
            FilterLoad.add(client, batch, filter, index + "/" + round + "-", 0, 32);
            FilterLoad.ask(client, batch, filter, index + "/" + round + "-", 0, 32);
            // One that was counted before the add may take effect after it.
            boolean certain = started.get() - before + 1 < generations;
            for (int slot = 0; certain && slot < batch.size(); slot++) {
              assertTrue(batch.mightContain(slot), "an element of round " + round + " is gone");
            }
          }
          writers.decrementAndGet();
        });
    kit.report("generations started", started.get());
  }

  @Rule(
      id = "F08",
      text = "Filters of different names and namespaces do not meet.",
      lookAt = "where the name is left out of the backend's key",
      needs = Feature.FILTER)
  default void optional_f08_filtersDoNotMeet(Kit kit) {
    Client client = kit.client();
    StateStore store = kit.store();
    FilterSpec spec = FilterSpec.of(kit.name("f"), 1_000, 0.0001);
    BloomFilter one = store.filter(spec.inNamespace("tenant-1"));
    BloomFilter two = store.filter(spec.inNamespace("tenant-2"));
    BloomFilter other = kit.filter(1_000, 0.0001, 1);
    client.filters().add(one, bytes("e")).ok();
    assertFalse(client.filters().mightContain(two, bytes("e")), "another namespace");
    assertFalse(client.filters().mightContain(other, bytes("e")), "another name");
    client.filters().rotate(two).ok();
    assertTrue(client.filters().mightContain(one, bytes("e")));
    assertSame(one, store.filter(spec.inNamespace("tenant-1")));
    assertThrows(
        StoreConfigException.class,
        () -> store.filter(new FilterSpec("tenant-1", spec.name(), 2_000, 0.0001, 1)));
  }

  @Rule(
      id = "F09",
      text = "Filters answer UNSUPPORTED where FILTER is not declared.",
      lookAt = "the declared capabilities",
      undeclared = Feature.FILTER)
  default void required_f09_undeclaredFilterIsUnsupported(Kit kit) {
    Client client = kit.client();
    BloomFilter filter;
    try {
      filter = kit.filter(1_000, 0.01, 1);
    } catch (StoreConfigException e) {
      return; // the spec asks for more than is declared
    }
    client.filters().add(filter, bytes("e")).is(Outcome.UNSUPPORTED);
    client.filters().rotate(filter).is(Outcome.UNSUPPORTED);
    var question = client.filters().test(filter, bytes("e")).is(Outcome.UNSUPPORTED);
    assertEquals(1, question.number(), "a question without an answer means perhaps");
  }
}
