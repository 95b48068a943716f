package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/** What a session last saw of a filter's own record: its seed and which generations are live. */
final class FilterMeta {
  private boolean known;
  private long version;
  private long seed;
  private long newest;
  private long oldest;
  private long swept;
  private long stamp;

  boolean isKnown() {
    return known;
  }

  /**
   * Takes what was read.
   *
   * @return false if it differs from what was seen before
   */
  boolean take(ReadBatch reads, int slot, Outcome outcome) {
    if (outcome != Outcome.OK) {
      known = false;
      version = 0;
      return false;
    }
    boolean same = known && reads.version(slot) == version;
    MemorySegment memory = reads.memory();
    long at = reads.valueOffset(slot);
    known = true;
    version = reads.version(slot);
    seed = memory.get(RecordBloomFilter.I64, at);
    newest = memory.get(RecordBloomFilter.I64, at + 8);
    oldest = memory.get(RecordBloomFilter.I64, at + 16);
    swept = memory.get(RecordBloomFilter.I64, at + 24);
    stamp = memory.get(RecordBloomFilter.I64, at + 32);
    return same;
  }

  /** Writes a record. */
  static void write(
      MemorySegment value, long seed, long newest, long oldest, long swept, long stamp) {
    value.set(RecordBloomFilter.I64, 0, seed);
    value.set(RecordBloomFilter.I64, 8, newest);
    value.set(RecordBloomFilter.I64, 16, oldest);
    value.set(RecordBloomFilter.I64, 24, swept);
    value.set(RecordBloomFilter.I64, 32, stamp);
  }

  long version() {
    return version;
  }

  /** What elements are hashed with. */
  long seed() {
    return seed;
  }

  /** The generation that elements are added to. */
  long newest() {
    return newest;
  }

  /** The oldest generation that is asked. */
  long oldest() {
    return oldest;
  }

  /** Generations below have no blocks any more. */
  long swept() {
    return swept;
  }

  /** Random number of the last write. */
  long stamp() {
    return stamp;
  }

  int generations() {
    return (int) (newest - oldest) + 1;
  }
}
