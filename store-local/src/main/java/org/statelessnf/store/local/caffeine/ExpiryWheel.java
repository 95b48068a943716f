package org.statelessnf.store.local.caffeine;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Removes records whose time has come, without ever searching a table for them.
 *
 * <p>Whether a record has ended is decided by its own end time alone, whoever meets it; one that
 * has ended is removed before it is reported absent, so nobody who still holds it can bring it
 * back. The wheel is for those that nobody meets: it frees their memory and their place in the
 * record count.
 *
 * <p>A record with a time-to-live has one entry that stands for it, named by the record's <i>sweep
 * tick</i>. A write that moves the end to later leaves the entry where it is: when its tick comes,
 * the sweeper sees the later end, and makes a new entry, exchanging the record for one with the new
 * sweep tick. So refreshing a record costs no wheel work. A write that moves the end to before the
 * sweep tick makes a new entry; the old one then names another tick than the record and is dropped
 * when it comes up, as are the entries of records that were removed.
 *
 * <p>Nothing is lost in a race: the sweeper either removes the record or exchanges it, both by
 * compare-and-set on the record it read, and starts over if that fails; a writer that takes over
 * the sweep tick of the record it read does so by compare-and-set too, so it either comes before
 * the sweeper, who then sees it, or fails.
 *
 * <p>Entries hang in buckets by tick modulo {@value #BUCKETS}; one that is more than a round away
 * is passed over. A bucket is split by key hash to keep sessions apart, each part with its own
 * lock, the only one held. The thread starts with the first entry and ends with {@link #close}.
 */
final class ExpiryWheel {
  private static final long TICK_MILLIS = 128;
  private static final int BUCKETS = 2048;
  private static final int PARTS = 4;

  private final StoreClock clock;
  private final String threadName;
  private final Bucket[] buckets = new Bucket[BUCKETS * PARTS];
  private @Nullable Thread thread; // guarded by this
  private volatile boolean started;
  private volatile boolean closed;

  ExpiryWheel(StoreClock clock, String threadName) {
    this.clock = clock;
    this.threadName = threadName;
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new Bucket();
    }
  }

  /**
   * The sweep tick of a record: that of the record it replaces if its entry comes up in time, else
   * the one at which the record has surely ended.
   *
   * @param end when the record ends
   * @param inherited sweep tick of the record it replaces, 0 for none
   */
  int tickFor(long end, int inherited) {
    if (end == RecordBytes.NEVER) {
      return 0;
    }
    long tick = (end - clock.opened()) / TICK_MILLIS + 1;
    int own = (int) Math.min(Math.max(1, tick), Integer.MAX_VALUE);
    return inherited != 0 && inherited <= own ? inherited : own;
  }

  /**
   * Makes the entry of a record that is in the map.
   *
   * @param records the record's table
   * @param key its key, never changed
   * @param tick its sweep tick, not 0
   */
  void add(Records records, RecordKey key, int tick) {
    if (!started) {
      start();
    }
    int part = key.hashCode() & (PARTS - 1);
    long target = tick;
    while (!bucket(target, part).add(records, key, tick, target)) {
      target++;
    }
  }

  private Bucket bucket(long tick, int part) {
    return buckets[(int) (tick & (BUCKETS - 1)) * PARTS + part];
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      Thread made = new Thread(this::run, threadName);
      made.setDaemon(true);
      made.start();
      thread = made;
      started = true;
    }
  }

  private void run() {
    long swept = 0;
    while (!closed) {
      long now = (clock.floor() - clock.opened()) / TICK_MILLIS;
      while (swept < now && !closed) {
        swept++;
        for (int part = 0; part < PARTS; part++) {
          bucket(swept, part).sweep(swept);
        }
      }
      LockSupport.parkNanos(TICK_MILLIS * 1_000_000);
    }
  }

  /** Decides what to do about a record whose entry came up. */
  private void settle(Records records, RecordKey key, int tick) {
    while (true) {
      byte[] record = records.map().get(key);
      if (record == null || RecordBytes.tick(record) != tick) {
        return;
      }
      long end = RecordBytes.end(record);
      if (end <= clock.floor()) {
        if (records.remove(key, record)) {
          return;
        }
      } else {
        int later = tickFor(end, 0);
        if (records.replace(key, record, RecordBytes.withTick(record, later))) {
          add(records, key, later);
          return;
        }
      }
    }
  }

  /** Stops the sweeper; entries are forgotten. */
  void close() {
    Thread sweeper;
    synchronized (this) {
      closed = true;
      sweeper = thread;
    }
    if (sweeper != null) {
      LockSupport.unpark(sweeper);
      boolean interrupted = false;
      while (sweeper.isAlive()) {
        try {
          sweeper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Entries of the ticks that fall on one bucket, and of one part of the keys. */
  private final class Bucket {
    private static final int FIRST_ROOM = 8;

    // All guarded by this.
    private Records[] tables = {};
    private RecordKey[] keys = {};
    private int[] ticks = {};
    private int size;
    private long sweptTick;

    /** Adds an entry, unless the sweeper has passed the bucket by {@code target}. */
    synchronized boolean add(Records records, RecordKey key, int tick, long target) {
      if (sweptTick >= target) {
        return false;
      }
      if (size == ticks.length) {
        int room = Math.max(FIRST_ROOM, 2 * size);
        tables = Arrays.copyOf(tables, room);
        keys = Arrays.copyOf(keys, room);
        ticks = Arrays.copyOf(ticks, room);
      }
      tables[size] = records;
      keys[size] = key;
      ticks[size++] = tick;
      return true;
    }

    void sweep(long now) {
      Records[] dueTables;
      RecordKey[] dueKeys;
      int[] dueTicks;
      int dueSize;
      synchronized (this) {
        sweptTick = now;
        if (size == 0) {
          return;
        }
        dueTables = tables;
        dueKeys = keys;
        dueTicks = ticks;
        dueSize = size;
        tables = new Records[0];
        keys = new RecordKey[0];
        ticks = new int[0];
        size = 0;
      }
      for (int i = 0; i < dueSize; i++) {
        if (dueTicks[i] > now) {
          ExpiryWheel.this.add(dueTables[i], dueKeys[i], dueTicks[i]);
        } else {
          settle(dueTables[i], dueKeys[i], dueTicks[i]);
        }
      }
    }
  }
}
