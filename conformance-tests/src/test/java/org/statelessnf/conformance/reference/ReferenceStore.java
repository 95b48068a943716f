package org.statelessnf.conformance.reference;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.support.AbstractStateStore;

/** An engine in this process as a store. */
public final class ReferenceStore extends AbstractStateStore {
  /** Everything but what only a distributed store has. */
  static final Set<Feature> FEATURES =
      EnumSet.complementOf(EnumSet.of(Feature.PLACEMENT, Feature.CACHE_TABLES));

  private final Engine engine;
  private final Capabilities capabilities;
  private final BiFunction<ReferenceStore, Engine, StoreSession> sessions;

  private ReferenceStore(
      Engine engine,
      Set<Feature> features,
      BiFunction<ReferenceStore, Engine, StoreSession> sessions) {
    super(StoreUri.parse("reference:"));
    this.engine = engine;
    this.sessions = sessions;
    this.capabilities =
        new Capabilities(
            Scope.PROCESS, Consistency.LINEARIZABLE, Durability.NONE, 1024, 1 << 20, 1, features);
  }

  /** The correct store. */
  public static ReferenceStore open() {
    return open(new MapEngine());
  }

  /** A store that is as correct as its engine. */
  static ReferenceStore open(Engine engine) {
    return new ReferenceStore(engine, FEATURES, ReferenceSession::new);
  }

  /** A store that declares fewer features. */
  static ReferenceStore open(Engine engine, Set<Feature> features) {
    return new ReferenceStore(engine, features, ReferenceSession::new);
  }

  /** A store that is as correct as its sessions. */
  static ReferenceStore open(BiFunction<ReferenceStore, Engine, StoreSession> sessions) {
    return new ReferenceStore(new MapEngine(), FEATURES, sessions);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    return "reference store";
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
    return sessions.apply(this, engine);
  }

  @Override
  protected void release() {}
}
