package org.statelessnf.store.ignite;

import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.support.AbstractStateStore;

/** An Ignite cluster, this process being a node of it or a client. */
final class IgniteStore extends AbstractStateStore {
  static final int MAX_KEY_BYTES = 1024;
  static final int MAX_VALUE_BYTES = 1 << 20;

  private static final Set<Feature> FEATURES =
      EnumSet.of(
          Feature.INCREMENT,
          Feature.IDLE_TTL,
          Feature.SCAN,
          Feature.TIMERS,
          Feature.FILTER,
          Feature.MISMATCH_VALUE,
          Feature.PLACEMENT);

  private final Grid grid;
  private final Capabilities capabilities;

  private IgniteStore(StoreUri uri, IgniteOptions options, Grid grid) {
    super(uri);
    this.grid = grid;
    // As it is at present: what joins later is not known yet, and what is declared stays.
    this.capabilities = capabilities(options.maxInFlight(), grid.durability());
  }

  static IgniteStore open(StoreUri uri) {
    IgniteOptions options = IgniteOptions.parse(uri);
    Grid grid = options.embedded() ? EmbeddedGrid.start(options) : RemoteGrid.connect(options);
    return new IgniteStore(uri, options, grid);
  }

  static Capabilities capabilities(int maxInFlight, Durability durability) {
    return new Capabilities(
        Scope.CLUSTER,
        Consistency.LINEARIZABLE_UNTIL_FAILOVER,
        durability,
        MAX_KEY_BYTES,
        MAX_VALUE_BYTES,
        maxInFlight,
        FEATURES);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    return grid.description();
  }

  @Override
  public Placement placement(Table table, byte[] key) {
    return grid.placement(((IgniteTable) table).fullKey(key));
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    return new IgniteTable(this, spec, id);
  }

  @Override
  protected StoreSession createSession() {
    return new IgniteSession(this, grid);
  }

  @Override
  protected void release() {
    grid.close();
  }
}
