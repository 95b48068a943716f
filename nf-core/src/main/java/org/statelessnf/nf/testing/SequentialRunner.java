package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.store.Outcome;

/**
 * Runs a network function in the simplest way that is correct: one packet after the other, each
 * with its own reads and writes, over a hash map. Time is packet time: timers fire in the order of
 * their deadlines, before the first packet that is as late as they are.
 *
 * <p>Several instances can share the map, as instances of a network function share a store: {@link
 * #run(Packet)} deals packets to them in turn. Each instance has its own object, so a network
 * function that remembers what only the store should know gives itself away.
 *
 * <p>It is strict with the network function: {@code process} must leave the packet alone, write a
 * record only after {@link org.statelessnf.nf.StagedRecord#write}, and come to an end.
 *
 * <p>Not thread-safe.
 */
public final class SequentialRunner implements AutoCloseable {
  /** Longest time between two calls of {@code housekeeping}, by packet time. */
  private static final long HOUSEKEEPING_NANOS = 100_000_000;

  private static final long FIRST_OWNER = 0x5eed_0000_0000_0001L;
  private static final int MAX_FETCHES = 64;
  private static final int MAX_ATTEMPTS = 16;
  private static final int MAX_DEFERRALS = 3;

  private final List<Instance> instances;
  private final SequentialStore store = new SequentialStore(this::clockNanos);
  private final SimulatedTimers timers = new SimulatedTimers();
  private final SequentialStep step = new SequentialStep();
  private long clockNanos = Long.MIN_VALUE;
  private int turn;
  private long conflicts;
  private final List<Verdict.Frame> emitted = new ArrayList<>();

  /** A network function's object, and what the runner knows about it. */
  private static final class Instance {
    final NetworkFunction function;
    final SequentialContext context;
    long housekeptNanos = Long.MIN_VALUE;
    boolean alive = true;

    Instance(NetworkFunction function, SequentialContext context) {
      this.function = function;
      this.context = context;
    }
  }

  /**
   * One instance.
   *
   * @param function the network function
   */
  public SequentialRunner(NetworkFunction function) {
    this(List.of(function));
  }

  /**
   * Several instances that share one store.
   *
   * @param functions an object per instance, all configured alike
   */
  public SequentialRunner(List<? extends NetworkFunction> functions) {
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("no instance");
    }
    instances =
        functions.stream()
            .map(f ->
                new Instance(
                    f, new SequentialContext(store, this::clockNanos, FIRST_OWNER + turn++)))
            .toList();
    turn = 0;
  }

  /**
   * Runs a packet through the instance whose turn it is.
   *
   * @param packet frame, link type, time and direction are set; it is parsed here and not changed
   */
  public Verdict run(Packet packet) {
    return run(packet, nextAlive());
  }

  /**
   * Runs a packet through an instance.
   *
   * @param packet frame, link type, time and direction are set; it is parsed here and not changed
   * @param index of a living instance
   */
  public Verdict run(Packet packet, int index) {
    Instance instance = instances.get(index);
    if (!instance.alive) {
      throw new IllegalStateException("instance " + index + " was killed");
    }
    PacketParser.parse(packet);
    advanceTo(packet.timestampNanos());
    keepHouse(instance, false);
    byte[] before = bytes(packet);
    step.begin(packet.timestampNanos());
    instance.function.locate(packet, step);
    Verdict verdict = decide(instance, () -> instance.function.process(packet, step));
    if (!Arrays.equals(before, bytes(packet))) {
      throw new IllegalStateException("process() changed the packet: " + packet);
    }
    return verdict;
  }

  /**
   * Moves the clock, if it is not there yet, and fires the timers that are due meanwhile.
   *
   * @param nanos since the epoch
   */
  public void advanceTo(long nanos) {
    while (timers.nextDeadlineNanos() <= nanos) {
      clockNanos = Math.max(clockNanos, timers.nextDeadlineNanos());
      fire(timers.take());
    }
    clockNanos = Math.max(clockNanos, nanos);
  }

  /** Stops an instance abruptly: it gets no more packets, timers and calls. */
  public void kill(int index) {
    instances.get(index).alive = false;
  }

  /** The latest packet time, or what {@link #advanceTo} asked for; MIN_VALUE before any. */
  public long clockNanos() {
    return clockNanos;
  }

  /** Timers that are armed. */
  public int pendingTimers() {
    return timers.pending();
  }

  /** Records read from the store so far, housekeeping included. */
  public long reads() {
    return store.reads();
  }

  /** Writes given to the store so far, housekeeping included. */
  public long writes() {
    return store.writes();
  }

  /** Claims that met an existing record. */
  public long conflicts() {
    return conflicts;
  }

  /** Live records of a table. */
  public int size(StateTable table) {
    return store.size(table);
  }

  /** A record's value; null if there is none. Does not count as a read. */
  public byte @Nullable [] value(StateTable table, byte[] key) {
    return store.value(table, key);
  }

  /**
   * Puts a record into the store, as another program might have written it.
   *
   * @param table one of the network function's tables
   * @param key the record's key
   * @param value any bytes, no longer than the table takes
   */
  public void plant(StateTable table, byte[] key, byte[] value) {
    store.put(table, key, value);
  }

  /** Closes the living instances in good order, then the store. */
  @Override
  public void close() {
    for (Instance instance : instances) {
      if (instance.alive) {
        instance.function.close(instance.context);
      }
    }
    store.close();
  }

  private int nextAlive() {
    for (int i = 0; i < instances.size(); i++) {
      int index = turn;
      turn = (turn + 1) % instances.size();
      if (instances.get(index).alive) {
        return index;
      }
    }
    throw new IllegalStateException("no living instance");
  }

  private void keepHouse(Instance instance, boolean now) {
    boolean first = instance.housekeptNanos == Long.MIN_VALUE;
    if (now || first || clockNanos - instance.housekeptNanos >= HOUSEKEEPING_NANOS) {
      instance.housekeptNanos = clockNanos;
      instance.function.housekeeping(instance.context);
    }
  }

  private void fire(RecordId id) {
    Instance instance = instances.get(nextAlive());
    TimerEvent event = new FiredTimer(id);
    step.begin(clockNanos);
    instance.function.locate(event, step);
    Verdict verdict = decide(instance, () -> instance.function.onTimer(event, step));
    emitted.addAll(verdict.before());
    emitted.addAll(verdict.after());
  }

  /** Frames that timers emitted since this was asked last. */
  public List<Verdict.Frame> takeEmitted() {
    List<Verdict.Frame> frames = List.copyOf(emitted);
    emitted.clear();
    return frames;
  }

  private Verdict decide(Instance instance, Runnable call) {
    readAll();
    int attempt = 0;
    int fetches = 0;
    int deferrals = 0;
    while (attempt < MAX_ATTEMPTS) {
      step.startAttempt(attempt);
      call.run();
      RecordId wanted = step.wanted();
      if (wanted != null) {
        if (++fetches > MAX_FETCHES) {
          throw new IllegalStateException("fetches without end, the last one " + wanted);
        }
        store.read(step.stage(wanted, false));
      } else if (step.deferred() && deferrals++ < MAX_DEFERRALS) {
        keepHouse(instance, true);
        readAll();
      } else if (!commit()) {
        attempt++;
        conflicts++;
        readAll();
      } else if (step.proceeds()) {
        step.startLeg();
        attempt = 0;
        readAll();
      } else {
        for (byte[] report : step.reports()) {
          instance.function.reported(MemorySegment.ofArray(report), 0, report.length);
        }
        return step.verdict();
      }
    }
    return Verdict.drop(DropReason.CONFLICT);
  }

  /** False if a claim met an existing record: then the claims are staged to be read. */
  private boolean commit() {
    step.timers().forEach((r, millis) -> timers.arm(r.id(), clockNanos + millis * 1_000_000));
    List<SequentialRecord> records = step.staged();
    boolean claimed = true;
    for (SequentialRecord record : records) {
      if (record.claimed() && record.exists()) {
        claimed &= store.write(record) == Outcome.OK;
      }
    }
    if (!claimed) {
      for (SequentialRecord record : records) {
        if (record.claimed()) {
          step.stage(record.id(), false);
        }
      }
      return false;
    }
    for (SequentialRecord record : records) {
      if (!record.claimed() && record.changed()) {
        Outcome outcome = store.write(record);
        if (outcome != Outcome.OK) {
          throw new IllegalStateException(outcome + " for " + record);
        }
      }
    }
    step.additions().forEach(store::add);
    return true;
  }

  private void readAll() {
    for (SequentialRecord record : step.staged()) {
      if (!record.claimed()) {
        store.read(record);
      }
    }
  }

  private static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }
}
