package org.statelessnf.store.ignite;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** The way in; see {@code docs/ignite.md} for URIs and options. */
public final class IgniteStoreProvider implements StateStoreProvider {

  /** For {@link java.util.ServiceLoader}. */
  public IgniteStoreProvider() {}

  @Override
  public String name() {
    return "ignite";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("ignite");
  }

  @Override
  public String summary() {
    return "Apache Ignite, in this process or remote, such as ignite:embedded,"
        + " ignite:embedded?bind=10.0.0.1&peers=10.0.0.1,10.0.0.2, ignite://a:10800,b:10800";
  }

  @Override
  public Set<String> options() {
    return IgniteOptions.NAMES;
  }

  @Override
  public Capabilities typicalCapabilities() {
    return IgniteStore.capabilities(IgniteOptions.DEFAULT_MAX_IN_FLIGHT, Durability.NODE_CRASH);
  }

  @Override
  public StateStore open(StoreUri uri) {
    return IgniteStore.open(uri);
  }
}
