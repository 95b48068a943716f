package org.statelessnf.store.ignite;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.process.Ports;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * A cluster of this process, one that stays and can be killed, and whatever further processes a
 * rule starts.
 */
final class EmbeddedFixture implements StoreFixture {
  private final String uri;
  private final Workers workers;
  private @Nullable Worker other;

  EmbeddedFixture() throws IOException {
    this.uri = Nodes.uri(Ports.free(), "memory=64m");
    this.workers = new Workers(uri);
    startOther();
  }

  private void startOther() throws IOException {
    Worker started = workers.start(1, NodeTask.class, Map.of()).getFirst();
    String line = started.receive();
    if (!line.equals("done")) {
      throw new IOException("expected done, got " + line);
    }
    other = started;
  }

  @Override
  public StateStore open() {
    return Stores.open(uri);
  }

  @Override
  public double scale() {
    return 0.03;
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public FaultInjector faults() {
    return new Faults();
  }

  @Override
  public void close() throws IOException {
    workers.close();
  }

  private final class Faults implements FaultInjector {
    @Override
    public Set<Fault> supported() {
      return EnumSet.of(Fault.KILL);
    }

    @Override
    public void killServer() {
      if (other != null) {
        other.kill();
      }
    }

    @Override
    public void startServer() throws IOException {
      startOther();
    }
  }
}
