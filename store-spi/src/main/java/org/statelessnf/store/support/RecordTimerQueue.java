package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * A queue built from plain records: its tables and the layout of their keys. What the records mean
 * is told in {@link RecordTimers}.
 *
 * <pre>
 *  table ~t.NAME  id                              timer, see TimerRecord
 *  table ~b.NAME  shard (1) tick (8)              bucket: ids, each after a byte that is its length - 1
 *  table ~c.NAME  'C' shard (1)                   cursor: drained (8) closed (8) origin (8)
 *                 'F' shard (1) tick >> 6 (8)     marker of 64 ticks, one byte
 *                 'K' shard (1) tick >> 14 (8)    marker of 16,384 ticks, one byte
 * </pre>
 *
 * <p>Numbers are little-endian.
 */
final class RecordTimerQueue extends TimerQueue {
  /** Parts that a queue's buckets and cursors are split into, so that no record is hot. */
  static final int SHARDS = 16;

  /** Time that the timers of one bucket lie apart at most. */
  static final int TICK_MILLIS = 16;

  /** A fine marker stands for so many ticks, as a power of two: about a second. */
  static final int FINE_BITS = 6;

  /** A coarse marker stands for so many ticks, as a power of two: about four minutes. */
  static final int COARSE_BITS = 14;

  /** Longest bucket. */
  static final int MAX_BUCKET_BYTES = 16 << 10;

  static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final int CURSOR_BYTES = 3 * Long.BYTES;

  /** Where in a cursor its origin is: a random number drawn when it was created, never 0. */
  static final int CURSOR_ORIGIN = 2 * Long.BYTES;

  private static final int MAX_KEY = 2 + Long.BYTES;

  private final Table timers;
  private final Table buckets;
  private final Table cursors;

  RecordTimerQueue(StateStore store, TimerSpec spec) {
    super(store, spec);
    this.timers =
        open(
            "~t." + spec.name(),
            spec.maxIdBytes(),
            TimerRecord.PAYLOAD + spec.maxPayloadBytes(),
            TableClass.FLOW);
    this.buckets = open("~b." + spec.name(), MAX_KEY, MAX_BUCKET_BYTES, TableClass.SHARED);
    this.cursors = open("~c." + spec.name(), MAX_KEY, CURSOR_BYTES, TableClass.SHARED);
  }

  private Table open(String name, int maxKeyBytes, int maxValueBytes, TableClass tableClass) {
    return store()
        .table(
            TableSpec.of(name, maxKeyBytes, maxValueBytes)
                .inNamespace(spec().namespace())
                .as(tableClass));
  }

  Table timers() {
    return timers;
  }

  Table buckets() {
    return buckets;
  }

  Table cursors() {
    return cursors;
  }

  /** The tick that a moment falls into. */
  static long tickOf(long millis) {
    return Math.floorDiv(millis, TICK_MILLIS);
  }

  /** Room for any key below. */
  static MemorySegment newKey() {
    return MemorySegment.ofArray(new byte[MAX_KEY]);
  }

  /** Writes a bucket's key and returns its length. */
  static int bucketKey(MemorySegment key, int shard, long tick) {
    key.set(ValueLayout.JAVA_BYTE, 0, (byte) shard);
    key.set(I64, 1, tick);
    return 1 + Long.BYTES;
  }

  /** Writes a cursor's key and returns its length. */
  static int cursorKey(MemorySegment key, int shard) {
    key.set(ValueLayout.JAVA_BYTE, 0, (byte) 'C');
    key.set(ValueLayout.JAVA_BYTE, 1, (byte) shard);
    return 2;
  }

  /** Writes the key of a range's fine marker and returns its length. */
  static int fineKey(MemorySegment key, int shard, long range) {
    return markerKey(key, 'F', shard, range);
  }

  /** Writes the key of a range's coarse marker and returns its length. */
  static int coarseKey(MemorySegment key, int shard, long range) {
    return markerKey(key, 'K', shard, range);
  }

  private static int markerKey(MemorySegment key, char kind, int shard, long range) {
    key.set(ValueLayout.JAVA_BYTE, 0, (byte) kind);
    key.set(ValueLayout.JAVA_BYTE, 1, (byte) shard);
    key.set(I64, 2, range);
    return 2 + Long.BYTES;
  }
}
