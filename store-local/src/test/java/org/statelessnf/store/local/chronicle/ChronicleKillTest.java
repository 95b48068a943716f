package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;

/** Writers killed at any moment: what was acknowledged to them is there, whole. */
class ChronicleKillTest {
  private static final int WRITERS = 3;
  private static final int LONG_ROUNDS = Integer.getInteger("snf.kill.rounds", 10);

  private final long seed = Long.getLong("snf.seed", System.nanoTime() & 0xffffff);
  private final Random random = new Random(seed);
  private final Path directory = Directories.create();
  private final String uri =
      "chronicle:" + directory + "?entries=20000&timeout=60s&connectTimeout=60s";
  private final Workers workers = new Workers(uri);

  @AfterEach
  void clear() throws IOException {
    workers.close();
    Directories.delete(directory);
  }

  @Test
  void shouldKeepWhatWasAcknowledgedToKilledWriters() throws Exception {
    rounds(1);
  }

  @Test
  @Tag("long")
  void shouldKeepWhatWasAcknowledgedToWritersKilledAgainAndAgain() throws Exception {
    rounds(LONG_ROUNDS);
  }

  private void rounds(int count) throws Exception {
    System.out.println("seed " + seed);
    Path[] ledgers = new Path[WRITERS];
    for (int writer = 0; writer < WRITERS; writer++) {
      ledgers[writer] = directory.resolve("ledger" + writer);
      Files.write(ledgers[writer], new byte[LedgerTask.LEDGER_BYTES]);
    }
    try (StateStore store = Stores.open(uri)) {
      for (int round = 0; round < count; round++) {
        List<Worker> running = start();
        Thread.sleep(random.nextInt(300));
        killSome(running);
        for (int writer = 0; writer < WRITERS; writer++) {
          requireKept(store, writer, ledgers[writer]);
        }
      }
    }
  }

  /** One process per writer, started together: process i has ledger i. */
  private List<Worker> start() throws IOException {
    Map<String, String> arguments =
        Map.of("seed", Integer.toString(random.nextInt()), "ledgers", directory.toString());
    List<Worker> running = workers.start(WRITERS, LedgerTask.class, arguments);
    for (Worker worker : running) {
      assertThat(worker.receive()).isEqualTo("writing");
    }
    return running;
  }

  /** Two at the same time, and the third, which goes on meanwhile, a little later. */
  private void killSome(List<Worker> running) throws Exception {
    List<Worker> order = new ArrayList<>(running);
    Collections.shuffle(order, random);
    Thread other = new Thread(order.get(0)::kill, "killer");
    other.start();
    order.get(1).kill();
    other.join();
    Thread.sleep(random.nextInt(200));
    if (random.nextBoolean()) {
      order.get(2).kill();
    } else {
      order.get(2).send("stop");
      assertThat(order.get(2).receive()).isEqualTo("done");
      order.get(2).awaitEnd();
    }
  }

  private void requireKept(StateStore store, int writer, Path ledger) throws IOException {
    ByteBuffer steps = ByteBuffer.wrap(Files.readAllBytes(ledger)).order(ByteOrder.nativeOrder());
    Table table = store.table(LedgerTask.SPEC);
    long total = 0;
    try (StoreSession session = store.openSession()) {
      SingleKey single = session.single();
      for (int number = 0; number < LedgerTask.KEYS; number++) {
        long step = steps.getLong(number * Long.BYTES);
        total += step;
        SingleKey.Result read = single.read(table, LedgerTask.key(writer, number));
        assertThat(read.outcome()).isIn(Outcome.OK, Outcome.ABSENT);
        boolean last = Arrays.equals(read.value(), LedgerTask.value(writer, number, step));
        boolean next = Arrays.equals(read.value(), LedgerTask.value(writer, number, step + 1));
        assertThat(last || next)
            .as("seed %d: key %d of writer %d, %d steps", seed, number, writer, step)
            .isTrue();
        if (!last) {
          // Applied but not acknowledged: the next writer of this key goes on from there.
          steps.putLong(number * Long.BYTES, step + 1);
        }
      }
    }
    Files.write(ledger, steps.array());
    System.out.printf("writer %d: %d steps%n", writer, total);
  }
}
