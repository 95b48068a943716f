package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Ids to be placed into buckets by {@link TimerIndex#place}, and what became of each. Reused; grows
 * to what was needed once.
 */
final class TimerEntries {
  /** What became of an entry. */
  enum Fate {
    /** Not placed yet, or not for certain. */
    WAITING,
    /** In a bucket at {@link #tick}, where every claimant that comes after will find it. */
    PLACED,
    /** The store has no room for another bucket. */
    FULL
  }

  private static final int FIRST_ROOM = 128;

  private MemorySegment memory = MemorySegment.NULL;
  private long[] offsets = new long[FIRST_ROOM];
  private int[] lengths = new int[FIRST_ROOM];
  private long[] ticks = new long[FIRST_ROOM];
  private int[] hops = new int[FIRST_ROOM];
  private int[] groups = new int[FIRST_ROOM];
  private Fate[] fates = new Fate[FIRST_ROOM];
  private int size;
  private int waiting;

  /**
   * Forgets all.
   *
   * @param ids memory that the ids to come lie in
   */
  void clear(MemorySegment ids) {
    memory = ids;
    size = 0;
    waiting = 0;
  }

  /**
   * Adds an entry.
   *
   * @param offset where its id starts
   * @param length the id's length
   * @param tick tick to place it at, or later
   * @return its index
   */
  int add(long offset, int length, long tick) {
    if (size == offsets.length) {
      int room = 2 * size;
      offsets = Arrays.copyOf(offsets, room);
      lengths = Arrays.copyOf(lengths, room);
      ticks = Arrays.copyOf(ticks, room);
      hops = Arrays.copyOf(hops, room);
      groups = Arrays.copyOf(groups, room);
      fates = Arrays.copyOf(fates, room);
    }
    offsets[size] = offset;
    lengths[size] = length;
    ticks[size] = tick;
    hops[size] = 0;
    groups[size] = -1;
    fates[size] = Fate.WAITING;
    waiting++;
    return size++;
  }

  int size() {
    return size;
  }

  int waiting() {
    return waiting;
  }

  MemorySegment memory() {
    return memory;
  }

  long offset(int index) {
    return offsets[index];
  }

  int length(int index) {
    return lengths[index];
  }

  /** Tick to be placed at, or, once placed, the one it is at. */
  long tick(int index) {
    return ticks[index];
  }

  Fate fate(int index) {
    return fates[index];
  }

  /** How often an entry was sent on to another shard. */
  int hops(int index) {
    return hops[index];
  }

  /** Bucket of the present round, -1 for none. */
  int group(int index) {
    return groups[index];
  }

  void group(int index, int group) {
    groups[index] = group;
  }

  /** Sends an entry to another shard, and to a later tick once it has been to a few. */
  void sendOn(int index, int hopsPerTick) {
    if (++hops[index] % hopsPerTick == 0) {
      ticks[index]++;
    }
  }

  void notBefore(int index, long tick) {
    ticks[index] = Math.max(ticks[index], tick);
  }

  /** Settles an entry that is waiting. */
  void settle(int index, Fate fate) {
    fates[index] = fate;
    waiting--;
  }
}
