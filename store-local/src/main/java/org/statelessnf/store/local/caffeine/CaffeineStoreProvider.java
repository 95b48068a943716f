package org.statelessnf.store.local.caffeine;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StateStoreProvider;
import org.statelessnf.store.StoreUri;

/** Opens {@code caffeine:[name]?maxRecords=N&cacheRecords=N}. */
public final class CaffeineStoreProvider implements StateStoreProvider {
  private static final String MAX_RECORDS = "maxRecords";
  private static final String CACHE_RECORDS = "cacheRecords";
  private static final long DEFAULT_MAX_RECORDS = 4L << 20;
  private static final long DEFAULT_CACHE_RECORDS = 64L << 10;

  @Override
  public String name() {
    return "caffeine";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("caffeine");
  }

  @Override
  public String summary() {
    return "in-process, for the baseline, tests and single-instance hosts: caffeine:[name]";
  }

  @Override
  public Set<String> options() {
    return Set.of(MAX_RECORDS, CACHE_RECORDS);
  }

  @Override
  public Capabilities typicalCapabilities() {
    return CaffeineStore.CAPABILITIES;
  }

  @Override
  public StateStore open(StoreUri uri) {
    Space.Limits limits =
        new Space.Limits(
            uri.longOption(MAX_RECORDS, DEFAULT_MAX_RECORDS, 1, 1L << 40),
            uri.longOption(CACHE_RECORDS, DEFAULT_CACHE_RECORDS, 1, 1L << 40));
    uri.namespace(); // a bad one is refused before anything is opened
    return new CaffeineStore(uri, Space.open(uri.target(), limits));
  }
}
