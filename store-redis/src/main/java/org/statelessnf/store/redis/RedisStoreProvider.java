package org.statelessnf.store.redis;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** The way in; see {@code docs/redis.md} for URIs and options. */
public final class RedisStoreProvider implements StateStoreProvider {

  /** For {@link java.util.ServiceLoader}. */
  public RedisStoreProvider() {}

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("redis", "rediss", "redis-socket", "redis-sentinel", "redis-cluster");
  }

  @Override
  public String summary() {
    return "Redis server, Sentinel or Cluster (Lettuce), such as redis://localhost:6379,"
        + " redis-socket:///run/redis/redis.sock, redis-cluster://a:6379,b:6379";
  }

  @Override
  public Set<String> options() {
    return RedisOptions.NAMES;
  }

  @Override
  public Capabilities typicalCapabilities() {
    return new Capabilities(
        Scope.CLUSTER,
        Consistency.LINEARIZABLE,
        Durability.PROCESS_CRASH,
        RedisStore.MAX_KEY_BYTES,
        RedisStore.MAX_VALUE_BYTES,
        RedisOptions.DEFAULT_MAX_IN_FLIGHT,
        RedisStore.FEATURES);
  }

  @Override
  public StateStore open(StoreUri uri) {
    return RedisStore.open(uri);
  }
}
