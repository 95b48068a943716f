package org.statelessnf.store.ramcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.StateStore;

/** The stand-in; it can be stopped, which calls do not come back from until it goes on. */
final class StandinFixture implements StoreFixture {
  /** It never sends anything again by itself, however slow the machine is. */
  private static final String OPTIONS = "&resendAfter=5m";

  private final Standin standin;

  StandinFixture() throws IOException {
    this.standin = new Standin();
  }

  @Override
  public StateStore open() throws IOException {
    return standin.open(OPTIONS);
  }

  @Override
  public String uri() {
    try {
      return standin.uri(OPTIONS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String unreachableUri() {
    try {
      return Standin.unreachable("&connectTimeout=300ms");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public double scale() {
    return 0.01;
  }

  @Override
  public FaultInjector faults() {
    return new FaultInjector() {
      @Override
      public Set<Fault> supported() {
        return EnumSet.of(Fault.STOP);
      }

      @Override
      public void stopServer() {
        standin.set(Standin.BLOCKED, 1);
      }

      @Override
      public void resumeServer() {
        standin.set(Standin.BLOCKED, 0);
      }
    };
  }

  @Override
  public void close() throws IOException {
    standin.close();
  }
}
