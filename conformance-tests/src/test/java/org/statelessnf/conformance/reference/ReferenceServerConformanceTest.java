package org.statelessnf.conformance.reference;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

class ReferenceServerConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return ReferenceServerFixture.correct(true);
  }
}
