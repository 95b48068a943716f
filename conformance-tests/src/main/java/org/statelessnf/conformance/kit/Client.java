package org.statelessnf.conformance.kit;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/**
 * A session with single-key calls in bytes and answers that check themselves. Belongs to one thread
 * at a time, like its session. Every operation has {@value #PATIENCE_SECONDS} s, so that a busy
 * machine is not taken for a broken store; rules about deadlines use the session itself.
 *
 * <p>Timers and filters: {@link #timers()} and {@link #filters()}.
 */
public final class Client implements AutoCloseable {
  /** Time that an operation has. */
  public static final int PATIENCE_SECONDS = 30;

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);

  private final StoreSession session;
  private final long timeoutNanos;
  private final ReadBatch read;
  private final WriteBatch write;
  private @Nullable TimerClient timers;
  private @Nullable FilterClient filters;

  /**
   * Opens a session.
   *
   * @param store where
   */
  public Client(StateStore store) {
    this(store, PATIENCE);
  }

  /**
   * Opens a session whose operations have another timeout.
   *
   * @param store where
   * @param timeoutNanos time that an operation has
   */
  public Client(StateStore store, long timeoutNanos) {
    this.session = store.openSession();
    this.timeoutNanos = timeoutNanos;
    this.read = session.newReadBatch(1);
    this.write = session.newWriteBatch(1);
  }

  /** The session. */
  public StoreSession session() {
    return session;
  }

  /** Timer calls over the same session. */
  public TimerClient timers() {
    if (timers == null) {
      timers = new TimerClient(this);
    }
    return timers;
  }

  /** Filter calls over the same session. */
  public FilterClient filters() {
    if (filters == null) {
      filters = new FilterClient(this);
    }
    return filters;
  }

  /**
   * Submits and waits.
   *
   * @param batch filled, of this session
   */
  public void run(Batch batch) {
    submit(batch);
    session.await(batch);
  }

  /**
   * Submits, polling while the session pushes back.
   *
   * @param batch filled, of this session
   */
  public void submit(Batch batch) {
    long giveUp = System.nanoTime() + 2 * PATIENCE;
    while (!session.submit(batch, timeoutNanos)) {
      session.poll();
      Thread.onSpinWait();
      if (System.nanoTime() - giveUp > 0) {
        throw new AssertionError(
            "submit has pushed back for %d s; in flight: %d"
                .formatted(2 * PATIENCE_SECONDS, session.inFlight()));
      }
    }
  }

  /**
   * Reads a record.
   *
   * @param table where
   * @param key its key
   */
  public Answer read(Table table, byte[] key) {
    read.clear();
    read.add(table, key);
    run(read);
    boolean found = read.outcome(0) == Outcome.OK;
    return new Answer(
        new Call(Op.READ, table, key, 0),
        read.outcome(0),
        read.version(0),
        found ? read.value(0) : null,
        0);
  }

  /**
   * Writes whatever is there.
   *
   * @param table where
   * @param key the key
   * @param value the value
   */
  public Answer put(Table table, byte[] key, byte[] value) {
    return put(table, key, value, 0);
  }

  /**
   * Writes with a time-to-live of its own.
   *
   * @param table where
   * @param key the key
   * @param value the value
   * @param ttlMillis as for {@link WriteBatch#ttlMillis}; 0 for the table's
   */
  public Answer put(Table table, byte[] key, byte[] value, long ttlMillis) {
    write.clear();
    write.put(table, of(key), 0, key.length, of(value), 0, value.length);
    return finish(table, key, ttlMillis, 0);
  }

  /**
   * Writes if there is no record.
   *
   * @param table where
   * @param key the key
   * @param value the value
   */
  public Answer putIfAbsent(Table table, byte[] key, byte[] value) {
    write.clear();
    write.putIfAbsent(table, of(key), 0, key.length, of(value), 0, value.length);
    return finish(table, key, 0, 0);
  }

  /**
   * Writes if the record has a version.
   *
   * @param table where
   * @param key the key
   * @param value the value
   * @param expected the version
   */
  public Answer putIfVersion(Table table, byte[] key, byte[] value, long expected) {
    write.clear();
    write.putIfVersion(table, of(key), 0, key.length, of(value), 0, value.length, expected);
    return finish(table, key, 0, expected);
  }

  /**
   * Removes whatever is there.
   *
   * @param table where
   * @param key the key
   */
  public Answer remove(Table table, byte[] key) {
    write.clear();
    write.remove(table, of(key), 0, key.length);
    return finish(table, key, 0, 0);
  }

  /**
   * Removes if the record has a version.
   *
   * @param table where
   * @param key the key
   * @param expected the version
   */
  public Answer removeIfVersion(Table table, byte[] key, long expected) {
    write.clear();
    write.removeIfVersion(table, of(key), 0, key.length, expected);
    return finish(table, key, 0, expected);
  }

  /**
   * Adds to a counter.
   *
   * @param table where
   * @param key the key
   * @param delta what to add
   */
  public Answer increment(Table table, byte[] key, long delta) {
    write.clear();
    write.increment(table, of(key), 0, key.length, delta);
    return finish(table, key, 0, delta);
  }

  /**
   * The answer of a slot of a done multi-write.
   *
   * @param batch done
   * @param slot 0 to {@code size() - 1}
   */
  public static Answer answer(WriteBatch batch, int slot) {
    return answer(batch, slot, batch.table(slot), batch.key(slot), 0);
  }

  /**
   * The answer of a slot of a done multi-read.
   *
   * @param batch done
   * @param slot 0 to {@code size() - 1}
   */
  public static Answer answer(ReadBatch batch, int slot) {
    boolean found = batch.outcome(slot) == Outcome.OK;
    return new Answer(
        "slot %d: %s".formatted(slot, new Call(Op.READ, batch.table(slot), batch.key(slot), 0)),
        batch.outcome(slot),
        batch.version(slot),
        found ? batch.value(slot) : null,
        0);
  }

  private Answer finish(Table table, byte[] key, long ttlMillis, long detail) {
    if (ttlMillis != 0) {
      write.ttlMillis(0, ttlMillis);
    }
    run(write);
    return answer(write, 0, table, key, detail);
  }

  private static Answer answer(WriteBatch batch, int slot, Table table, byte[] key, long detail) {
    Op op = batch.op(slot);
    Outcome outcome = batch.outcome(slot);
    boolean counted = op == Op.INCREMENT && outcome == Outcome.OK;
    return new Answer(
        new Call(op, table, key, detail),
        outcome,
        batch.version(slot),
        outcome == Outcome.MISMATCH ? batch.current(slot) : null,
        counted ? batch.counter(slot) : 0);
  }

  static MemorySegment of(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  @Override
  public void close() {
    session.close();
  }
}
