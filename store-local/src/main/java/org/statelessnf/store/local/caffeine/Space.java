package org.statelessnf.store.local.caffeine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerSpec;

/**
 * What the handles of one in-process store share. A named one lives from its first handle to its
 * last.
 *
 * <p>Thread-safe.
 */
final class Space {
  /** Versions that a session takes at a time: a counter touched once in so many writes. */
  static final int VERSION_BLOCK = 1 << 12;

  private static final Map<String, Space> NAMED = new HashMap<>();

  private final String name;
  private final Limits limits;
  private final StoreClock clock = new StoreClock();
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong versions = new AtomicLong(1);
  private final Map<String, Records> tables = new ConcurrentHashMap<>();
  private final Map<String, LocalTimers> queues = new ConcurrentHashMap<>();
  private final Map<String, FilterBits> filters = new ConcurrentHashMap<>();
  private final ExpiryWheel expiry;
  private int handles = 1; // guarded by NAMED

  private Space(String name, Limits limits) {
    this.name = name;
    this.limits = limits;
    this.expiry = new ExpiryWheel(clock, "caffeine-expiry" + (name.isEmpty() ? "" : "-" + name));
  }

  /**
   * How much is kept.
   *
   * @param maxRecords records of all tables that are not caches, and timers
   * @param cacheRecords records of each cache
   */
  record Limits(long maxRecords, long cacheRecords) {}

  /**
   * Opens a store of its own, or joins one.
   *
   * @param name empty for a store of its own
   * @param limits how much it keeps
   * @throws StoreConfigException if it is open with other limits
   */
  static Space open(String name, Limits limits) {
    if (name.isEmpty()) {
      return new Space(name, limits);
    }
    synchronized (NAMED) {
      Space space = NAMED.get(name);
      if (space == null) {
        space = new Space(name, limits);
        NAMED.put(name, space);
        return space;
      }
      if (!space.limits.equals(limits)) {
        throw new StoreConfigException(
            "'caffeine:%s' is open with %s, now asked for with %s"
                .formatted(name, space.limits, limits));
      }
      space.handles++;
      return space;
    }
  }

  /** Gives up a handle; the last one ends the store. */
  void leave() {
    synchronized (NAMED) {
      if (--handles > 0) {
        return;
      }
      NAMED.remove(name, this);
    }
    expiry.close();
    tables.clear();
    queues.clear();
    filters.clear();
  }

  /**
   * The records of a table.
   *
   * @throws StoreConfigException if another handle opened it by another spec
   */
  Records records(TableSpec spec) {
    Records records =
        tables.computeIfAbsent(
            spec.namespace() + "/" + spec.name(), path -> new Records(spec, count, limits));
    requireSame(records.spec(), spec);
    return records;
  }

  /**
   * The timers of a queue.
   *
   * @throws StoreConfigException if another handle opened it by another spec
   */
  LocalTimers timers(TimerSpec spec) {
    LocalTimers timers =
        queues.computeIfAbsent(
            spec.namespace() + "/" + spec.name(),
            path -> new LocalTimers(spec, clock, count, limits.maxRecords()));
    requireSame(timers.spec(), spec);
    return timers;
  }

  /**
   * The bits of a filter.
   *
   * @throws StoreConfigException if another handle opened it by another spec, or there is no memory
   *     for it
   */
  FilterBits filter(FilterSpec spec) {
    FilterBits bits =
        filters.computeIfAbsent(spec.namespace() + "/" + spec.name(), path -> new FilterBits(spec));
    requireSame(bits.spec(), spec);
    return bits;
  }

  private static void requireSame(Record open, Record wanted) {
    if (!open.equals(wanted)) {
      throw new StoreConfigException("open as %s, now asked for as %s".formatted(open, wanted));
    }
  }

  StoreClock clock() {
    return clock;
  }

  ExpiryWheel expiry() {
    return expiry;
  }

  /**
   * Takes versions that no one else gets.
   *
   * @return the first of {@link #VERSION_BLOCK}
   */
  long takeVersions() {
    return versions.getAndAdd(VERSION_BLOCK);
  }
}
