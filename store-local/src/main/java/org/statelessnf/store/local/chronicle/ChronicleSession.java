package org.statelessnf.store.local.chronicle;

import java.util.Objects;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStoreSession;

/**
 * Executes batches on the caller's thread, slot by slot, within {@code submit}, each slot under the
 * lock of its key's segment: a read under the read lock, everything else under the write lock. So
 * each operation takes effect while it holds the lock: linearizable per key, across processes. A
 * record that has ended counts as absent; all processes judge that by one clock.
 *
 * <p>A lock that is not to be had by the batch's deadline makes its slot {@code UNAVAILABLE}:
 * nothing was done. {@code UNKNOWN} is answered only if Chronicle Map fails in the midst of a
 * change, which it is not known to do.
 */
final class ChronicleSession extends AbstractStoreSession {
  private static final Logger LOG = LoggerFactory.getLogger(ChronicleSession.class);
  private static final int VERSION_BLOCK = 1 << 12;

  private final Space space;
  private final ControlFile control;
  private final RecordMap map;
  private final HostClock clock;
  private final SessionSlot own;
  private final long limit;
  private long nextVersion;
  private long versionLimit;

  ChronicleSession(ChronicleStore store, Space space) {
    super(store);
    this.space = space;
    this.control = space.control();
    this.map = space.map();
    this.clock = space.clock();
    this.limit = space.options().entries();
    this.own = space.takeSlot();
  }

  @Override
  protected void release() {
    space.giveBack(own);
  }

  @Override
  protected void startRead(ReadBatch batch) {
    long deadline = batch.deadlineNanos();
    if (own.enter(deadline)) {
      try {
        int size = batch.size();
        for (int slot = 0; slot < size; slot++) {
          if (batch.outcome(slot) == Outcome.PENDING) {
            read(batch, slot, deadline);
          }
        }
      } finally {
        own.leave();
      }
    }
    batch.resolvePending(Outcome.UNAVAILABLE);
    complete(batch);
  }

  private void read(ReadBatch batch, int slot, long deadline) {
    int table = ((ChronicleTable) batch.table(slot)).number();
    own.key(table, batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
    do {
      try (ExternalMapQueryContext<byte[], byte[], ?> context = map.query(own.key())) {
        switch (SegmentLocks.await(context.readLock(), own, deadline)) {
          case LOCKED -> {
            answer(batch, slot, context.entry());
            return;
          }
          case LATE -> {
            batch.resolve(slot, Outcome.UNAVAILABLE);
            return;
          }
          case WANTED_OUT -> {}
        }
      }
    } while (goOutAndIn(batch, slot, deadline));
  }

  /**
   * Lets a recovery pass; not under a lock.
   *
   * @return false if it took too long: the slot is answered
   */
  private boolean goOutAndIn(Batch batch, int slot, long deadline) {
    own.leave();
    if (own.enter(deadline)) {
      return true;
    }
    batch.resolve(slot, Outcome.UNAVAILABLE);
    return false;
  }

  private void answer(ReadBatch batch, int slot, @Nullable MapEntry<byte[], byte[]> entry) {
    if (entry == null) {
      batch.resolve(slot, Outcome.ABSENT);
      return;
    }
    Data<byte[]> data = entry.value();
    long record = RecordMap.address(data);
    int length = (int) data.size() - RecordLayout.VALUE;
    if (hasEnded(record)) {
      batch.resolve(slot, Outcome.ABSENT);
    } else if (length > batch.valueCapacity(slot)) {
      // Written through a handle with a wider bound.
      batch.resolve(slot, Outcome.TOO_LARGE);
    } else {
      OffHeap.copy(
          OffHeap.ALL,
          record + RecordLayout.VALUE,
          batch.memory(),
          batch.valueOffset(slot),
          length);
      batch.foundInPlace(slot, RecordLayout.version(record), length);
    }
  }

  private boolean hasEnded(long record) {
    long end = RecordLayout.end(record);
    return end != RecordLayout.NEVER && end <= clock.floor();
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    long deadline = batch.deadlineNanos();
    if (own.enter(deadline)) {
      try {
        int size = batch.size();
        for (int slot = 0; slot < size; slot++) {
          if (batch.outcome(slot) == Outcome.PENDING) {
            write(batch, slot, deadline);
          }
        }
      } finally {
        own.leave();
      }
    }
    batch.resolvePending(Outcome.UNAVAILABLE);
    complete(batch);
  }

  private void write(WriteBatch batch, int slot, long deadline) {
    attempt(batch, slot, deadline);
    if (batch.outcome(slot) == Outcome.PENDING) { // there was no room
      own.leave();
      space.sweeper().sweepAll();
      if (goOutAndIn(batch, slot, deadline)) {
        attempt(batch, slot, deadline);
        if (batch.outcome(slot) == Outcome.PENDING) {
          batch.resolve(slot, Outcome.FULL);
        }
      }
    }
  }

  /** Answers the slot, or leaves it pending if there is no room. */
  private void attempt(WriteBatch batch, int slot, long deadline) {
    int table = ((ChronicleTable) batch.table(slot)).number();
    own.key(table, batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
    do {
      try (ExternalMapQueryContext<byte[], byte[], ?> context = map.query(own.key())) {
        switch (SegmentLocks.await(context.writeLock(), own, deadline)) {
          case LOCKED -> {
            execute(batch, slot, context);
            return;
          }
          case LATE -> {
            batch.resolve(slot, Outcome.UNAVAILABLE);
            return;
          }
          case WANTED_OUT -> {}
        }
      }
    } while (goOutAndIn(batch, slot, deadline));
  }

  private void execute(
      WriteBatch batch, int slot, ExternalMapQueryContext<byte[], byte[], ?> context) {
    MapEntry<byte[], byte[]> entry = context.entry();
    Data<byte[]> data = entry == null ? null : entry.value();
    long record = data == null ? 0 : RecordMap.address(data);
    boolean live = data != null && !hasEnded(record);
    long version = live ? RecordLayout.version(record) : 0;
    Op op = batch.op(slot);
    boolean holds =
        switch (op) {
          case PUT, REMOVE -> true;
          case PUT_IF_ABSENT -> !live;
          case PUT_IF_VERSION, REMOVE_IF_VERSION -> live && version == batch.expectedVersion(slot);
          case INCREMENT ->
              !live || Objects.requireNonNull(data).size() == RecordLayout.VALUE + Long.BYTES;
          default -> throw new IllegalStateException("slot " + slot + " asks for " + op);
        };
    if (!holds) {
      mismatch(batch, slot, version, live ? data : null, record);
    } else if (op == Op.REMOVE || op == Op.REMOVE_IF_VERSION) {
      remove(batch, slot, entry, live);
    } else {
      long number = 0;
      if (op == Op.INCREMENT) {
        long before = live ? OffHeap.ALL.get(OffHeap.I64, record + RecordLayout.VALUE) : 0;
        number = before + batch.delta(slot);
      }
      put(batch, slot, number, context, entry);
    }
  }

  private static void mismatch(
      WriteBatch batch, int slot, long version, @Nullable Data<byte[]> current, long record) {
    int length = current == null ? 0 : (int) current.size() - RecordLayout.VALUE;
    if (current == null
        || batch.op(slot) == Op.INCREMENT
        || length > batch.table(slot).spec().maxValueBytes()) {
      batch.mismatch(slot, version);
    } else {
      batch.mismatch(slot, version, OffHeap.ALL, record + RecordLayout.VALUE, length);
    }
  }

  private void remove(
      WriteBatch batch, int slot, @Nullable MapEntry<byte[], byte[]> entry, boolean live) {
    if (entry != null) {
      own.intend(SessionSlot.REMOVE);
      try {
        entry.doRemove();
      } catch (RuntimeException | Error e) {
        failed(batch, slot, e);
        return;
      }
      own.settle();
      control.giveBack();
    }
    if (live) {
      batch.written(slot, 0);
    } else {
      batch.absent(slot);
    }
  }

  private void put(
      WriteBatch batch,
      int slot,
      long number,
      ExternalMapQueryContext<byte[], byte[], ?> context,
      @Nullable MapEntry<byte[], byte[]> entry) {
    if (entry == null && !control.reserve(limit)) {
      return; // no room
    }
    long version = takeVersion();
    long end = end(batch, slot);
    boolean increment = batch.op(slot) == Op.INCREMENT;
    if (increment) {
      own.counter(version, end, number);
    } else {
      own.record(version, end, batch.memory(), batch.valueOffset(slot), batch.valueLength(slot));
    }
    own.intend(SessionSlot.PUT);
    boolean room;
    try {
      room = map.put(context, entry, own.record());
    } catch (RuntimeException | Error e) {
      failed(batch, slot, e);
      return;
    }
    own.settle();
    if (!room) {
      if (entry == null) {
        control.giveBack();
      }
      return;
    }
    if (increment) {
      batch.counted(slot, version, number);
    } else {
      batch.written(slot, version);
    }
  }

  private void failed(WriteBatch batch, int slot, Throwable cause) {
    own.settle();
    control.damaged(true);
    LOG.error("chronicle: a change of {} failed half-way", batch.table(slot), cause);
    batch.resolve(slot, Outcome.UNKNOWN);
  }

  private long end(WriteBatch batch, int slot) {
    long ttlMillis = batch.effectiveTtlMillis(slot);
    if (ttlMillis < 0) {
      return RecordLayout.NEVER;
    }
    control.noteEnd();
    return clock.after(ttlMillis);
  }

  private long takeVersion() {
    if (nextVersion == versionLimit) {
      nextVersion = control.takeVersions(VERSION_BLOCK);
      versionLimit = nextVersion + VERSION_BLOCK;
    }
    return nextVersion++;
  }

  @Override
  protected ScanCursor openScan(Table table) {
    return new ChronicleScan(store(), (ChronicleTable) table, space, own);
  }
}
