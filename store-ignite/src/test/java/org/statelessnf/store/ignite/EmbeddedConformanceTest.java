package org.statelessnf.store.ignite;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** The contract on nodes inside the processes that use the store. */
@Tag("long")
class EmbeddedConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return new EmbeddedFixture();
  }
}
