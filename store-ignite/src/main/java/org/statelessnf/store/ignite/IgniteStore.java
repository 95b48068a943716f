package org.statelessnf.store.ignite;

import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
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
          Feature.NATIVE_TIMERS,
          Feature.NATIVE_FILTER,
          Feature.MISMATCH_VALUE,
          Feature.PLACEMENT);

  private final Grid grid;
  private final String cache;
  private final Capabilities capabilities;

  private IgniteStore(StoreUri uri, IgniteOptions options, Grid grid) {
    super(uri);
    this.grid = grid;
    this.cache = options.cache();
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
    return placement(((IgniteTable) table).fullKey(key));
  }

  /** Who owns a key of any kind. */
  Placement placement(byte[] fullKey) {
    return grid.placement(fullKey);
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    return new IgniteTable(this, spec, id);
  }

  @Override
  protected TimerQueue createTimers(TimerSpec spec) {
    return new IgniteTimerQueue(this, spec, cache);
  }

  @Override
  protected BloomFilter createFilter(FilterSpec spec) {
    return new IgniteFilter(this, spec);
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
