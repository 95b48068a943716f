package org.statelessnf.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * A store filled with records, and multi-reads of 100 of them drawn evenly: what a bare map or
 * client with the same records is compared with. One thread.
 */
final class MultiReadSubject implements AutoCloseable {
  static final int BATCH = 100;
  static final int KEY_BYTES = 24;
  static final int VALUE_BYTES = 64;
  private static final int ORDER = 1 << 20;

  private final StateStore store;
  private final StoreSession session;
  private final Table table;
  private final ReadBatch batch;
  private final WriteBatch writes;
  private final MemorySegment keys;
  private final int[] order;
  private final long[] versions;
  private final int[] drawn = new int[BATCH];
  private int next;

  /** Gets the same records. */
  @FunctionalInterface
  interface Peer {
    /**
     * Takes a record.
     *
     * @param index of the key
     * @param key its own copy
     * @param value used again for the next record
     */
    void put(int index, byte[] key, byte[] value);
  }

  /**
   * Opens a store and fills it, and its peer, with random records.
   *
   * @param uri the store
   * @param records how many
   * @param peer filled alongside
   */
  MultiReadSubject(String uri, int records, Peer peer) {
    SplittableRandom random = new SplittableRandom(1);
    order = random.ints(ORDER, 0, records).toArray();
    keys = Arena.ofAuto().allocate((long) records * KEY_BYTES, Long.BYTES);
    for (long at = 0; at < keys.byteSize(); at += Long.BYTES) {
      keys.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
    store = Stores.open(uri);
    session = store.openSession();
    table = store.table(TableSpec.of("flows", KEY_BYTES, VALUE_BYTES));
    batch = session.newReadBatch(BATCH);
    writes = session.newWriteBatch(BATCH);
    versions = new long[records];
    byte[] value = new byte[VALUE_BYTES];
    for (int first = 0; first < records; first += BATCH) {
      writes.clear();
      int last = Math.min(records, first + BATCH);
      for (int i = first; i < last; i++) {
        random.nextBytes(value);
        long at = (long) i * KEY_BYTES;
        writes.put(table, keys, at, KEY_BYTES, MemorySegment.ofArray(value), 0, VALUE_BYTES);
        peer.put(i, keys.asSlice(at, KEY_BYTES).toArray(ValueLayout.JAVA_BYTE), value);
      }
      session.execute(writes);
      for (int i = first; i < last; i++) {
        versions[i] = writes.version(i - first);
      }
    }
  }

  /** The next key to be read. */
  int nextIndex() {
    next = (next + 1) & (ORDER - 1);
    return order[next];
  }

  /** Fills a batch, submits it, looks at every answer; a sum over them. */
  long multiRead() {
    ReadBatch reads = batch;
    reads.clear();
    for (int i = 0; i < BATCH; i++) {
      reads.add(table, keys, (long) nextIndex() * KEY_BYTES, KEY_BYTES);
    }
    session.execute(reads);
    MemorySegment memory = reads.memory();
    long sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum += reads.version(i) + memory.get(ValueLayout.JAVA_LONG, reads.valueOffset(i));
    }
    return sum;
  }

  /** Writes a batch without conditions. */
  long multiWrite() {
    WriteBatch puts = writes;
    puts.clear();
    for (int i = 0; i < BATCH; i++) {
      long at = (long) nextIndex() * KEY_BYTES;
      puts.put(table, keys, at, KEY_BYTES, keys, 0, VALUE_BYTES);
    }
    session.execute(puts);
    return puts.version(0);
  }

  /** Draws a batch of different records. */
  int[] draw() {
    int share = versions.length / BATCH;
    for (int i = 0; i < BATCH; i++) {
      drawn[i] = i * share + nextIndex() % share;
    }
    return drawn;
  }

  /** Writes a batch of different records, each on condition of the version written last. */
  long conditionalWrite() {
    WriteBatch puts = writes;
    puts.clear();
    for (int number : draw()) {
      long at = (long) number * KEY_BYTES;
      puts.putIfVersion(table, keys, at, KEY_BYTES, keys, 0, VALUE_BYTES, versions[number]);
    }
    session.execute(puts);
    for (int i = 0; i < BATCH; i++) {
      if (puts.outcome(i) != Outcome.OK) {
        throw new IllegalStateException("slot " + i + ": " + puts.outcome(i));
      }
      versions[drawn[i]] = puts.version(i);
    }
    return puts.version(0);
  }

  /** The read batch's memory, to copy into as the store does. */
  MemorySegment memory() {
    return batch.memory();
  }

  @Override
  public void close() {
    store.close();
  }
}
