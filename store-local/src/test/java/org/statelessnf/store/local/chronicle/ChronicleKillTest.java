package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
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
        Worker[] running = start(ledgers);
        Thread.sleep(random.nextInt(300));
        killSome(running);
        for (int writer = 0; writer < WRITERS; writer++) {
          requireKept(store, writer, ledgers[writer]);
        }
      }
    }
  }

  private Worker[] start(Path[] ledgers) throws IOException {
    return IntStream.range(0, WRITERS)
        .mapToObj(writer -> start(writer, ledgers[writer]))
        .toArray(Worker[]::new);
  }

  private Worker start(int writer, Path ledger) {
    try {
      Map<String, String> arguments = new HashMap<>();
      arguments.put("writer", Integer.toString(writer));
      arguments.put("seed", Integer.toString(random.nextInt()));
      arguments.put("ledger", ledger.toString());
      Worker worker = workers.start(1, LedgerTask.class, arguments).getFirst();
      assertThat(worker.receive()).isEqualTo("writing");
      return worker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two at the same time, and the third, which goes on meanwhile, a little later. */
  private void killSome(Worker[] running) throws Exception {
    List<Worker> order = Arrays.asList(running);
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
