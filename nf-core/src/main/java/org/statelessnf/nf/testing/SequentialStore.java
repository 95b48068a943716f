package org.statelessnf.nf.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/** The records of a runner's instances, read and written one at a time. */
final class SequentialStore implements AutoCloseable {
  private final MemoryStore store;
  private final StoreSession session;
  private final SingleKey single;
  private final Map<StateTable, Table> tables = new HashMap<>();

  /**
   * An empty store.
   *
   * @param clockNanos packet time
   */
  SequentialStore(LongSupplier clockNanos) {
    store = new MemoryStore(() -> Math.floorDiv(clockNanos.getAsLong(), 1_000_000));
    session = store.openSession();
    single = session.single();
  }

  StoreSession session() {
    return session;
  }

  Table open(StateTable table) {
    return tables.computeIfAbsent(table, t -> store.table(t.spec()));
  }

  void read(SequentialRecord record) {
    SingleKey.Result result = single.read(open(record.id().table()), record.id().bytes());
    record.read(result.value(), result.version());
  }

  /** Writes or removes a record on the condition that it is as it was read. */
  Outcome write(SequentialRecord record) {
    Table table = open(record.id().table());
    byte[] key = record.id().bytes();
    SingleKey.Result result =
        record.exists()
            ? single.putIfVersion(table, key, record.value(), record.version())
            : single.removeIfVersion(table, key, record.version());
    return result.outcome();
  }

  /** Writes whatever is there. */
  void put(StateTable table, byte[] key, byte[] value) {
    single.put(open(table), key, value);
  }

  void add(SequentialStep.Addition addition) {
    RecordId id = addition.id();
    single.increment(open(id.table()), id.bytes(), addition.delta());
  }

  /** Records read so far. */
  long reads() {
    return store.reads();
  }

  /** Writes so far. */
  long writes() {
    return store.writes();
  }

  /** Live records of a table. */
  int size(StateTable table) {
    return store.size(open(table));
  }

  /** A record's value; null if there is none. Does not count as a read. */
  byte @Nullable [] value(StateTable table, byte[] key) {
    return store.peek(open(table), key);
  }

  @Override
  public void close() {
    store.close();
  }
}
