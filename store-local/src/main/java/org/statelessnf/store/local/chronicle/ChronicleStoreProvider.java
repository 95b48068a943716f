package org.statelessnf.store.local.chronicle;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** Opens {@code chronicle:DIR?entries=N&valueBytes=N&sessions=N}. */
public final class ChronicleStoreProvider implements StateStoreProvider {

  /** For {@link java.util.ServiceLoader}. */
  public ChronicleStoreProvider() {}

  @Override
  public String name() {
    return "chronicle";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("chronicle");
  }

  @Override
  public String summary() {
    return "shared memory of the processes of one host (Chronicle Map), such as"
        + " chronicle:/dev/shm/snf";
  }

  @Override
  public Set<String> options() {
    return ChronicleOptions.NAMES;
  }

  @Override
  public Capabilities typicalCapabilities() {
    return ChronicleStore.CAPABILITIES;
  }

  @Override
  public StateStore open(StoreUri uri) {
    uri.namespace(); // bad ones are refused before anything is opened
    uri.timeout();
    return new ChronicleStore(uri, Space.open(uri));
  }
}
