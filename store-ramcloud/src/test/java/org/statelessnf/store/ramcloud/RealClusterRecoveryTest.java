package org.statelessnf.store.ramcloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * A server of a real cluster is killed while a session writes: no acknowledged write is lost, and
 * the session goes on by itself. {@code SNF_RAMCLOUD_KILL} is the shell command that kills one,
 * such as {@code kill -9 4711}; the cluster must replicate. It has a server less afterwards.
 */
@EnabledIfEnvironmentVariable(
    named = NativeRamcloud.LIBRARY_VARIABLE,
    matches = ".+",
    disabledReason = RealCluster.SKIPPED)
@EnabledIfEnvironmentVariable(
    named = RealCluster.LOCATOR,
    matches = ".+",
    disabledReason = RealCluster.SKIPPED)
@EnabledIfEnvironmentVariable(
    named = RealClusterRecoveryTest.KILL,
    matches = ".+",
    disabledReason =
        "SKIPPED: SNF_RAMCLOUD_KILL does not say how to kill a server, see docs/ramcloud.md")
class RealClusterRecoveryTest {
  static final String KILL = "SNF_RAMCLOUD_KILL";

  private static final int KEYS = 4000;
  private static final int SLOTS = 100;
  private static final int ROUNDS_BEFORE = 3;
  private static final int ROUNDS_AFTER = 3;
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(2);
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(4);

  /** A key's last acknowledged write: its version and round. */
  private final long[] versions = new long[KEYS];

  private final int[] rounds = new int[KEYS];

  /** Keys of which nobody knows what was written last; what is overdue may still arrive. */
  private final Set<Integer> uncertain = new TreeSet<>();

  private final Set<Integer> overdue = new HashSet<>();
  private int acknowledged;
  private int unknown;
  private int unavailable;
  private long longestNanos;

  @Test
  void shouldLoseNoAcknowledgedWriteWhenAServerIsKilled(TestReporter reporter)
      throws IOException, InterruptedException {
    Arrays.fill(rounds, -1);
    String uri = RealCluster.uri("&timeout=2s&connectTimeout=60s&span=6");
    try (StateStore store = Stores.open(uri);
        StoreSession session = store.openSession()) {
      Table table = store.table(TableSpec.of("recovery-" + System.nanoTime(), 32, 64));
      WriteBatch writes = session.newWriteBatch(SLOTS);
      int round = 0;
      while (round < ROUNDS_BEFORE) {
        writeAll(session, table, writes, round++);
      }
      final int before = acknowledged;
      Process kill = new ProcessBuilder("sh", "-c", System.getenv(KILL)).inheritIO().start();
      long killedAt = System.nanoTime();
      long servedAt = 0; // when every key had been written once more
      int whole = 0;
      while (whole < ROUNDS_AFTER) {
        boolean killed = !kill.isAlive();
        int failures = unknown + unavailable;
        writeAll(session, table, writes, round++);
        whole = killed && unknown + unavailable == failures ? whole + 1 : 0;
        servedAt = whole == 1 ? System.nanoTime() : servedAt;
        assertThat(System.nanoTime() - killedAt)
            .as("the session is served again")
            .isLessThan(PATIENCE);
      }
      assertThat(kill.waitFor()).as("exit code of %s", System.getenv(KILL)).isZero();
      verify(session, table);
      report(reporter, "acknowledged before the kill", before);
      report(reporter, "acknowledged in all, none of them lost", acknowledged);
      report(reporter, "unknown", unknown);
      report(reporter, "unavailable", unavailable);
      report(reporter, "longest batch ms", TimeUnit.NANOSECONDS.toMillis(longestNanos));
      report(reporter, "all served again ms", (servedAt - killedAt) / 1_000_000);
    }
  }

  private static void report(TestReporter reporter, String what, long value) {
    reporter.publishEntry(what, Long.toString(value));
  }

  /** Writes every key on the condition of its version; those that are uncertain are read first. */
  private void writeAll(StoreSession session, Table table, WriteBatch writes, int round) {
    settle(session, table);
    int[] keys = new int[SLOTS];
    for (int from = 0; from < KEYS; from += SLOTS) {
      writes.clear();
      for (int key = from; key < from + SLOTS; key++) {
        if (!uncertain.contains(key)) {
          byte[] name = name(key);
          byte[] value = value(key, round);
          keys[writes.size()] = key;
          writes.putIfVersion(
              table, segment(name), 0, name.length, segment(value), 0, value.length, versions[key]);
        }
      }
      if (writes.size() > 0) {
        long start = System.nanoTime();
        session.submit(writes, TIMEOUT);
        session.await(writes);
        longestNanos = Math.max(longestNanos, System.nanoTime() - start);
        for (int slot = 0; slot < writes.size(); slot++) {
          written(writes, slot, keys[slot], round);
        }
      }
    }
  }

  private void written(WriteBatch writes, int slot, int key, int round) {
    Outcome outcome = writes.outcome(slot);
    switch (outcome) {
      case OK -> {
        versions[key] = writes.version(slot);
        rounds[key] = round;
        acknowledged++;
        overdue.remove(key); // what may still arrive counts on an older version
      }
      case UNKNOWN -> {
        unknown++;
        uncertain.add(key);
        overdue.add(key);
      }
      case UNAVAILABLE -> unavailable++;
      default -> {
        assertThat(overdue).as("key %d, the only writer's: %s", key, outcome).contains(key);
        uncertain.add(key);
      }
    }
  }

  /** Reads what became of the uncertain ones, as far as it is answered. */
  private void settle(StoreSession session, Table table) {
    ReadBatch reads = session.newReadBatch(SLOTS);
    List<Integer> keys = List.copyOf(uncertain);
    for (int from = 0; from < keys.size(); from += SLOTS) {
      List<Integer> some = keys.subList(from, Math.min(keys.size(), from + SLOTS));
      read(session, table, reads, some, TIMEOUT);
      for (int slot = 0; slot < some.size(); slot++) {
        int key = some.get(slot);
        if (reads.outcome(slot) == Outcome.OK) {
          assertThat(reads.version(slot)).as("key %d", key).isGreaterThanOrEqualTo(versions[key]);
          versions[key] = reads.version(slot);
          rounds[key] = round(reads.value(slot));
          uncertain.remove(key);
        } else {
          assertThat(reads.outcome(slot))
              .as("key %d, acknowledged", key)
              .isEqualTo(Outcome.UNAVAILABLE);
        }
      }
    }
  }

  private void verify(StoreSession session, Table table) {
    ReadBatch reads = session.newReadBatch(SLOTS);
    for (int from = 0; from < KEYS; from += SLOTS) {
      List<Integer> keys = IntStream.range(from, from + SLOTS).boxed().toList();
      read(session, table, reads, keys, TimeUnit.SECONDS.toNanos(60));
      for (int slot = 0; slot < SLOTS; slot++) {
        int key = from + slot;
        assertThat(reads.outcome(slot)).as("key %d", key).isEqualTo(Outcome.OK);
        assertThat(reads.version(slot)).as("key %d", key).isEqualTo(versions[key]);
        assertThat(round(reads.value(slot))).as("key %d", key).isEqualTo(rounds[key]);
      }
    }
  }

  private static void read(
      StoreSession session, Table table, ReadBatch reads, List<Integer> keys, long timeoutNanos) {
    reads.clear();
    for (int key : keys) {
      byte[] name = name(key);
      reads.add(table, segment(name), 0, name.length);
    }
    session.submit(reads, timeoutNanos);
    session.await(reads);
  }

  private static MemorySegment segment(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private static byte[] name(int key) {
    return "key-%08d".formatted(key).getBytes(UTF_8);
  }

  private static byte[] value(int key, int round) {
    return "%d of %d, and something to make it longer".formatted(round, key).getBytes(UTF_8);
  }

  private static int round(byte[] value) {
    String text = new String(value, UTF_8);
    return Integer.parseInt(text.substring(0, text.indexOf(' ')));
  }
}
