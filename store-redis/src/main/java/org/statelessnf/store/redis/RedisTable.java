package org.statelessnf.store.redis;

import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** A table and what its keys start with, shard by shard. */
final class RedisTable extends Table {
  private final byte[][] prefixes;

  RedisTable(StateStore store, TableSpec spec, int id, Keyspace keyspace) {
    super(store, spec, id);
    this.prefixes = new byte[keyspace.shards()][];
    for (int shard = 0; shard < prefixes.length; shard++) {
      prefixes[shard] = keyspace.records(shard, spec.namespace(), spec.name());
    }
  }

  /** What the keys in a shard start with. */
  byte[] prefix(int shard) {
    return prefixes[shard];
  }
}
