package org.statelessnf.conformance.history;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.WriteBatch;

/**
 * One client of a recorded run: random operations on few keys, in batches, several in flight where
 * the store takes them.
 *
 * <p>What is done to a key follows from its number: a quarter of the keys are only written, a
 * quarter removed, too, a quarter are counters, and a quarter are counters that are written and
 * removed as well. Without increments or removes these parts fall away.
 */
public final class RegisterLoad {
  private static final int MAX_DEPTH = 4;

  /**
   * What to do.
   *
   * @param keys how many records
   * @param operations how many at most
   * @param maxBatch slots of a batch at most
   * @param timeoutNanos time that a batch has
   * @param pauseNanos wait after each batch
   */
  public record Plan(int keys, int operations, int maxBatch, long timeoutNanos, long pauseNanos) {
    /** For a store that is well. */
    public static Plan of(int keys, int operations) {
      return new Plan(keys, operations, 6, TimeUnit.SECONDS.toNanos(30), 0);
    }
  }

  /** A batch and the numbers of its slots in the log. */
  private static final class Flight {
    final Batch batch;
    long invoked;
    final long[] numbers;
    final int[] keys;

    Flight(Batch batch) {
      this.batch = batch;
      this.numbers = new long[batch.capacity()];
      this.keys = new int[batch.capacity()];
    }
  }

  private final StoreSession session;
  private final Table table;
  private final HistoryLog log;
  private final Plan plan;
  private final Random random;
  private final int client;
  private final boolean increments;
  private final long[] known;
  private final long[] older;
  private final Flight[] reads;
  private final Flight[] writes;
  private int serial;
  private volatile long lastServed = System.nanoTime();

  /**
   * Prepares the client.
   *
   * @param session its session
   * @param table opened by {@link #spec}
   * @param log where it records
   * @param plan what it does
   * @param client its number, different from that of every other client of the run
   * @param random what its choices follow from
   */
  public RegisterLoad(
      StoreSession session, Table table, HistoryLog log, Plan plan, int client, Random random) {
    this.session = session;
    this.table = table;
    this.log = log;
    this.plan = plan;
    this.client = client;
    this.random = random;
    this.increments = session.store().capabilities().has(Feature.INCREMENT);
    this.known = new long[plan.keys()];
    this.older = new long[plan.keys()];
    int depth = Math.min(MAX_DEPTH, session.store().capabilities().maxInFlight());
    this.reads = new Flight[depth];
    this.writes = new Flight[depth];
    for (int i = 0; i < depth; i++) {
      reads[i] = new Flight(session.newReadBatch(plan.maxBatch()));
      writes[i] = new Flight(session.newWriteBatch(plan.maxBatch()));
    }
  }

  /**
   * The table of a run.
   *
   * @param name its name
   */
  public static TableSpec spec(String name) {
    return TableSpec.of(name, 16, Tags.MAX_BYTES);
  }

  /**
   * The key of a number.
   *
   * @param number 0 to keys - 1
   */
  public static byte[] key(int number) {
    return Kit.bytes("r" + number);
  }

  /**
   * Reads every key once.
   *
   * @param session of the store
   * @param table opened by {@link #spec}
   * @param log where it is recorded
   * @param keys how many
   */
  static void readAll(StoreSession session, Table table, HistoryLog log, int keys) {
    Plan once = Plan.of(keys, keys);
    RegisterLoad load = new RegisterLoad(session, table, log, once, 0, new Random(0));
    for (int key = 0; key < keys; key++) {
      Flight flight = load.reads[0];
      load.harvest(flight);
      flight.batch.clear();
      flight.keys[0] = key;
      flight.numbers[0] = log.invoke(key, Op.READ, System.nanoTime(), 0, 0);
      ((ReadBatch) flight.batch).add(table, key(key));
      while (!session.submit(flight.batch, once.timeoutNanos())) {
        session.poll();
      }
      load.land(flight);
    }
  }

  /**
   * Runs until all operations are done, the log is full, or it is told to stop.
   *
   * @param stop asked before each batch
   */
  public void run(BooleanSupplier stop) {
    int left = plan.operations();
    while (left > 0 && log.hasRoom(plan.maxBatch()) && !stop.getAsBoolean()) {
      Flight flight = idle(random.nextInt(100) < 40 ? reads : writes);
      if (flight == null) {
        progress();
        continue;
      }
      int size = Math.min(left, 1 + random.nextInt(plan.maxBatch()));
      launch(flight, size);
      left -= size;
      if (plan.pauseNanos() > 0) {
        LockSupport.parkNanos(plan.pauseNanos());
      }
    }
    for (int i = 0; i < reads.length; i++) {
      land(reads[i]);
      land(writes[i]);
    }
  }

  /** When the latest operation was invoked that the store has answered. */
  long lastServed() {
    return lastServed;
  }

  private static @Nullable Flight idle(Flight[] flights) {
    for (Flight flight : flights) {
      if (!flight.batch.isInFlight()) {
        return flight;
      }
    }
    return null;
  }

  private void progress() {
    if (session.poll() > 0) {
      for (int i = 0; i < reads.length; i++) {
        harvest(reads[i]);
        harvest(writes[i]);
      }
    } else {
      Thread.onSpinWait();
    }
  }

  private void launch(Flight flight, int size) {
    harvest(flight);
    flight.batch.clear();
    long now = System.nanoTime();
    flight.invoked = now;
    for (int slot = 0; slot < size; slot++) {
      int key = random.nextInt(plan.keys());
      flight.keys[slot] = key;
      if (flight.batch instanceof ReadBatch read) {
        byte[] bytes = key(key);
        flight.numbers[slot] = log.invoke(key, Op.READ, now, 0, 0);
        read.add(table, bytes);
      } else {
        flight.numbers[slot] = addWrite((WriteBatch) flight.batch, key, now);
      }
    }
    while (!session.submit(flight.batch, plan.timeoutNanos())) {
      progress();
    }
    harvest(flight);
  }

  private long addWrite(WriteBatch batch, int key, long now) {
    boolean counter = isCounter(key);
    boolean removable = (key & 1) != 0;
    byte[] bytes = key(key);
    MemorySegment at = MemorySegment.ofArray(bytes);
    int draw = random.nextInt(100);
    if (counter && (draw < 60 || !removable)) {
      long delta = 1L + random.nextInt(9);
      long number = log.invoke(key, Op.INCREMENT, now, 0, delta);
      batch.increment(table, at, 0, bytes.length, delta);
      return number;
    }
    long expected = random.nextInt(10) == 0 ? older[key] : known[key];
    if (removable && draw % 5 == 0) {
      boolean conditional = expected != 0 && random.nextBoolean();
      Op op = conditional ? Op.REMOVE_IF_VERSION : Op.REMOVE;
      long number = log.invoke(key, op, now, conditional ? expected : 0, 0);
      if (conditional) {
        batch.removeIfVersion(table, at, 0, bytes.length, expected);
      } else {
        batch.remove(table, at, 0, bytes.length);
      }
      return number;
    }
    long tag = Tags.tag(client, ++serial);
    byte[] value = Tags.value(tag, counter);
    MemorySegment from = MemorySegment.ofArray(value);
    if (random.nextInt(4) == 0) {
      long number = log.invoke(key, Op.PUT, now, 0, tag);
      batch.put(table, at, 0, bytes.length, from, 0, value.length);
      return number;
    }
    Op op = expected == 0 ? Op.PUT_IF_ABSENT : Op.PUT_IF_VERSION;
    long number = log.invoke(key, op, now, expected, tag);
    batch.putIfVersion(table, at, 0, bytes.length, from, 0, value.length, expected);
    return number;
  }

  private boolean isCounter(int key) {
    return increments && (key & 2) != 0;
  }

  private void land(Flight flight) {
    if (flight.batch.isInFlight()) {
      session.await(flight.batch);
    }
    harvest(flight);
  }

  /** Records the answers of a batch that is done, and clears it. */
  private void harvest(Flight flight) {
    if (!flight.batch.isDone()) {
      return;
    }
    long now = System.nanoTime();
    for (int slot = 0; slot < flight.batch.size(); slot++) {
      int key = flight.keys[slot];
      Outcome outcome = flight.batch.outcome(slot);
      long version;
      long seen = Operation.NOTHING;
      if (flight.batch instanceof ReadBatch read) {
        version = read.version(slot);
        if (outcome == Outcome.OK) {
          seen = Tags.tag(read.value(slot), isCounter(key));
        }
      } else {
        WriteBatch write = (WriteBatch) flight.batch;
        boolean answered = outcome == Outcome.OK || outcome == Outcome.MISMATCH;
        version = answered ? write.version(slot) : 0;
        byte[] current = outcome == Outcome.MISMATCH ? write.current(slot) : null;
        if (current != null) {
          seen = Tags.tag(current, isCounter(key));
        } else if (write.op(slot) == Op.INCREMENT && outcome == Outcome.OK) {
          seen = write.counter(slot);
        }
      }
      log.complete(flight.numbers[slot], now, outcome, version, seen);
      if (outcome == Outcome.OK || outcome == Outcome.ABSENT || outcome == Outcome.MISMATCH) {
        lastServed = flight.invoked;
      }
      older[key] = known[key];
      known[key] = version;
    }
    flight.batch.clear();
  }
}
