package org.statelessnf.store.ignite;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;

/** The contract on thin clients of a server. */
@Tag("long")
class RemoteConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return new RemoteFixture();
  }
}
