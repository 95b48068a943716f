package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.Outcome;

/**
 * Runs several instances over one store, many packets at a time, one store operation after the
 * other, in an order that a seed decides: what {@link SequentialRunner} does in one go falls apart
 * here into all the steps between which other instances may come in, and after which an instance
 * may die. Batches of the real engine are less fine-grained; what holds here holds there.
 *
 * <p>The order within a packet is the engine's: reads, processing, timers, claims, other writes,
 * counters, release. A mismatch has everything read and processed again; writes that were done stay
 * done. Timers are handed out again if their instance dies.
 *
 * <p>Housekeeping runs in one go.
 */
public final class InterleavedRunner implements AutoCloseable {
  private static final int MAX_ATTEMPTS = 24;
  private static final int MAX_DEFERRALS = 3;
  private static final long TIMER_LEASE_NANOS = 1_000_000_000L;

  private final List<NetworkFunction> functions;
  private final boolean[] dead;
  private final Random random;
  private final SequentialStore store = new SequentialStore(this::clockNanos);
  private final SimulatedTimers timers = new SimulatedTimers();
  private final List<Task> tasks = new ArrayList<>();
  private final Deque<SequentialStep> steps = new ArrayDeque<>();
  private long clockNanos;
  private long conflicts;
  private int deathsAmidWrites;
  private Consumer<Verdict> onTimer = verdict -> {};

  private enum Phase {
    START,
    READ,
    PROCESS,
    CLAIM,
    WRITE,
    RELEASE
  }

  /**
   * Several instances.
   *
   * @param functions an object per instance, all configured alike
   * @param seed decides the order
   * @param clockNanos packet time at the beginning
   */
  public InterleavedRunner(List<? extends NetworkFunction> functions, long seed, long clockNanos) {
    this.functions = List.copyOf(functions);
    this.dead = new boolean[functions.size()];
    this.random = new Random(seed);
    this.clockNanos = clockNanos;
  }

  /** A packet or a timer on its way through an instance. */
  private final class Task {
    final int instance;
    final @Nullable Packet packet;
    final @Nullable RecordId timer;
    final Consumer<Verdict> onRelease;
    final SequentialStep step;
    final Deque<SequentialRecord> todo = new ArrayDeque<>();
    Phase phase = Phase.START;
    int attempt;
    int deferrals;
    boolean mismatch;
    boolean wrote;

    Task(
        int instance,
        @Nullable Packet packet,
        @Nullable RecordId timer,
        Consumer<Verdict> onRelease) {
      this.instance = instance;
      this.packet = packet;
      this.timer = timer;
      this.onRelease = onRelease;
      SequentialStep free = steps.poll();
      this.step = free == null ? new SequentialStep() : free;
    }

    NetworkFunction function() {
      return functions.get(instance);
    }

    @Nullable TimerEvent event() {
      return timer == null ? null : new FiredTimer(timer);
    }

    /** One operation; true if the task is over. */
    boolean advance() {
      switch (phase) {
        case START -> {
          start();
          readAll();
        }
        case READ -> {
          if (todo.isEmpty()) {
            phase = Phase.PROCESS;
          } else {
            store.read(todo.poll());
          }
        }
        case PROCESS -> process();
        case CLAIM -> {
          if (!todo.isEmpty()) {
            mismatch |= !write(todo.poll());
            wrote = true;
          } else if (mismatch) {
            again();
          } else {
            todo(false);
            phase = Phase.WRITE;
          }
        }
        case WRITE -> {
          if (!todo.isEmpty()) {
            mismatch |= !write(todo.poll());
            wrote = true;
          } else if (mismatch) {
            again();
          } else {
            phase = Phase.RELEASE;
          }
        }
        case RELEASE -> {
          step.additions().forEach(store::add);
          if (step.proceeds()) {
            step.startLeg();
            attempt = 0;
            readAll();
            return false;
          }
          for (byte[] report : step.reports()) {
            function().reported(MemorySegment.ofArray(report), 0, report.length);
          }
          onRelease.accept(step.verdict());
          return true;
        }
      }
      if (attempt >= MAX_ATTEMPTS) {
        onRelease.accept(Verdict.drop(DropReason.CONFLICT));
        return true;
      }
      return false;
    }

    private void start() {
      Packet p = packet;
      TimerEvent event = event();
      if (p != null) {
        step.begin(p.timestampNanos());
        function().locate(p, step);
      } else if (event != null) {
        step.begin(clockNanos);
        function().locate(event, step);
      }
    }

    private void readAll() {
      todo.clear();
      for (SequentialRecord record : step.staged()) {
        if (!record.claimed()) {
          todo.add(record);
        }
      }
      phase = Phase.READ;
    }

    private void process() {
      step.startAttempt(attempt);
      Packet p = packet;
      TimerEvent event = event();
      if (p != null) {
        function().process(p, step);
      } else if (event != null) {
        function().onTimer(event, step);
      }
      RecordId wanted = step.wanted();
      if (wanted != null) {
        todo.add(step.stage(wanted, false));
        phase = Phase.READ;
      } else if (step.deferred() && deferrals++ < MAX_DEFERRALS) {
        function().housekeeping(context(instance));
        readAll();
      } else {
        step.timers().forEach((r, millis) -> timers.arm(r.id(), clockNanos + millis * 1_000_000));
        todo(true);
        mismatch = false;
        wrote = false;
        phase = Phase.CLAIM;
      }
    }

    private void todo(boolean claims) {
      for (SequentialRecord record : step.staged()) {
        boolean changed = record.claimed() ? record.exists() : record.changed();
        if (changed && step.isClaim(record) == claims) {
          todo.add(record);
        }
      }
    }

    /** Claims, the failed ones and the successful ones, are met as records from now on. */
    private void again() {
      for (SequentialRecord record : step.staged()) {
        if (record.claimed()) {
          step.stage(record.id(), false);
        }
      }
      attempt++;
      conflicts++;
      readAll();
    }
  }

  /** Gives a packet to an instance; its verdict comes some steps later. */
  public void submit(int instance, Packet packet, Consumer<Verdict> onRelease) {
    tasks.add(new Task(instance, packet, null, onRelease));
  }

  /** Hands out what timers lead to: the frames that they emit. */
  public void onTimer(Consumer<Verdict> listener) {
    onTimer = listener;
  }

  /** Tasks on their way. */
  public int active() {
    return tasks.size();
  }

  /** One operation of one task. */
  public void step() {
    if (tasks.isEmpty()) {
      return;
    }
    int index = random.nextInt(tasks.size());
    Task task = tasks.get(index);
    if (task.advance()) {
      tasks.remove(index);
      steps.add(task.step);
    }
  }

  /** All tasks to their end. */
  public void drain() {
    while (!tasks.isEmpty()) {
      step();
    }
  }

  /**
   * Moves the clock. Timers that are due become tasks of living instances, which do their
   * housekeeping.
   */
  public void advance(long nanos) {
    clockNanos += nanos;
    for (int i = 0; i < dead.length; i++) {
      if (!dead[i]) {
        functions.get(i).housekeeping(context(i));
      }
    }
    while (timers.nextDeadlineNanos() <= clockNanos) {
      tasks.add(new Task(living(), null, timers.take(), onTimer));
    }
  }

  /** Fires whatever timer there is, in the order of deadlines, until none is left. */
  public void runOut() {
    drain();
    while (timers.nextDeadlineNanos() != Long.MAX_VALUE) {
      advance(Math.max(0, timers.nextDeadlineNanos() - clockNanos));
      drain();
    }
  }

  /** Stops an instance between two operations. Its timers are handed out again. */
  public void kill(int instance) {
    dead[instance] = true;
    for (int i = tasks.size() - 1; i >= 0; i--) {
      Task task = tasks.get(i);
      if (task.instance == instance) {
        tasks.remove(i);
        if (task.wrote && !task.todo.isEmpty()) {
          deathsAmidWrites++;
        }
        if (task.timer != null) {
          timers.arm(task.timer, clockNanos + TIMER_LEASE_NANOS);
        }
      }
    }
  }

  /** Any instance that was not killed. */
  public int living() {
    int instance = random.nextInt(dead.length);
    while (dead[instance]) {
      instance = (instance + 1) % dead.length;
    }
    return instance;
  }

  /** Packet time. */
  public long clockNanos() {
    return clockNanos;
  }

  /** How often something had to be done again. */
  public long conflicts() {
    return conflicts;
  }

  /** Tasks that died after one write of several. */
  public int deathsAmidWrites() {
    return deathsAmidWrites;
  }

  /** Live records of a table. */
  public int size(StateTable table) {
    return store.size(table);
  }

  /** A record's value; null if there is none. */
  public byte @Nullable [] value(StateTable table, byte[] key) {
    return store.value(table, key);
  }

  @Override
  public void close() {
    store.close();
  }

  private NfContext context(int instance) {
    return new SequentialContext(store, this::clockNanos, instance + 1L);
  }

  private boolean write(SequentialRecord record) {
    // As in the engine, absent is a mismatch: somebody else has removed it, and acted on that.
    return store.write(record) == Outcome.OK;
  }
}
