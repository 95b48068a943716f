package org.statelessnf.store.example;

import java.util.EnumSet;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.support.AbstractStateStore;

/**
 * A complete backend in as little code as it takes: reads, conditional writes and increments on a
 * map. Timers and Bloom filters come from the base classes. {@code docs/write-a-backend.md} walks
 * through it.
 */
public class MapStore extends AbstractStateStore {
  static final Capabilities CAPABILITIES =
      new Capabilities(
          Scope.PROCESS,
          Consistency.LINEARIZABLE,
          Durability.NONE,
          Capabilities.MIN_MAX_KEY_BYTES,
          Capabilities.MIN_MAX_VALUE_BYTES,
          1,
          EnumSet.of(Feature.INCREMENT, Feature.TIMERS, Feature.FILTER));

  private final MapRecords records;

  /**
   * Opens a handle.
   *
   * @param uri with the common options
   * @param records shared by the handles of one store
   */
  public MapStore(StoreUri uri, MapRecords records) {
    super(uri);
    this.records = records;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public String description() {
    return "hash map";
  }

  @Override
  protected StoreSession createSession() {
    return new MapSession(this, records);
  }

  @Override
  protected void release() {}
}
