package org.statelessnf.store.ramcloud;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** The contract on the stand-in, from several sessions, threads and processes. */
class StandinConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return new StandinFixture();
  }
}
