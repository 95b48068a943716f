package org.statelessnf.store;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Single-key calls over a session: a batch of one slot each. For tools, tests and start-up code;
 * the packet path uses batches.
 */
public final class SingleKey {
  private final StoreSession session;
  private final ReadBatch reads;
  private final WriteBatch writes;

  /**
   * For sessions; users call {@link StoreSession#single}.
   *
   * @param session the session to work with
   */
  public SingleKey(StoreSession session) {
    this.session = session;
    this.reads = session.newReadBatch(1);
    this.writes = session.newWriteBatch(1);
  }

  /**
   * What a call returned.
   *
   * @param outcome what became of it
   * @param version the record's version after the call, or the current one on a mismatch; 0 if
   *     there is no record
   * @param value the record's value for a read, the current value that a mismatch returned, else
   *     null
   * @param counter an increment's new value, else 0
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  public record Result(Outcome outcome, long version, byte @Nullable [] value, long counter) {}

  /**
   * Reads a record.
   *
   * @param table a table of the session's store
   * @param key the key
   */
  public Result read(Table table, byte[] key) {
    reads.clear();
    reads.add(table, key);
    session.execute(reads);
    boolean found = reads.outcome(0) == Outcome.OK;
    return new Result(reads.outcome(0), reads.version(0), found ? reads.value(0) : null, 0);
  }

  /**
   * Writes whatever the current version is.
   *
   * @param table a table of the session's store
   * @param key the key
   * @param value the new value
   */
  public Result put(Table table, byte[] key, byte[] value) {
    writes.clear();
    writes.put(table, of(key), 0, key.length, of(value), 0, value.length);
    return run();
  }

  /**
   * Writes only if there is no record.
   *
   * @param table a table of the session's store
   * @param key the key
   * @param value the new value
   */
  public Result putIfAbsent(Table table, byte[] key, byte[] value) {
    return putIfVersion(table, key, value, 0);
  }

  /**
   * Writes only if the record has the expected version.
   *
   * @param table a table of the session's store
   * @param key the key
   * @param value the new value
   * @param expected the version that was read; 0 for absent
   */
  public Result putIfVersion(Table table, byte[] key, byte[] value, long expected) {
    writes.clear();
    writes.putIfVersion(table, of(key), 0, key.length, of(value), 0, value.length, expected);
    return run();
  }

  /**
   * Removes whatever the current version is.
   *
   * @param table a table of the session's store
   * @param key the key
   */
  public Result remove(Table table, byte[] key) {
    writes.clear();
    writes.remove(table, of(key), 0, key.length);
    return run();
  }

  /**
   * Removes only if the record has the expected version.
   *
   * @param table a table of the session's store
   * @param key the key
   * @param expected the version that was read, not 0
   */
  public Result removeIfVersion(Table table, byte[] key, long expected) {
    writes.clear();
    writes.removeIfVersion(table, of(key), 0, key.length, expected);
    return run();
  }

  /**
   * Adds to a counter, at the store.
   *
   * @param table a table of the session's store
   * @param key the key
   * @param delta what to add
   */
  public Result increment(Table table, byte[] key, long delta) {
    writes.clear();
    writes.increment(table, of(key), 0, key.length, delta);
    return run();
  }

  private Result run() {
    session.execute(writes);
    Outcome outcome = writes.outcome(0);
    boolean counted = outcome == Outcome.OK && writes.op(0) == Op.INCREMENT;
    return new Result(
        outcome,
        writes.version(0),
        outcome == Outcome.MISMATCH ? writes.current(0) : null,
        counted ? writes.counter(0) : 0);
  }

  private static MemorySegment of(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }
}
