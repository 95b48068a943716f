package org.statelessnf.conformance.reference;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.support.AbstractStateStore;

/**
 * A {@link ReferenceServer} as a store: {@code reference://host:port}. Options break it on purpose:
 * {@code flaw} names what is wrong with it, {@code durable} what it declares.
 */
public final class RemoteStore extends AbstractStateStore {
  private static final int MAX_IN_FLIGHT = 4;

  private final InetSocketAddress server;
  private final int connectTimeoutMillis;
  private final String flaw;
  private final Capabilities capabilities;

  private RemoteStore(StoreUri uri) {
    super(uri);
    String[] parts = uri.target().replace("//", "").split(":", -1);
    if (parts.length != 2) {
      throw new StoreConfigException("'" + uri + "': expected reference://host:port");
    }
    this.server = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    this.connectTimeoutMillis = (int) uri.connectTimeout().toMillis();
    this.flaw = uri.option("flaw", "");
    Set<Feature> features = EnumSet.copyOf(ReferenceStore.FEATURES);
    features.add(Feature.STORE_CLOCK);
    this.capabilities =
        new Capabilities(
            Scope.CLUSTER,
            Consistency.LINEARIZABLE,
            uri.booleanOption("durable", false) ? Durability.NODE_CRASH : Durability.PROCESS_CRASH,
            1024,
            1 << 20,
            MAX_IN_FLIGHT,
            features);
    requireAnswer();
  }

  /** Found by the service loader. */
  public static final class Provider implements StateStoreProvider {
    /** For the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "reference";
    }

    @Override
    public Set<String> schemes() {
      return Set.of("reference");
    }

    @Override
    public String summary() {
      return "the kit's own store, reference://localhost:1234";
    }

    @Override
    public Set<String> options() {
      return Set.of("flaw", "durable");
    }

    @Override
    public Capabilities typicalCapabilities() {
      return new Capabilities(
          Scope.CLUSTER,
          Consistency.LINEARIZABLE,
          Durability.PROCESS_CRASH,
          1024,
          1 << 20,
          MAX_IN_FLIGHT,
          ReferenceStore.FEATURES);
    }

    @Override
    public StateStore open(StoreUri uri) {
      return new RemoteStore(uri);
    }
  }

  boolean flaw(String name) {
    return flaw.equals(name);
  }

  Link connect() throws IOException {
    return new Link(server, connectTimeoutMillis);
  }

  private void requireAnswer() {
    long end = System.nanoTime() + connectTimeoutMillis * 1_000_000L;
    try (Link link = connect()) {
      link.send(new Wire.Frame(1, Wire.APPLY, Wire.requests(java.util.List.of())));
      while (link.poll() == null) {
        if (System.nanoTime() > end || link.isBroken()) {
          throw new StoreUnavailableException("no answer from " + uri());
        }
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot reach " + uri(), e);
    }
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    return "reference server";
  }

  @Override
  protected TimerQueue createTimers(TimerSpec spec) {
    return new TimerQueue(this, spec);
  }

  @Override
  protected BloomFilter createFilter(FilterSpec spec) {
    return new BloomFilter(this, spec);
  }

  @Override
  protected StoreSession createSession() {
    return new RemoteSession(this);
  }

  @Override
  protected void release() {}
}
