package org.statelessnf.store.ignite;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;

/**
 * Whether the node that runs an operation has room for a further record. Ignite itself stops the
 * whole node when its memory is used up, so a margin is kept and new records are refused before.
 */
final class Memory {
  /** The share of the region that new records may use; copies of other nodes' keys need some. */
  private static final double USABLE = 0.9;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final ConcurrentMap<String, Memory> NODES = new ConcurrentHashMap<>();

  private volatile long lookedNanos = System.nanoTime() - LOOK_NANOS;
  private volatile boolean room = true;

  private Memory() {}

  /**
   * Asks for the node of an entry; thread-safe. The answer is up to 10 ms old.
   *
   * @param entry of a key whose primary copy is here
   */
  static boolean hasRoom(MutableEntry<byte[], byte[]> entry) {
    Ignite ignite = entry.unwrap(Ignite.class);
    String name = String.valueOf(ignite.name());
    Memory memory = NODES.get(name);
    if (memory == null) {
      memory = NODES.computeIfAbsent(name, key -> new Memory());
    }
    long now = System.nanoTime();
    if (now - memory.lookedNanos >= LOOK_NANOS) {
      memory.lookedNanos = now;
      memory.room = look(ignite);
    }
    return memory.room;
  }

  /** Forgets a node that was stopped. */
  static void forget(String name) {
    NODES.remove(name);
  }

  @SuppressWarnings("deprecation") // in favour of a metric by name, whose name is internal
  private static boolean look(Ignite ignite) {
    String region = NodeConfig.regionOf(ignite);
    var metrics = ignite.dataRegionMetrics(region);
    if (metrics == null) {
      return true;
    }
    long max = NodeConfig.maxBytesOf(ignite, region);
    return max <= 0 || (double) metrics.getTotalUsedPages() * metrics.getPageSize() < USABLE * max;
  }
}
