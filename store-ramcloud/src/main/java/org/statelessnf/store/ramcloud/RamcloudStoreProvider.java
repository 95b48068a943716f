package org.statelessnf.store.ramcloud;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** The way in; see {@code docs/ramcloud.md} for URIs and options. */
public final class RamcloudStoreProvider implements StateStoreProvider {

  /** For {@link java.util.ServiceLoader}. */
  public RamcloudStoreProvider() {}

  @Override
  public String name() {
    return "ramcloud";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("ramcloud");
  }

  @Override
  public String summary() {
    return "RAMCloud, by its coordinator, such as"
        + " ramcloud:tcp:host=127.0.0.1,port=12246?cluster=main; needs libramcloud.so";
  }

  @Override
  public Set<String> options() {
    return RamcloudOptions.NAMES;
  }

  @Override
  public Capabilities typicalCapabilities() {
    return RamcloudStore.capabilities(RamcloudOptions.DEFAULT_MAX_IN_FLIGHT, Durability.NODE_CRASH);
  }

  @Override
  public StateStore open(StoreUri uri) {
    return RamcloudStore.open(uri);
  }
}
