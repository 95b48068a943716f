package org.statelessnf.store.local.chronicle;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;

/**
 * Removes records that have ended. Reads and writes treat them as absent anyhow; this gives their
 * places back. It holds a segment's update lock while it looks, and the write lock for one record
 * at a time.
 *
 * <p>Thread-safe: it has a slot of its own, used by one thread at a time. Where a lock is not to be
 * had soon, the rest is left to the next time.
 */
final class Sweeper {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long FULL_SWEEP_MILLIS = 250;

  private final ControlFile control;
  private final RecordMap map;
  private final HostClock clock;
  private final SessionSlot slot;

  /**
   * A sweeper.
   *
   * @param slot of its own
   */
  Sweeper(ControlFile control, RecordMap map, HostClock clock, SessionSlot slot) {
    this.control = control;
    this.map = map;
    this.clock = clock;
    this.slot = slot;
  }

  /** Sweeps the segment whose turn it is. */
  void sweepNext() {
    sweep((int) Math.floorMod(control.nextSegment(), (long) map.segments()), 1);
  }

  /**
   * Sweeps all segments, since there is no room left, unless that was done a moment ago. The caller
   * is not in the map.
   */
  void sweepAll() {
    if (control.someEnd() && control.takeFullSweep(clock.floor(), FULL_SWEEP_MILLIS)) {
      sweep(0, map.segments());
    }
  }

  private synchronized void sweep(int first, int count) {
    for (int i = 0; i < count; i++) {
      if (!slot.enter(System.nanoTime() + PATIENCE_NANOS)) {
        return;
      }
      try {
        for (byte[] key : ended(first + i)) {
          remove(key);
        }
      } finally {
        slot.leave();
      }
    }
  }

  private List<byte[]> ended(int segment) {
    List<byte[]> keys = new ArrayList<>();
    try (MapSegmentContext<byte[], byte[], ?> context = map.segment(segment)) {
      if (SegmentLocks.await(
              RecordMap.locks(context).updateLock(), slot, System.nanoTime() + PATIENCE_NANOS)
          == SegmentLocks.Wait.LOCKED) {
        long now = clock.floor();
        context.forEachSegmentEntry(entry -> {
          if (hasEnded(entry, now)) {
            Data<byte[]> key = entry.key();
            keys.add(
                OffHeap.ALL
                    .asSlice(RecordMap.address(key), key.size())
                    .toArray(ValueLayout.JAVA_BYTE));
          }
        });
      }
    }
    return keys;
  }

  private void remove(byte[] key) {
    slot.key(key);
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.query(slot.key())) {
      if (SegmentLocks.await(context.writeLock(), slot, System.nanoTime() + PATIENCE_NANOS)
          != SegmentLocks.Wait.LOCKED) {
        return;
      }
      MapEntry<byte[], byte[]> entry = context.entry();
      if (entry != null && hasEnded(entry, clock.floor())) {
        slot.intend(SessionSlot.REMOVE);
        entry.doRemove();
        slot.settle();
        control.giveBack();
      }
    }
  }

  private static boolean hasEnded(MapEntry<byte[], byte[]> entry, long now) {
    return RecordLayout.end(RecordMap.address(entry.value())) <= now;
  }
}
