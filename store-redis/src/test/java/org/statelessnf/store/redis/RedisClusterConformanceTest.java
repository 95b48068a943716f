package org.statelessnf.store.redis;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.redis.server.RedisCluster;

/** The contract on a cluster of three masters. */
class RedisClusterConformanceTest extends StoreConformanceTest {
  /** On a busy machine nobody is declared dead who is only slow. */
  private static final long CALM_MILLIS = 30_000;

  @Override
  protected StoreFixture createFixture() throws IOException {
    RedisCluster cluster = RedisCluster.start(false, CALM_MILLIS);
    return new ServersFixture(cluster.uri(), "redis-cluster://127.0.0.1:1", cluster::close);
  }
}
