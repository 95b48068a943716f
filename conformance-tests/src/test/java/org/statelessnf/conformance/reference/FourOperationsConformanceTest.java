package org.statelessnf.conformance.reference;

import java.util.EnumSet;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.Feature;

/**
 * All rules, with a store that has reads, conditional writes, removes and increments only, as a new
 * backend has: a mismatch does not even say what is there.
 */
class FourOperationsConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() {
    return () ->
        new RecordStore(
            new MapEngine(), EnumSet.of(Feature.INCREMENT, Feature.TIMERS, Feature.FILTER));
  }
}
