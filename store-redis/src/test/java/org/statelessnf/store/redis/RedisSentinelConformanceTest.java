package org.statelessnf.store.redis;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.redis.server.RedisSentinels;

/** The contract on a master that is found through three sentinels. */
class RedisSentinelConformanceTest extends StoreConformanceTest {
  /** On a busy machine nobody is declared dead who is only slow. */
  private static final long CALM_MILLIS = 30_000;

  @Override
  protected StoreFixture createFixture() throws IOException {
    RedisSentinels servers = RedisSentinels.start(CALM_MILLIS);
    return new ServersFixture(servers.uri(), "redis-sentinel://127.0.0.1:1/flows", servers::close);
  }
}
