package org.statelessnf.conformance.rules;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;

/** Adds slots whose keys and values are byte arrays. */
final class Slots {
  private Slots() {}

  static int put(WriteBatch batch, Table table, byte[] key, byte[] value) {
    return batch.put(table, of(key), 0, key.length, of(value), 0, value.length);
  }

  static int putIfAbsent(WriteBatch batch, Table table, byte[] key, byte[] value) {
    return batch.putIfAbsent(table, of(key), 0, key.length, of(value), 0, value.length);
  }

  static int putIfVersion(WriteBatch batch, Table table, byte[] key, byte[] value, long expected) {
    return batch.putIfVersion(table, of(key), 0, key.length, of(value), 0, value.length, expected);
  }

  static int remove(WriteBatch batch, Table table, byte[] key) {
    return batch.remove(table, of(key), 0, key.length);
  }

  static int removeIfVersion(WriteBatch batch, Table table, byte[] key, long expected) {
    return batch.removeIfVersion(table, of(key), 0, key.length, expected);
  }

  static int increment(WriteBatch batch, Table table, byte[] key, long delta) {
    return batch.increment(table, of(key), 0, key.length, delta);
  }

  static MemorySegment of(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }
}
