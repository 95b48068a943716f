package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * Keys that are counted up by conditional writes, batch after batch, and what was acknowledged of
 * it. A key found with a smaller number than was acknowledged has lost a write.
 */
final class Ledger implements AutoCloseable {
  static final int KEYS = 64;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Table table;
  private final StoreSession session;
  private final WriteBatch batch;
  private final MemorySegment[] keys = new MemorySegment[KEYS];
  private final long[] acknowledged = new long[KEYS];
  private final long[] attempted = new long[KEYS];
  private final long[] versions = new long[KEYS];
  private final List<Set<Long>> written = new ArrayList<>();
  private final Set<Integer> lost = new HashSet<>();

  Ledger(StateStore store) {
    this.table = store.table(TableSpec.of("ledger", 8, 8));
    this.session = store.openSession();
    this.batch = session.newWriteBatch(KEYS);
    for (int i = 0; i < KEYS; i++) {
      keys[i] = MemorySegment.ofArray(number(i));
      written.add(new HashSet<>());
    }
  }

  /**
   * Counts every key up once.
   *
   * @return how many were acknowledged
   */
  int round() {
    batch.clear();
    for (int i = 0; i < KEYS; i++) {
      MemorySegment value = MemorySegment.ofArray(number(++attempted[i]));
      if (versions[i] == 0) {
        batch.putIfAbsent(table, keys[i], 0, 8, value, 0, 8);
      } else {
        batch.putIfVersion(table, keys[i], 0, 8, value, 0, 8, versions[i]);
      }
    }
    session.execute(batch);
    int count = 0;
    for (int i = 0; i < KEYS; i++) {
      Outcome outcome = batch.outcome(i);
      if (outcome == Outcome.OK) {
        count++;
        acknowledged[i] = attempted[i];
        versions[i] = batch.version(i);
        assertThat(written.get(i).add(versions[i])).as("a version of its own").isTrue();
      } else if (outcome == Outcome.MISMATCH) {
        // Of an earlier write whose outcome is unknown, or what a fail-over went back to.
        versions[i] = batch.version(i);
        found(i, batch.current(i));
      } else {
        assertThat(outcome).isIn(Outcome.UNAVAILABLE, Outcome.UNKNOWN);
      }
    }
    return count;
  }

  /** Goes on for a while. */
  void rounds(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() - end < 0) {
      round();
    }
  }

  /** Goes on until a whole round is acknowledged: service has resumed, on the same session. */
  void awaitService() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (round() < KEYS) {
      assertThat(System.nanoTime() - end).as("service resumes").isNegative();
    }
  }

  /** Reads all keys. */
  void readAll() {
    ReadBatch reads = session.newReadBatch(KEYS);
    long end = System.nanoTime() + PATIENCE_NANOS;
    boolean unanswered = true;
    while (unanswered) {
      assertThat(System.nanoTime() - end).as("reads are served").isNegative();
      reads.clear();
      for (MemorySegment key : keys) {
        reads.add(table, key, 0, 8);
      }
      session.execute(reads);
      unanswered = false;
      for (int i = 0; i < KEYS; i++) {
        unanswered |= reads.outcome(i) == Outcome.UNAVAILABLE;
      }
    }
    for (int i = 0; i < KEYS; i++) {
      assertThat(reads.outcome(i)).isIn(Outcome.OK, Outcome.ABSENT);
      found(i, reads.outcome(i) == Outcome.OK ? reads.value(i) : null);
    }
  }

  private void found(int i, byte @Nullable [] value) {
    if ((value == null ? 0 : ByteBuffer.wrap(value).getLong()) < acknowledged[i]) {
      lost.add(i);
    }
  }

  /** Keys that lost an acknowledged write. */
  Set<Integer> lost() {
    return lost;
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @Override
  public void close() {
    session.close();
  }
}
