package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.statelessnf.nf.StateTable;

/**
 * The distinct records of a batch, found by key: coalescing. Open addressing over preallocated
 * records; cleared in time proportional to what was used.
 */
final class RecordIndex {
  private static final int EMPTY = 0;

  private final ScratchMemory scratch;
  private final StateTable anyTable;
  private Staged[] records;
  private int[] buckets; // record index + 1
  private int size;

  RecordIndex(ScratchMemory scratch, StateTable anyTable, int expected) {
    this.scratch = scratch;
    this.anyTable = anyTable;
    this.records = new Staged[expected];
    for (int i = 0; i < expected; i++) {
      records[i] = new Staged(scratch, anyTable);
    }
    this.buckets = new int[tableSize(expected)];
  }

  private static int tableSize(int records) {
    return Integer.highestOneBit(Math.max(8, records) * 4 - 1);
  }

  int size() {
    return size;
  }

  Staged get(int index) {
    return records[index];
  }

  void clear() {
    if (size * 8 > buckets.length) {
      Arrays.fill(buckets, EMPTY);
    } else {
      int mask = buckets.length - 1;
      for (int i = 0; i < size; i++) {
        // Every entry of a probe run belongs to a record in use, so emptying by home runs is
        // enough.
        int bucket = records[i].hash & mask;
        while (buckets[bucket] != EMPTY) {
          buckets[bucket] = EMPTY;
          bucket = (bucket + 1) & mask;
        }
      }
    }
    size = 0;
  }

  /** Index of the record with this key, or -1. */
  int find(StateTable table, MemorySegment memory, long offset, int length, int hash) {
    int mask = buckets.length - 1;
    for (int bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      int entry = buckets[bucket];
      if (entry == EMPTY) {
        return -1;
      }
      Staged record = records[entry - 1];
      if (record.hash == hash && record.isKey(table, memory, offset, length)) {
        return entry - 1;
      }
    }
  }

  /** Adds a record whose key lies in the scratch memory and is known not to be here. */
  int add(StateTable table, long keyOffset, int keyLength, int hash) {
    if (size == records.length) {
      grow();
    }
    int index = size++;
    records[index].init(table, keyOffset, keyLength, hash);
    place(index);
    return index;
  }

  private void place(int index) {
    int mask = buckets.length - 1;
    int bucket = records[index].hash & mask;
    while (buckets[bucket] != EMPTY) {
      bucket = (bucket + 1) & mask;
    }
    buckets[bucket] = index + 1;
  }

  private void grow() {
    int old = records.length;
    records = Arrays.copyOf(records, 2 * old);
    for (int i = old; i < records.length; i++) {
      records[i] = new Staged(scratch, anyTable);
    }
    buckets = new int[tableSize(records.length)];
    for (int i = 0; i < size; i++) {
      place(i);
    }
  }
}
