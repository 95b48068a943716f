package org.statelessnf.store.local.chronicle;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Runs over the map segment by segment: takes copies of the table's records under the segment's
 * update lock, which lets others read, and hands them out after it was released.
 */
final class ChronicleScan implements ScanCursor {
  private final StateStore store;
  private final ChronicleTable table;
  private final Space space;
  private final SessionSlot slot;
  private final ArrayDeque<Found> found = new ArrayDeque<>();
  private int nextSegment;
  private @Nullable Found current;

  /** A record as it was. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Found(byte[] key, byte[] value, long version) {}

  ChronicleScan(StateStore store, ChronicleTable table, Space space, SessionSlot slot) {
    this.store = store;
    this.table = table;
    this.space = space;
    this.slot = slot;
  }

  @Override
  public boolean next() {
    while (found.isEmpty() && nextSegment < space.map().segments()) {
      load(System.nanoTime() + store.defaultTimeoutNanos());
      nextSegment++;
    }
    current = found.poll();
    return current != null;
  }

  private void load(long deadline) {
    while (slot.enter(deadline)) {
      try (MapSegmentContext<byte[], byte[], ?> context = space.map().segment(nextSegment)) {
        switch (SegmentLocks.await(RecordMap.locks(context).updateLock(), slot, deadline)) {
          case LOCKED -> {
            long now = space.clock().floor();
            context.forEachSegmentEntry(entry -> take(entry, now));
            return;
          }
          case LATE -> throw late();
          case WANTED_OUT -> {}
        }
      } finally {
        slot.leave();
      }
    }
    throw late();
  }

  private StoreUnavailableException late() {
    return new StoreUnavailableException(
        "%s: segment %d of %s is locked".formatted(store.uri(), nextSegment, table));
  }

  private void take(MapEntry<byte[], byte[]> entry, long now) {
    Data<byte[]> key = entry.key();
    long keyAt = RecordMap.address(key);
    if (RecordLayout.table(keyAt) != table.number()) {
      return;
    }
    Data<byte[]> value = entry.value();
    long record = RecordMap.address(value);
    if (RecordLayout.end(record) > now) {
      found.add(
          new Found(
              copy(keyAt + RecordLayout.KEY, key.size() - RecordLayout.KEY),
              copy(record + RecordLayout.VALUE, value.size() - RecordLayout.VALUE),
              RecordLayout.version(record)));
    }
  }

  private static byte[] copy(long address, long length) {
    return OffHeap.ALL.asSlice(address, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public byte[] key() {
    return current().key();
  }

  @Override
  public byte[] value() {
    return current().value();
  }

  @Override
  public long version() {
    return current().version();
  }

  private Found current() {
    Found at = current;
    if (at == null) {
      throw new IllegalStateException("the cursor is not at a record");
    }
    return at;
  }

  @Override
  public void close() {
    current = null;
    found.clear();
    nextSegment = space.map().segments();
  }
}
