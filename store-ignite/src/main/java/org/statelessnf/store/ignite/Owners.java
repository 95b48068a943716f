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
  private final UUID here;
  private final List<Integer> partitions;
  private final byte[][] probes;
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile Look look;
  private volatile long refreshedNanos;

  /**
   * What was seen.
   *
   * @param groups number of the owner by partition
   * @param local whether this node is the owner, by partition
   * @param others a key of each node but this one
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Look(int[] groups, boolean[] local, List<byte[]> others) {}

  Owners(Ignite ignite, String cache) {
    this.affinity = ignite.affinity(cache);
    this.here = ignite.cluster().localNode().id();
    this.partitions = IntStream.range(0, affinity.partitions()).boxed().toList();
    this.probes = probes(partitions.size());
    this.look = look();
    this.refreshedNanos = System.nanoTime();
  }

  /** Number of the owner of a key, below {@link Grid#MAX_GROUPS}. Cheap. */
  int group(byte[] key) {
    int[] groups = look.groups();
    return groups[partition(key, groups.length)];
  }

  /** Whether this node owned a key a moment ago. Cheap. */
  boolean isLocal(byte[] key) {
    boolean[] local = look.local();
    return local[partition(key, local.length)];
  }

  /** A key of each node but this one, a moment ago. */
  List<byte[]> others() {
    return look.others();
  }

  /** A key of each partition, which no record has. */
  static byte[][] probes(int partitions) {
    byte[][] probes = new byte[partitions][];
    int missing = partitions;
    for (int i = 0; missing > 0; i++) {
      byte[] key = new byte[Integer.BYTES];
      RecordLayout.INT.set(key, 0, i);
      int partition = partition(key, partitions);
      if (probes[partition] == null) {
        probes[partition] = key;
        missing--;
      }
    }
    return probes;
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
        look = look();
        refreshedNanos = System.nanoTime();
      } finally {
        refreshing.set(false);
      }
    }
  }

  private Look look() {
    Map<Integer, ClusterNode> primaries = affinity.mapPartitionsToNodes(partitions);
    List<UUID> known = new ArrayList<>();
    List<byte[]> others = new ArrayList<>();
    int[] found = new int[partitions.size()];
    boolean[] local = new boolean[partitions.size()];
    for (Map.Entry<Integer, ClusterNode> entry : primaries.entrySet()) {
      UUID id = entry.getValue().id();
      if (!known.contains(id)) {
        known.add(id);
        if (!id.equals(here)) {
          others.add(probes[entry.getKey()]);
        }
      }
      local[entry.getKey()] = id.equals(here);
      found[entry.getKey()] = known.indexOf(id) % Grid.MAX_GROUPS;
    }
    return new Look(found, local, others);
  }
}
