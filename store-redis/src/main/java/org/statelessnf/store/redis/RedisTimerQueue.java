package org.statelessnf.store.redis;

import org.statelessnf.store.StateStore;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * A timer queue: a sorted set and a hash per shard. It has a quarter of the store's shards, since
 * every claim asks all of them.
 */
final class RedisTimerQueue extends TimerQueue {
  private static final int SHARDS_PER_QUEUE_SHARD = 4;

  private final int shards;
  private final int stride;
  private final byte[][] due;
  private final byte[][] data;

  RedisTimerQueue(StateStore store, TimerSpec spec, Keyspace keyspace) {
    super(store, spec);
    this.shards = Math.max(1, keyspace.shards() / SHARDS_PER_QUEUE_SHARD);
    this.stride = keyspace.shards() / shards;
    this.due = new byte[shards][];
    this.data = new byte[shards][];
    String path = "t/" + spec.namespace() + "/" + spec.name();
    for (int i = 0; i < shards; i++) {
      due[i] = keyspace.key(i * stride, path + "/due");
      data[i] = keyspace.key(i * stride, path + "/data");
    }
  }

  /** How many parts the queue has. */
  int shards() {
    return shards;
  }

  /** The part that a timer is in. */
  int shard(long hash) {
    return shards == 1 ? 0 : (int) Math.unsignedMultiplyHigh(hash, shards);
  }

  /** The store's shard that a part is in. */
  int storeShard(int shard) {
    return shard * stride;
  }

  /** Key of the sorted set. */
  byte[] due(int shard) {
    return due[shard];
  }

  /** Key of the hash. */
  byte[] data(int shard) {
    return data[shard];
  }
}
