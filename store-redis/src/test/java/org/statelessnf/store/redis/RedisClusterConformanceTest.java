package org.statelessnf.store.redis;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import org.statelessnf.store.redis.server.RedisCluster;

/** The contract on a cluster of three masters. */
class RedisClusterConformanceTest extends StoreConformanceTest {
  /** On a busy machine nobody is declared dead who is only slow. */
  private static final long CALM_MILLIS = 30_000;

  @Override
  protected StoreFixture createFixture() throws IOException {
    RedisCluster cluster = RedisCluster.start(false, CALM_MILLIS);
    String uri = cluster.uri() + "?timeout=10s&connectTimeout=10s";
    return new StoreFixture() {
      @Override
      public StateStore open() {
        return Stores.open(uri);
      }

      @Override
      public double scale() {
        return 0.1;
      }

      @Override
      public String uri() {
        return uri;
      }

      @Override
      public String unreachableUri() {
        return "redis-cluster://127.0.0.1:1?connectTimeout=1s";
      }

      @Override
      public void close() throws IOException {
        cluster.close();
      }
    };
  }
}
