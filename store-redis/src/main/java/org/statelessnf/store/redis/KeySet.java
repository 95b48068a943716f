package org.statelessnf.store.redis;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/** Tells if a batch has the same key twice. Open addressing; used again without allocation. */
final class KeySet {
  private int[] slots = new int[256];
  private int[] rounds = new int[256];
  private long[] hashes = new long[256];
  private int round;

  /** Starts over. */
  void begin(int keys) {
    if (slots.length < 2 * keys) {
      int size = Integer.highestOneBit(4 * keys);
      slots = new int[size];
      rounds = new int[size];
      hashes = new long[size];
      round = 0;
    }
    if (++round == 0) {
      Arrays.fill(rounds, 0);
      round = 1;
    }
  }

  /**
   * Adds a slot's key.
   *
   * @return false if an equal key of the same table is there already
   */
  boolean add(WriteBatch batch, int slot, long hash) {
    int mask = slots.length - 1;
    for (int at = (int) hash & mask; ; at = (at + 1) & mask) {
      if (rounds[at] != round) {
        rounds[at] = round;
        slots[at] = slot;
        hashes[at] = hash;
        return true;
      }
      if (hashes[at] == hash && equal(batch, slots[at], slot)) {
        return false;
      }
    }
  }

  private static boolean equal(WriteBatch batch, int a, int b) {
    Table table = batch.table(a);
    int length = batch.keyLength(a);
    if (table != batch.table(b) || length != batch.keyLength(b)) {
      return false;
    }
    MemorySegment memory = batch.memory();
    long atA = batch.keyOffset(a);
    long atB = batch.keyOffset(b);
    return MemorySegment.mismatch(memory, atA, atA + length, memory, atB, atB + length) < 0;
  }
}
