package org.statelessnf.store.local.chronicle;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.SegmentLock;
import net.openhft.chronicle.map.ChronicleHashCorruptionImpl;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;
import net.openhft.chronicle.map.VanillaChronicleMap;
import net.openhft.chronicle.map.impl.CompiledMapQueryContext;
import net.openhft.chronicle.map.impl.IterationContext;
import org.jspecify.annotations.Nullable;

/**
 * The map in the file {@code records}, and what is done to it as a whole. Thread-safe as far as
 * Chronicle Map is: every thread has contexts of its own.
 *
 * <p>Segments never grow by further tiers: Chronicle's recovery takes an empty tier for the last
 * one and throws away what comes after it. A segment that is full answers as a full store.
 */
final class RecordMap implements AutoCloseable {
  private static final int CHUNK_BYTES = 32;
  private static final int RECORDS_PER_SEGMENT = 4096;
  private static final int MIN_SEGMENTS = 16;
  private static final int MIN_SEGMENT_BYTES = 256 << 10;
  private static final int TYPICAL_KEY_BYTES = 24;
  private static final int ENTRY_OVERHEAD_BYTES = 10; // lengths and checksum

  private final ChronicleMap<byte[], byte[]> map;

  private final int maxChunks;

  private RecordMap(ChronicleMap<byte[], byte[]> map) {
    this.map = map;
    this.maxChunks = ((VanillaChronicleMap<?, ?, ?>) map).maxChunksPerEntry;
  }

  /**
   * Maps the file, or makes it.
   *
   * @param file where it is
   * @param options what the store is made by
   * @throws IOException if it cannot be mapped, made, or there is no room for it
   */
  static RecordMap open(File file, ChronicleOptions options) throws IOException {
    int segments = MIN_SEGMENTS;
    while (options.entries() / segments > RECORDS_PER_SEGMENT) {
      segments *= 2;
    }
    // Keys fall into segments at random: eight standard deviations are room enough.
    double mean = (double) options.entries() / segments;
    long perSegment = (long) Math.ceil(mean + 8 * Math.sqrt(mean)) + 64;
    int entryBytes =
        RecordLayout.KEY
            + TYPICAL_KEY_BYTES
            + RecordLayout.VALUE
            + options.valueBytes()
            + ENTRY_OVERHEAD_BYTES;
    long chunks =
        Math.max(
            perSegment * ((entryBytes + 3 * CHUNK_BYTES / 2 - 1) / CHUNK_BYTES),
            MIN_SEGMENT_BYTES / CHUNK_BYTES);
    return new RecordMap(
        ChronicleMap.of(byte[].class, byte[].class)
            .name("statelessnf")
            .averageKeySize(RecordLayout.KEY + TYPICAL_KEY_BYTES)
            .averageValueSize(RecordLayout.VALUE + options.valueBytes())
            .entries(options.entries())
            .actualSegments(segments)
            .entriesPerSegment(perSegment)
            .actualChunkSize(CHUNK_BYTES)
            .actualChunksPerSegmentTier(chunks)
            .allowSegmentTiering(false)
            .checksumEntries(true)
            .skipCloseOnExitHook(true)
            .createPersistedTo(file));
  }

  @Override
  public void close() {
    map.close();
  }

  int segments() {
    return map.segments();
  }

  /** The way to one record: no lock is held yet. */
  ExternalMapQueryContext<byte[], byte[], ?> query(Data<byte[]> key) {
    return map.queryContext(key);
  }

  /** The way to one segment: no lock is held yet. */
  MapSegmentContext<byte[], byte[], ?> segment(int index) {
    return map.segmentContext(index);
  }

  /** Address of a record, valid under the lock of its segment. */
  static long address(Data<byte[]> data) {
    return data.bytes().addressForRead(data.offset());
  }

  /** The locks of the segment that a context is about. */
  static SegmentLock locks(MapSegmentContext<byte[], byte[], ?> context) {
    return (SegmentLock) context;
  }

  /**
   * Puts a record, or changes nothing if there is no room.
   *
   * @param context of the key, which holds the write lock; the update lock afterwards
   * @param entry the key's present record, or null
   * @param record the new one
   * @return false if there is no room
   */
  boolean put(
      ExternalMapQueryContext<byte[], byte[], ?> context,
      @Nullable MapEntry<byte[], byte[]> entry,
      OffHeapBytes record) {
    boolean grows = entry == null || record.size() > entry.value().size();
    if (grows && !hasRoom(context, record)) {
      return false;
    }
    if (entry == null) {
      Objects.requireNonNull(context.absentEntry()).doInsert(record);
    } else {
      entry.doReplaceValue(record);
    }
    // Down to the update lock. Chronicle stores the checksum now, and no sooner: without it the
    // record would count as torn.
    context.writeLock().unlock();
    return true;
  }

  /**
   * Whether a segment has room for a record in one piece. Chronicle cannot be left to find out: it
   * gives a record's place back before it looks for a longer one, and if there is none, the record
   * is lost.
   */
  private boolean hasRoom(ExternalMapQueryContext<byte[], byte[], ?> context, OffHeapBytes record) {
    CompiledMapQueryContext<?, ?, ?> internals = (CompiledMapQueryContext<?, ?, ?>) context;
    long bytes = ENTRY_OVERHEAD_BYTES + context.queriedKey().size() + record.size();
    int chunks = (int) ((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
    if (chunks > maxChunks) {
      return false;
    }
    long at = internals.allocReturnCodeGuarded(chunks);
    if (at < 0) {
      return false;
    }
    internals.freeGuarded(at, chunks);
    return true;
  }

  // --- recovery; nobody else is in the map ---

  /**
   * Clears the locks and drops what is torn. This is what {@code recoverPersistedTo} does to a
   * file, done to the mapped file, so that no process has to close it.
   */
  void repair() {
    VanillaChronicleMap<?, ?, ?> internals = (VanillaChronicleMap<?, ?, ?>) map;
    // The lock of the state that all segments share lies at its start.
    OffHeap.ALL.set(
        ValueLayout.JAVA_LONG_UNALIGNED, internals.bsAddress() + internals.headerSize, 0L);
    try (IterationContext<?, ?, ?> context = internals.iterationContext()) {
      context.recoverSegments(corruption -> {}, new ChronicleHashCorruptionImpl());
    }
  }

  /**
   * Carries out an intent.
   *
   * @param slot with key and record in place
   * @param intent {@link SessionSlot#PUT} or {@link SessionSlot#REMOVE}
   * @return false if there is no room, which there is unless nothing had been done yet
   */
  boolean carryOut(SessionSlot slot, int intent) {
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(slot.key())) {
      context.writeLock().lock();
      @Nullable MapEntry<byte[], byte[]> entry = context.entry();
      if (intent == SessionSlot.REMOVE) {
        if (entry != null) {
          entry.doRemove();
        }
        return true;
      }
      return put(context, entry, slot.record());
    }
  }

  /** Counts the records. */
  long count() {
    return map.longSize();
  }
}
