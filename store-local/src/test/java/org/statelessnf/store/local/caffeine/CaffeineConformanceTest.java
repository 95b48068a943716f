package org.statelessnf.store.local.caffeine;

import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** {@code caffeine:} keeps the contract. */
class CaffeineConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() {
    return StoreFixture.of("caffeine:");
  }
}
