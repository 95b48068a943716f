package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStateStore;
import org.statelessnf.store.support.AbstractStoreSession;

/**
 * An asynchronous store over a map, as far away as a test wants: a batch takes effect some polls
 * after it was submitted and is answered some polls later, in any order. It can also lose replies
 * and refuse work.
 */
final class DelayedStore extends AbstractStateStore {
  private static final Capabilities CAPABILITIES =
      new Capabilities(
          Scope.PROCESS,
          Consistency.LINEARIZABLE,
          Durability.NONE,
          Capabilities.MIN_MAX_KEY_BYTES,
          Capabilities.MIN_MAX_VALUE_BYTES,
          16,
          EnumSet.of(Feature.INCREMENT, Feature.TIMERS));

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Rec(long version, byte[] value) {}

  private record Timer(long dueNanos, long fence) {}

  private final Map<String, Rec> records = new HashMap<>();
  private final Map<String, Timer> timers = new HashMap<>();
  private final Random random;
  private final int maxDelayPolls;
  private long versions;
  private long sessions;

  /** One of so many writes loses its reply; 0 none. */
  volatile int loseReplyOneIn;

  /** Every operation is refused. */
  volatile boolean down;

  /** Timers are due at once. */
  volatile boolean timersDueAtOnce;

  DelayedStore(long seed, int maxDelayPolls) {
    super(StoreUri.parse("delayed:?timeout=200ms"));
    this.random = new Random(seed);
    this.maxDelayPolls = maxDelayPolls;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public String description() {
    return "delayed map";
  }

  @Override
  protected StoreSession createSession() {
    return new Session(this, ++sessions);
  }

  @Override
  protected TimerQueue createTimers(org.statelessnf.store.TimerSpec spec) {
    return new TimerQueue(this, spec);
  }

  @Override
  protected void release() {}

  synchronized int size() {
    return records.size();
  }

  synchronized int timers() {
    return timers.size();
  }

  /** Value of a record by its table's name and readable key. */
  synchronized byte @Nullable [] value(String table, byte[] key) {
    Rec record = records.get(path(table, key));
    return record == null ? null : record.value();
  }

  synchronized List<byte[]> values(String table) {
    List<byte[]> found = new ArrayList<>();
    records.forEach((path, record) -> {
      if (path.startsWith(table + "/")) {
        found.add(record.value());
      }
    });
    return found;
  }

  private static String path(String table, byte[] key) {
    return table + "/" + Arrays.toString(key);
  }

  private static String path(Table table, Batch batch, int slot) {
    return path(table.spec().name(), batch.key(slot));
  }

  private final class Session extends AbstractStoreSession {
    private static final class Pending {
      final Batch batch;
      int applyIn;
      int answerIn;

      Pending(Batch batch, int applyIn, int answerIn) {
        this.batch = batch;
        this.applyIn = applyIn;
        this.answerIn = answerIn;
      }
    }

    private final List<Pending> pending = new ArrayList<>();
    private final Map<Batch, List<Runnable>> answers = new HashMap<>();
    private final Random delays;

    Session(DelayedStore store, long number) {
      super(store);
      this.delays = new Random(number);
    }

    @Override
    protected void startRead(ReadBatch batch) {
      enqueue(batch);
    }

    @Override
    protected void startWrite(WriteBatch batch) {
      enqueue(batch);
    }

    @Override
    protected void startTimers(TimerBatch batch) {
      enqueue(batch);
    }

    @Override
    protected void startClaim(ClaimBatch batch) {
      enqueue(batch);
    }

    private void enqueue(Batch batch) {
      pending.add(
          new Pending(batch, delays.nextInt(maxDelayPolls + 1), delays.nextInt(maxDelayPolls + 1)));
    }

    @Override
    protected void progress() {
      Iterator<Pending> iterator = pending.iterator();
      List<Pending> answered = new ArrayList<>();
      while (iterator.hasNext()) {
        Pending next = iterator.next();
        if (next.applyIn-- == 0) {
          answers.put(next.batch, apply(next.batch));
        } else if (next.applyIn < 0 && next.answerIn-- <= 0) {
          iterator.remove();
          answered.add(next);
        }
      }
      for (Pending done : answered) {
        List<Runnable> list = answers.remove(done.batch);
        if (list != null) {
          list.forEach(Runnable::run);
        }
        complete(done.batch);
      }
    }

    @Override
    protected void abandon(Batch batch) {
      pending.removeIf(p -> p.batch == batch);
      answers.remove(batch);
    }

    private List<Runnable> apply(Batch batch) {
      List<Runnable> result = new ArrayList<>();
      synchronized (DelayedStore.this) {
        if (batch instanceof ClaimBatch claim) {
          claim(claim, result);
          return result;
        }
        for (int slot = 0; slot < batch.size(); slot++) {
          int s = slot;
          if (batch.outcome(s) != Outcome.PENDING) {
            continue;
          }
          if (down) {
            result.add(() -> batch.resolve(s, Outcome.UNAVAILABLE));
            continue;
          }
          switch (batch) {
            case ReadBatch reads -> result.add(read(reads, s));
            case WriteBatch writes -> result.add(write(writes, s));
            case TimerBatch timerBatch -> result.add(timer(timerBatch, s));
            default -> throw new IllegalStateException();
          }
        }
      }
      return result;
    }

    private Runnable read(ReadBatch batch, int slot) {
      Rec record = records.get(path(batch.table(slot), batch, slot));
      return () -> {
        if (record == null) {
          batch.resolve(slot, Outcome.ABSENT);
        } else {
          batch.found(
              slot,
              record.version(),
              MemorySegment.ofArray(record.value()),
              0,
              record.value().length);
        }
      };
    }

    private Runnable write(WriteBatch batch, int slot) {
      String path = path(batch.table(slot), batch, slot);
      Rec old = records.get(path);
      long current = old == null ? 0 : old.version();
      Op op = batch.op(slot);
      boolean holds =
          switch (op) {
            case PUT_IF_ABSENT -> old == null;
            case PUT_IF_VERSION, REMOVE_IF_VERSION ->
                old != null && current == batch.expectedVersion(slot);
            default -> true;
          };
      if (!holds) {
        return () -> batch.mismatch(slot, current);
      }
      boolean lost = loseReplyOneIn > 0 && random.nextInt(loseReplyOneIn) == 0;
      if (lost && random.nextBoolean()) {
        return () -> batch.resolve(slot, Outcome.UNKNOWN); // and it was not applied
      }
      long version = op == Op.REMOVE || op == Op.REMOVE_IF_VERSION ? 0 : ++versions;
      if (version == 0) {
        records.remove(path);
      } else if (op == Op.INCREMENT) {
        long sum = batch.delta(slot) + (old == null ? 0 : counter(old.value()));
        byte[] value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(sum).array();
        records.put(path, new Rec(version, value));
        return lost
            ? () -> batch.resolve(slot, Outcome.UNKNOWN)
            : () -> batch.counted(slot, version, sum);
      } else {
        byte[] value =
            batch
                .memory()
                .asSlice(batch.valueOffset(slot), batch.valueLength(slot))
                .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        records.put(path, new Rec(version, value));
      }
      return lost ? () -> batch.resolve(slot, Outcome.UNKNOWN) : () -> batch.written(slot, version);
    }

    @SuppressWarnings("RefactorSwitch")
    private Runnable timer(TimerBatch batch, int slot) {
      String id = batch.queue(slot).spec().name() + "/" + Arrays.toString(batch.key(slot));
      Timer old = timers.get(id);
      switch (batch.op(slot)) {
        case SCHEDULE -> {
          long due = System.nanoTime() + batch.delayMillis(slot) * 1_000_000;
          ids.put(id, batch.key(slot));
          timers.put(id, new Timer(due, old == null ? 1 : old.fence() + 1));
          return () -> batch.resolve(slot, Outcome.OK);
        }
        case COMPLETE -> {
          boolean own = old != null && old.fence() == batch.fence(slot);
          if (own) {
            timers.remove(id);
          }
          return () -> batch.resolve(slot, own ? Outcome.OK : Outcome.MISMATCH);
        }
        default -> throw new IllegalStateException();
      }
    }

    private void claim(ClaimBatch batch, List<Runnable> result) {
      long now = System.nanoTime();
      int claimed = 0;
      String prefix = batch.queue().spec().name() + "/";
      for (Map.Entry<String, Timer> entry : timers.entrySet()) {
        Timer timer = entry.getValue();
        if (claimed < batch.max()
            && entry.getKey().startsWith(prefix)
            && (timersDueAtOnce || timer.dueNanos() - now <= 0)) {
          claimed++;
          long fence = timer.fence() + 1;
          entry.setValue(new Timer(now + batch.leaseMillis() * 1_000_000, fence));
          byte[] id = Objects.requireNonNull(ids.get(entry.getKey()));
          result.add(() ->
              batch.claimed(
                  MemorySegment.ofArray(id), 0, id.length, fence, 0, MemorySegment.NULL, 0, 0));
        }
      }
      result.add(() -> batch.result(Outcome.OK));
    }
  }

  private final Map<String, byte[]> ids = new HashMap<>();

  private static long counter(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
