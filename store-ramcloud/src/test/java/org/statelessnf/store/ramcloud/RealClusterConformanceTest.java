package org.statelessnf.store.ramcloud;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * The contract on a real cluster, whichever: {@code SNF_RAMCLOUD_LIB}, {@code
 * SNF_RAMCLOUD_LOCATOR}. A cluster on a busy machine takes its time, so deadlines are generous.
 */
@EnabledIfEnvironmentVariable(
    named = NativeRamcloud.LIBRARY_VARIABLE,
    matches = ".+",
    disabledReason = RealCluster.SKIPPED)
@EnabledIfEnvironmentVariable(
    named = RealCluster.LOCATOR,
    matches = ".+",
    disabledReason = RealCluster.SKIPPED)
class RealClusterConformanceTest extends StoreConformanceTest {
  private static final String TIMEOUTS = "&timeout=10s&connectTimeout=20s";

  @Override
  protected StoreFixture createFixture() {
    String uri = RealCluster.uri(TIMEOUTS);
    return new StoreFixture() {
      @Override
      public StateStore open() {
        return Stores.open(uri);
      }

      @Override
      public String uri() {
        return uri;
      }

      @Override
      public String unreachableUri() {
        return "ramcloud:tcp:host=127.0.0.1,port=1?connectTimeout=1s";
      }

      @Override
      public double scale() {
        return 0.05;
      }
    };
  }
}
