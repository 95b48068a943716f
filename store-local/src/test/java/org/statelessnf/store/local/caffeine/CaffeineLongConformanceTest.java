package org.statelessnf.store.local.caffeine;

import org.junit.jupiter.api.Tag;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** The same with five times the work. */
@Tag("long")
class CaffeineLongConformanceTest extends StoreConformanceTest {
  private static final String URI = "caffeine:";

  @Override
  protected StoreFixture createFixture() {
    return new StoreFixture() {
      @Override
      public StateStore open() {
        return Stores.open(URI);
      }

      @Override
      public String uri() {
        return URI;
      }

      @Override
      public double scale() {
        return 5;
      }
    };
  }
}
