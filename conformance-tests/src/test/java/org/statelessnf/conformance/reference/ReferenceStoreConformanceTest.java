package org.statelessnf.conformance.reference;

import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

class ReferenceStoreConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() {
    return ReferenceStore::open;
  }
}
