package org.statelessnf.conformance;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.KitOptions;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;

/** The suite as {@link ConformanceRunner} runs it: with the fixture that it was given. */
final class RunnerSuite extends StoreConformanceTest {
  /** Configuration parameter that says which of the {@link #FIXTURES} is meant. */
  static final String FIXTURE = "snf.conformance.fixture";

  /** Fixtures of the runs going on. */
  static final Map<String, StoreFixture> FIXTURES = new ConcurrentHashMap<>();

  @Override
  public StoreFixture newFixture(KitOptions.Parameters parameters) {
    StoreFixture fixture = FIXTURES.get(parameters.get(FIXTURE).orElse(""));
    if (fixture == null) {
      throw new IllegalStateException("this suite is run by ConformanceRunner only");
    }
    return new Borrowed(fixture);
  }

  /** The fixture without its end, which is the runner's business. */
  private record Borrowed(StoreFixture fixture) implements StoreFixture {
    @Override
    public StateStore open() throws IOException {
      return fixture.open();
    }

    @Override
    public @Nullable String uri() {
      return fixture.uri();
    }

    @Override
    public @Nullable String unreachableUri() {
      return fixture.unreachableUri();
    }

    @Override
    public double scale() {
      return fixture.scale();
    }

    @Override
    public FaultInjector faults() {
      return fixture.faults();
    }
  }

  @Override
  protected StoreFixture createFixture() {
    throw new IllegalStateException("this suite is run by ConformanceRunner only");
  }
}
