package org.statelessnf.store.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.internal.processors.cache.distributed.dht.GridDhtTopologyFuture;
import org.jspecify.annotations.Nullable;

/**
 * When the timers come due whose primary copy is on this node: hints in the node's memory, each
 * judged by the timer's record when somebody claims it. Thread-safe.
 *
 * <p><b>No timer is missed.</b> Every operation on a timer runs at its primary copy and notes there
 * when the timer comes due ({@link #note}), before the record is written and under the record's
 * lock; so who finds the hint finds the record. A node that takes keys over has no hints for them.
 * So once every change of the topology is settled (and no operation of the topology before is left)
 * it runs over its primary copies and notes what it finds; operations since then have noted theirs.
 * A hint that was given away is kept and given away again a little later, unless the claim moved
 * it; so a claimant may die at any time.
 */
final class DueTimers {
  private static final ConcurrentMap<Id, DueTimers> ALL = new ConcurrentHashMap<>();

  private record Id(String node, long marker) {}

  private final Ignite ignite;
  private final long marker;
  private final Map<Long, TimerHints> queues = new ConcurrentHashMap<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable GridDhtTopologyFuture seen;

  private DueTimers(Ignite ignite, long marker) {
    this.ignite = ignite;
    this.marker = marker;
  }

  /**
   * The hints of a node.
   *
   * @param key of a timer, or what it starts with
   */
  static DueTimers of(Ignite ignite, byte[] key) {
    Id id = new Id(String.valueOf(ignite.name()), (long) RecordLayout.LONG.get(key, 0));
    DueTimers there = ALL.get(id);
    return there != null
        ? there
        : ALL.computeIfAbsent(id, absent -> new DueTimers(ignite, absent.marker()));
  }

  /** Forgets a node that was stopped. */
  static void forget(String name) {
    ALL.keySet().removeIf(id -> id.node().equals(name));
  }

  private TimerHints hints(byte[] key) {
    long queue = (long) RecordLayout.LONG.get(key, IgniteTable.PREFIX_BYTES);
    TimerHints there = queues.get(queue);
    return there != null ? there : queues.computeIfAbsent(queue, absent -> new TimerHints());
  }

  /**
   * A timer's record is about to be this. To be called under the record's lock.
   *
   * @param record null if the timer is gone
   */
  void note(byte[] key, byte @Nullable [] record) {
    if (record == null) {
      hints(key).remove(key);
    } else {
      hints(key).put(key, TimerOps.dueMillis(record));
    }
  }

  /**
   * Keys of timers that are due.
   *
   * @param cache where they are
   * @param prefix of the queue
   * @param max at most so many
   * @param local whether the claimant is on this node: it comes first
   */
  DueReply ask(String cache, byte[] prefix, int max, boolean local) {
    follow(cache);
    return hints(prefix).take(System.currentTimeMillis(), max, local);
  }

  /** Looks for timers that this node has become responsible for, on a thread of its own. */
  private void follow(String cache) {
    GridDhtTopologyFuture now = Topology.present(ignite);
    if (now != seen && now.isDone() && running.compareAndSet(false, true)) {
      Thread.ofPlatform()
          .daemon()
          .name("snf-ignite-timers")
          .start(() -> {
            try {
              run(cache, now);
            } catch (IgniteException | CacheException | IllegalStateException e) {
              ignite.log().debug("timers of " + cache + " are looked for once more: " + e);
            } finally {
              running.set(false);
            }
          });
    }
  }

  private void run(String cache, GridDhtTopologyFuture settled) {
    long own = marker; // a filter that goes nowhere, but captures as little as possible
    ScanQuery<byte[], byte[]> scan =
        new ScanQuery<>((key, record) ->
            key.length > IgniteTimerQueue.PREFIX_BYTES
                && (long) RecordLayout.LONG.get(key, 0) == own);
    try (QueryCursor<Cache.Entry<byte[], byte[]>> rows =
        ignite.<byte[], byte[]>cache(cache).query(scan.setLocal(true))) {
      for (Cache.Entry<byte[], byte[]> row : rows) {
        hints(row.getKey()).putIfAbsent(row.getKey(), TimerOps.dueMillis(row.getValue()));
      }
    }
    var affinity = ignite.<byte[]>affinity(cache);
    var here = ignite.cluster().localNode();
    for (TimerHints hints : queues.values()) {
      List<byte[]> gone = new ArrayList<>();
      for (byte[] key : hints.keys()) {
        if (!affinity.isPrimary(here, key)) {
          gone.add(key);
        }
      }
      gone.forEach(hints::remove);
    }
    if (Topology.present(ignite) == settled) {
      // Else some of it may be wrong, and all of it is done once more.
      seen = settled;
    }
  }
}
