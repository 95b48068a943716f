package org.statelessnf.store.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;

/**
 * Which server has the primary copy of a partition, a moment ago: a guess by which writes are put
 * into requests. Ignite itself sends every key where it belongs.
 */
final class Owners {
  private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Affinity<byte[]> affinity;
  private final List<Integer> partitions;
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile int[] groups;
  private volatile long refreshedNanos;

  Owners(Ignite ignite, String cache) {
    this.affinity = ignite.affinity(cache);
    this.partitions = IntStream.range(0, affinity.partitions()).boxed().toList();
    this.groups = look();
    this.refreshedNanos = System.nanoTime();
  }

  /** Number of the owner of a key, below {@link Grid#MAX_GROUPS}. Cheap. */
  int group(byte[] key) {
    return groups[partition(key, groups.length)];
  }

  /** The partition that Ignite's rendezvous affinity puts a key of bytes into. */
  static int partition(byte[] key, int partitions) {
    int hash = Arrays.hashCode(key);
    boolean power = (partitions & (partitions - 1)) == 0;
    return power ? (hash ^ (hash >>> 16)) & (partitions - 1) : Math.abs(hash % partitions);
  }

  /** Looks again if it was long ago. Any thread. */
  void refresh() {
    if (System.nanoTime() - refreshedNanos > REFRESH_NANOS
        && refreshing.compareAndSet(false, true)) {
      try {
        groups = look();
        refreshedNanos = System.nanoTime();
      } finally {
        refreshing.set(false);
      }
    }
  }

  private int[] look() {
    Map<Integer, ClusterNode> primaries = affinity.mapPartitionsToNodes(partitions);
    List<UUID> known = new ArrayList<>();
    int[] found = new int[partitions.size()];
    for (Map.Entry<Integer, ClusterNode> entry : primaries.entrySet()) {
      UUID id = entry.getValue().id();
      if (!known.contains(id)) {
        known.add(id);
      }
      found[entry.getKey()] = known.indexOf(id) % Grid.MAX_GROUPS;
    }
    return found;
  }
}
