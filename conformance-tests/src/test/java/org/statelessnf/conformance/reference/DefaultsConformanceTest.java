package org.statelessnf.conformance.reference;

import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.Feature;

/** All rules, with the timers and filters that the base classes build out of plain records. */
class DefaultsConformanceTest extends StoreConformanceTest {
  private static final Set<Feature> FEATURES = EnumSet.copyOf(ReferenceStore.FEATURES);

  static {
    FEATURES.removeAll(EnumSet.of(Feature.NATIVE_TIMERS, Feature.NATIVE_FILTER));
  }

  @Override
  protected StoreFixture createFixture() {
    return () -> new RecordStore(new MapEngine(), FEATURES);
  }
}
