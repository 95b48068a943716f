package org.statelessnf.store.example;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** Opens {@code map:}, a store of its own each time. */
public final class MapStoreProvider implements StateStoreProvider {

  @Override
  public String name() {
    return "map";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("map");
  }

  @Override
  public String summary() {
    return "a hash map, the example of a backend: map:";
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public Capabilities typicalCapabilities() {
    return MapStore.CAPABILITIES;
  }

  @Override
  public StateStore open(StoreUri uri) {
    return new MapStore(uri, new MapRecords());
  }
}
