package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;

/**
 * Remembers, for the claims that a session made last, which version the timer's record got: then
 * the claim can be completed without reading the record first. Forgetting costs a round trip.
 *
 * <p>A version says something about one record only, and fencing numbers of different timers may be
 * equal. So what is remembered is known by queue and id as well as by fencing number.
 */
final class FenceVersions {
  private static final int SET_BITS = 10;
  private static final int WAYS = 4;
  private static final int SIZE = WAYS << SET_BITS;

  private final ElementHash hash = new ElementHash();
  private final long seed;
  private final RecordTimerQueue[] queues = new RecordTimerQueue[SIZE];
  private final long[] fences = new long[SIZE];
  private final long[] ids = new long[SIZE];
  private final long[] versions = new long[SIZE];
  private final byte[] oldest = new byte[1 << SET_BITS]; // which of a set goes next

  /**
   * Creates an empty memory.
   *
   * @param seed random, so that nobody can choose ids that collide
   */
  FenceVersions(long seed) {
    this.seed = seed;
  }

  /**
   * Notes the version that a claim gave a timer's record.
   *
   * @param queue the timer's queue
   * @param memory holds the timer's id
   * @param offset where the id starts
   * @param length its length
   * @param fence the claim's fencing number
   * @param version of the record
   */
  void put(
      RecordTimerQueue queue,
      MemorySegment memory,
      long offset,
      int length,
      long fence,
      long version) {
    hash.hash(memory, offset, length, seed ^ fence);
    int set = set();
    int place = set * WAYS + oldest[set];
    oldest[set] = (byte) ((oldest[set] + 1) % WAYS);
    queues[place] = queue;
    fences[place] = fence;
    ids[place] = hash.second();
    versions[place] = version;
  }

  /**
   * The version that a claim gave a timer's record, 0 if it is not known.
   *
   * @param queue the timer's queue
   * @param memory holds the timer's id
   * @param offset where the id starts
   * @param length its length
   * @param fence the claim's fencing number
   */
  long get(RecordTimerQueue queue, MemorySegment memory, long offset, int length, long fence) {
    hash.hash(memory, offset, length, seed ^ fence);
    int first = set() * WAYS;
    for (int place = first; place < first + WAYS; place++) {
      if (queues[place] == queue && fences[place] == fence && ids[place] == hash.second()) {
        return versions[place];
      }
    }
    return 0;
  }

  private int set() {
    return (int) (hash.first() >>> (Long.SIZE - SET_BITS));
  }
}
