package org.statelessnf.store.ignite;

import java.util.Objects;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.affinity.AffinityTopologyVersion;
import org.apache.ignite.internal.processors.cache.GridCacheContext;
import org.apache.ignite.internal.processors.cache.KeyCacheObject;
import org.apache.ignite.internal.processors.cache.distributed.dht.GridDhtTopologyFuture;
import org.apache.ignite.internal.processors.cache.persistence.CacheDataRow;
import org.jspecify.annotations.Nullable;

/**
 * Reads records whose primary copy is in this process where they lie, as {@code getAll} does at the
 * end of its way: no future, no map, no copies for a caller who might change them.
 *
 * <p>The rule of {@link EmbeddedGrid#getAll} holds here, too: a read counts if this node has begun
 * to deal with no other distribution of the keys when it has the record. Thread-safe.
 */
final class OwnRecords {
  private final Ignite ignite;
  private final GridCacheContext<byte[], byte[]> cache;

  OwnRecords(Ignite ignite, String name) {
    this.ignite = ignite;
    this.cache = Objects.requireNonNull(((IgniteEx) ignite).<byte[], byte[]>cachex(name)).context();
  }

  /** Takes what was found. */
  @FunctionalInterface
  interface Reader {
    /**
     * A key was looked up.
     *
     * @param number of the key
     * @param record the present one, not to be changed; null if there is none
     */
    void found(int number, byte @Nullable [] record);
  }

  /**
   * Looks up those of some keys that this node owns.
   *
   * @param answered takes true for each key that was looked up
   * @throws IgniteException if a page cannot be read
   */
  void read(KeyIndex keys, boolean[] answered, Reader reader) {
    GridDhtTopologyFuture settled = Topology.present(ignite);
    if (!settled.isDone() || !cache.gate().enterIfNotStopped()) {
      return;
    }
    try {
      if (settled.validateCache(cache, false, true, null, null) != null) {
        return;
      }
      ClusterNode here = cache.localNode();
      AffinityTopologyVersion version = settled.topologyVersion();
      for (int number = 0; number < keys.size(); number++) {
        KeyCacheObject key = cache.toCacheKeyObject((Object) keys.key(number));
        int partition = key.partition();
        boolean mine =
            cache.affinity().primaryByPartition(here, partition, version)
                && cache.reserveForFastLocalGet(partition, version);
        if (mine) {
          CacheDataRow row;
          try {
            row = cache.offheap().read(cache, key);
          } finally {
            cache.releaseForFastLocalGet(partition, version);
          }
          if (Topology.present(ignite) != settled) {
            return; // the others are read again, this one, too
          }
          answered[number] = true;
          reader.found(
              number, row == null ? null : row.value().value(cache.cacheObjectContext(), false));
        }
      }
    } catch (IgniteCheckedException e) {
      throw new IgniteException(e);
    } finally {
      cache.gate().leave();
    }
  }
}
