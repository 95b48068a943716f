package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Capabilities;
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
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStateStore;
import org.statelessnf.store.support.AbstractStoreSession;

/**
 * A store that is a hash map of records with versions, for one thread. Its clock is the caller's,
 * so that time-to-live follows a simulated time. Nothing is clever, everything is by the letter of
 * the contract.
 */
final class MemoryStore extends AbstractStateStore {
  private static final Capabilities CAPABILITIES =
      new Capabilities(
          Scope.PROCESS,
          Consistency.LINEARIZABLE,
          Durability.NONE,
          1 << 12,
          1 << 20,
          1,
          Set.of(Feature.INCREMENT, Feature.IDLE_TTL));

  private record Key(int table, ByteBuffer key) {}

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Stored(long version, byte[] value, long expiresAtMillis) {}

  private final Map<Key, Stored> records = new HashMap<>();
  private final LongSupplier clockMillis;
  private long version;
  private long reads;
  private long writes;

  MemoryStore(LongSupplier clockMillis) {
    super(StoreUri.parse("memory:"));
    this.clockMillis = clockMillis;
  }

  /** Records read, one by one. */
  long reads() {
    return reads;
  }

  /** Writes, removes and increments, applied or not. */
  long writes() {
    return writes;
  }

  /** How many live records a table holds. */
  int size(Table table) {
    int count = 0;
    for (Key key : records.keySet()) {
      if (key.table == table.id() && find(key) != null) {
        count++;
      }
    }
    return count;
  }

  /** A live record's value; null if there is none. Not counted as a read. */
  byte @Nullable [] peek(Table table, byte[] key) {
    Stored found = find(new Key(table.id(), ByteBuffer.wrap(key)));
    return found == null ? null : found.value.clone();
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public String description() {
    return "hash map of the reference runner";
  }

  @Override
  protected StoreSession createSession() {
    return new Session();
  }

  @Override
  protected void release() {
    records.clear();
  }

  private @Nullable Stored find(Key key) {
    Stored record = records.get(key);
    return record == null || record.expiresAtMillis <= clockMillis.getAsLong() ? null : record;
  }

  private long save(Key key, byte[] value, long ttlMillis) {
    long expiresAt = ttlMillis < 0 ? Long.MAX_VALUE : clockMillis.getAsLong() + ttlMillis;
    records.put(key, new Stored(++version, value, expiresAt));
    return version;
  }

  private final class Session extends AbstractStoreSession {
    private Session() {
      super(MemoryStore.this);
    }

    @Override
    protected void startRead(ReadBatch batch) {
      for (int slot = 0; slot < batch.size(); slot++) {
        if (batch.outcome(slot) == Outcome.PENDING) {
          reads++;
          Stored found = find(new Key(batch.table(slot).id(), ByteBuffer.wrap(batch.key(slot))));
          if (found == null) {
            batch.resolve(slot, Outcome.ABSENT);
          } else {
            MemorySegment value = MemorySegment.ofArray(found.value);
            batch.found(slot, found.version, value, 0, found.value.length);
          }
        }
      }
      complete(batch);
    }

    @Override
    protected void startWrite(WriteBatch batch) {
      for (int slot = 0; slot < batch.size(); slot++) {
        if (batch.outcome(slot) == Outcome.PENDING) {
          writes++;
          write(batch, slot);
        }
      }
      complete(batch);
    }

    private void write(WriteBatch batch, int slot) {
      Key key = new Key(batch.table(slot).id(), ByteBuffer.wrap(batch.key(slot)));
      Stored found = find(key);
      long current = found == null ? 0 : found.version;
      switch (batch.op(slot)) {
        case PUT -> put(batch, slot, key);
        case PUT_IF_ABSENT, PUT_IF_VERSION -> {
          if (batch.expectedVersion(slot) == current) {
            put(batch, slot, key);
          } else {
            batch.mismatch(slot, current);
          }
        }
        case REMOVE, REMOVE_IF_VERSION -> {
          boolean conditional = batch.op(slot) == Op.REMOVE_IF_VERSION;
          if (found == null) {
            batch.absent(slot);
          } else if (conditional && batch.expectedVersion(slot) != current) {
            batch.mismatch(slot, current);
          } else {
            records.remove(key);
            batch.written(slot, 0);
          }
        }
        case INCREMENT -> increment(batch, slot, key, found);
        default -> throw new IllegalStateException("no write: " + batch.op(slot));
      }
    }

    private void put(WriteBatch batch, int slot, Key key) {
      byte[] value =
          batch
              .memory()
              .asSlice(batch.valueOffset(slot), batch.valueLength(slot))
              .toArray(ValueLayout.JAVA_BYTE);
      batch.written(slot, save(key, value, batch.effectiveTtlMillis(slot)));
    }

    private void increment(WriteBatch batch, int slot, Key key, @Nullable Stored found) {
      byte[] value = found == null ? new byte[8] : Arrays.copyOf(found.value, found.value.length);
      if (value.length != 8) {
        batch.mismatch(slot, found == null ? 0 : found.version);
        return;
      }
      ByteBuffer counter = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
      long sum = counter.getLong(0) + batch.delta(slot);
      counter.putLong(0, sum);
      batch.counted(slot, save(key, value, batch.effectiveTtlMillis(slot)), sum);
    }
  }
}
