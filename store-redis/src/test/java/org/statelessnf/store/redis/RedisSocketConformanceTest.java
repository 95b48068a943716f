package org.statelessnf.store.redis;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** The contract on a server that is reached by a unix socket and has each write on its disk. */
class RedisSocketConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return StandaloneFixture.unix("--appendonly", "yes", "--appendfsync", "always");
  }
}
