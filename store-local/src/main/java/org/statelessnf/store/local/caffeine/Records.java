package org.statelessnf.store.local.caffeine;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;

/**
 * The records of one table, and the count of all records of the store, which bounds them.
 *
 * <p>A record leaves by {@link #remove} only, so that the count stays right: every record of a
 * table that is not a cache was counted by {@link #insert} before it went in. Records of {@link
 * TableClass#CACHE} tables are bounded by Caffeine, which evicts them, and are not counted.
 *
 * <p>Thread-safe. Arrays in the map are never changed, and are compared by identity.
 */
final class Records {
  private final TableSpec spec;
  private final ConcurrentMap<RecordKey, byte[]> map;
  private final AtomicLong count;
  private final long maxCount;
  private final boolean cache;
  private final long ttlMillis;

  Records(TableSpec spec, AtomicLong count, Space.Limits limits) {
    this.spec = spec;
    this.count = count;
    this.maxCount = limits.maxRecords();
    this.cache = spec.tableClass() == TableClass.CACHE;
    this.ttlMillis = spec.idleTtl() == null ? -1 : Math.max(1, spec.idleTtl().toMillis());
    Caffeine<Object, Object> builder = Caffeine.newBuilder();
    if (cache) {
      // Upkeep on the thread that causes it: a pool would outlive the store.
      builder.maximumSize(limits.cacheRecords()).executor(Runnable::run);
    }
    this.map = builder.<RecordKey, byte[]>build().asMap();
  }

  TableSpec spec() {
    return spec;
  }

  /** The table's idle time-to-live, -1 for none. */
  long ttlMillis() {
    return ttlMillis;
  }

  ConcurrentMap<RecordKey, byte[]> map() {
    return map;
  }

  /**
   * Takes room for a new record.
   *
   * @return false if there is none
   */
  boolean reserve() {
    return cache || reserve(count, maxCount);
  }

  static boolean reserve(AtomicLong count, long maxCount) {
    long now;
    do {
      now = count.get();
      if (now >= maxCount) {
        return false;
      }
    } while (!count.compareAndSet(now, now + 1));
    return true;
  }

  /**
   * Puts a record in, for which there is room by {@link #reserve}.
   *
   * @param key never changed from now on
   * @param record the record
   * @return false if there is a record already; the room was given back
   */
  boolean insert(RecordKey key, byte[] record) {
    if (map.putIfAbsent(key, record) == null) {
      return true;
    }
    giveBack();
    return false;
  }

  /**
   * Replaces exactly this record.
   *
   * @param key equal to the record's
   * @param expected the record as it was read
   * @param record the new one
   * @return false if another one is there by now, or none
   */
  boolean replace(RecordKey key, byte[] expected, byte[] record) {
    return map.replace(key, expected, record);
  }

  /**
   * Removes exactly this record.
   *
   * @param key equal to the record's
   * @param expected the record as it was read
   * @return false if another one is there by now, or none
   */
  boolean remove(RecordKey key, byte[] expected) {
    if (map.remove(key, expected)) {
      giveBack();
      return true;
    }
    return false;
  }

  private void giveBack() {
    if (!cache) {
      count.decrementAndGet();
    }
  }
}
