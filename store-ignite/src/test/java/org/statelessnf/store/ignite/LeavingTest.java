package org.statelessnf.store.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/** Nodes that join and leave in good order do not fail the others' requests. */
class LeavingTest {
  private static final TableSpec FLOWS = TableSpec.of("flows", 16, 64);
  private static final int KEYS = 64;
  private static final int ENOUGH = 20;
  private static final int TIMES = 1;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldAnswerAllRequestsWhileAnotherNodeComesAndGoes()
      throws IOException, InterruptedException, ExecutionException {
    String uri = Nodes.uri(Ports.free(), "memory=32m");
    try (StateStore stays = Stores.open(uri)) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger rounds = new AtomicInteger();
      FutureTask<Map<Outcome, Integer>> writer = start(() -> write(stays, over, rounds));
      FutureTask<Map<Outcome, Integer>> reader = start(() -> read(stays, over, rounds));
      for (int i = 0; i < TIMES; i++) {
        try (StateStore goes = Stores.open(uri)) {
          Nodes.awaitTwoOwners(goes);
          await(rounds);
        }
        await(rounds);
      }
      over.set(true);
      assertThat(writer.get()).containsOnlyKeys(Outcome.OK);
      assertThat(reader.get()).containsOnlyKeys(Outcome.OK);
    }
  }

  private static FutureTask<Map<Outcome, Integer>> start(Callable<Map<Outcome, Integer>> work) {
    FutureTask<Map<Outcome, Integer>> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static void await(AtomicInteger rounds) throws InterruptedException {
    int before = rounds.get();
    while (rounds.get() < before + ENOUGH) {
      Thread.sleep(5);
    }
  }

  private static Map<Outcome, Integer> write(
      StateStore store, AtomicBoolean over, AtomicInteger rounds) {
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    try (StoreSession session = store.openSession()) {
      Table table = store.table(FLOWS);
      WriteBatch batch = session.newWriteBatch(KEYS);
      MemorySegment value = MemorySegment.ofArray(new byte[32]);
      while (!over.get()) {
        batch.clear();
        for (int i = 0; i < KEYS; i++) {
          batch.put(table, MemorySegment.ofArray(Nodes.key(i)), 0, 2, value, 0, 32);
        }
        session.execute(batch);
        for (int i = 0; i < KEYS; i++) {
          outcomes.merge(batch.outcome(i), 1, Integer::sum);
        }
        rounds.incrementAndGet();
      }
    }
    return outcomes;
  }

  private static Map<Outcome, Integer> read(
      StateStore store, AtomicBoolean over, AtomicInteger rounds) throws InterruptedException {
    await(rounds); // so that all are there
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    try (StoreSession session = store.openSession()) {
      Table table = store.table(FLOWS);
      ReadBatch batch = session.newReadBatch(KEYS);
      while (!over.get()) {
        batch.clear();
        for (int i = 0; i < KEYS; i++) {
          batch.add(table, Nodes.key(i));
        }
        session.execute(batch);
        for (int i = 0; i < KEYS; i++) {
          outcomes.merge(batch.outcome(i), 1, Integer::sum);
        }
      }
    }
    return outcomes;
  }
}
