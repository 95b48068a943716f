package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** {@code chronicle:DIR} keeps the contract, in several processes and when it is full. */
class ChronicleConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return new DirectoryFixture();
  }
}
