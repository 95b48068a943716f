package org.statelessnf.store.ignite;

import java.util.Arrays;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/**
 * The different keys of a batch, each with the slots that name it in slot order. Belongs to one
 * flight and is used again; the keys themselves go to Ignite and are made anew.
 */
final class KeyIndex {
  private byte[][] keys = new byte[0][];
  private int[] hashes = new int[0];
  private int[] firstSlot = new int[0];
  private int[] lastSlot = new int[0];
  private int[] nextSlot = new int[0];
  private int[] buckets = new int[0];
  private int mask;
  private int size;

  /** Takes in the pending slots of a multi-read. */
  void fill(ReadBatch batch) {
    reserve(batch.size());
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        IgniteTable table = (IgniteTable) batch.table(slot);
        add(slot, table.fullKey(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot)));
      }
    }
  }

  /** Takes in the pending operations of a round. */
  void fill(Work work) {
    int operations = work.operations();
    reserve(operations);
    for (int operation = 0; operation < operations; operation++) {
      if (work.isPending(operation)) {
        add(operation, work.key(operation));
      }
    }
  }

  private void add(int slot, byte[] key) {
    int hash = KeyHash.of(key);
    nextSlot[slot] = -1;
    int bucket = hash & mask;
    while (buckets[bucket] >= 0) {
      int known = buckets[bucket];
      if (hashes[known] == hash && Arrays.equals(keys[known], key)) {
        nextSlot[lastSlot[known]] = slot;
        lastSlot[known] = slot;
        return;
      }
      bucket = (bucket + 1) & mask;
    }
    buckets[bucket] = size;
    keys[size] = key;
    hashes[size] = hash;
    firstSlot[size] = slot;
    lastSlot[size] = slot;
    size++;
  }

  /** Different keys. */
  int size() {
    return size;
  }

  byte[] key(int index) {
    return keys[index];
  }

  int hash(int index) {
    return hashes[index];
  }

  int firstSlot(int index) {
    return firstSlot[index];
  }

  int lastSlot(int index) {
    return lastSlot[index];
  }

  /** How many slots name a key. */
  int slots(int index) {
    int count = 0;
    for (int slot = firstSlot[index]; slot >= 0; slot = nextSlot[slot]) {
      count++;
    }
    return count;
  }

  /** The next slot with the same key, -1 if there is none. */
  int nextSlot(int slot) {
    return nextSlot[slot];
  }

  /**
   * The first slot of a key.
   *
   * @return -1 if the batch does not name it
   */
  int find(byte[] key) {
    int number = number(key);
    return number < 0 ? -1 : firstSlot[number];
  }

  /**
   * The number of a key.
   *
   * @return -1 if the batch does not name it
   */
  int number(byte[] key) {
    int hash = KeyHash.of(key);
    for (int bucket = hash & mask; buckets[bucket] >= 0; bucket = (bucket + 1) & mask) {
      int known = buckets[bucket];
      if (hashes[known] == hash && Arrays.equals(keys[known], key)) {
        return known;
      }
    }
    return -1;
  }

  /** Lets go of the keys. */
  void clear() {
    Arrays.fill(keys, 0, size, null);
    size = 0;
  }

  private void reserve(int slots) {
    if (nextSlot.length < slots) {
      keys = new byte[slots][];
      hashes = new int[slots];
      firstSlot = new int[slots];
      lastSlot = new int[slots];
      nextSlot = new int[slots];
    }
    int wanted = Integer.highestOneBit(Math.max(4, 4 * slots - 1));
    if (buckets.length < wanted) {
      buckets = new int[wanted];
    }
    size = 0;
    mask = wanted - 1;
    Arrays.fill(buckets, 0, wanted, -1);
  }
}
