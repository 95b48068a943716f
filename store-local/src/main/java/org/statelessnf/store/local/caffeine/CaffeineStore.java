package org.statelessnf.store.local.caffeine;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.EnumSet;
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

/**
 * A handle on an in-process store. {@code caffeine:} opens a store of its own; {@code
 * caffeine:name} joins the one that others in this process have open by that name, which ends with
 * its last handle.
 */
final class CaffeineStore extends AbstractStateStore {
  private static final int MAX_KEY_BYTES = 4096;
  private static final int MAX_VALUE_BYTES = 1 << 20;

  static final Capabilities CAPABILITIES =
      new Capabilities(
          Scope.PROCESS,
          Consistency.LINEARIZABLE,
          Durability.NONE,
          MAX_KEY_BYTES,
          MAX_VALUE_BYTES,
          1,
          EnumSet.of(
              Feature.INCREMENT,
              Feature.IDLE_TTL,
              Feature.SCAN,
              Feature.TIMERS,
              Feature.FILTER,
              Feature.MISMATCH_VALUE,
              Feature.CACHE_TABLES,
              Feature.NATIVE_TIMERS,
              Feature.NATIVE_FILTER,
              Feature.STORE_CLOCK));

  private final Space space;

  CaffeineStore(StoreUri uri, Space space) {
    super(uri);
    this.space = space;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public String description() {
    String version = Caffeine.class.getPackage().getImplementationVersion();
    return version == null ? "caffeine" : "caffeine " + version;
  }

  @Override
  protected Table createTable(TableSpec spec, int id) {
    return new LocalTable(this, spec, id, space.records(spec));
  }

  @Override
  protected TimerQueue createTimers(TimerSpec spec) {
    return new LocalTimerQueue(this, spec, space.timers(spec));
  }

  @Override
  protected BloomFilter createFilter(FilterSpec spec) {
    return new LocalBloomFilter(this, spec, space.filter(spec));
  }

  @Override
  protected StoreSession createSession() {
    return new CaffeineSession(this, space);
  }

  @Override
  protected void release() {
    space.leave();
  }
}
