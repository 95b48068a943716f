package org.statelessnf.conformance.reference;

import java.util.Set;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Consistency;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Feature;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Scope;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStateStore;
import org.statelessnf.store.support.AbstractStoreSession;

/**
 * An engine's records as a store, and nothing but the records: timers and filters are those that
 * the base classes build out of reads and conditional writes.
 */
final class RecordStore extends AbstractStateStore {
  private final Engine engine;
  private final Capabilities capabilities;

  /**
   * Opens the store.
   *
   * @param engine what executes reads and writes
   * @param features without {@link Feature#NATIVE_TIMERS} and {@link Feature#NATIVE_FILTER}
   */
  RecordStore(Engine engine, Set<Feature> features) {
    super(StoreUri.parse("records:"));
    this.engine = engine;
    this.capabilities =
        new Capabilities(
            Scope.PROCESS, Consistency.LINEARIZABLE, Durability.NONE, 1024, 1 << 20, 1, features);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String description() {
    return "reference store without timers and filters of its own";
  }

  @Override
  protected StoreSession createSession() {
    return new Session();
  }

  @Override
  protected void release() {}

  private final class Session extends AbstractStoreSession {
    Session() {
      super(RecordStore.this);
    }

    @Override
    protected void startRead(ReadBatch batch) {
      Requests.answer(batch, engine.apply(Requests.of(batch)), false);
      complete(batch);
    }

    @Override
    protected void startWrite(WriteBatch batch) {
      boolean returnsCurrent = capabilities.has(Feature.MISMATCH_VALUE);
      Requests.answer(batch, engine.apply(Requests.of(batch)), returnsCurrent);
      complete(batch);
    }

    @Override
    protected ScanCursor openScan(Table table) {
      return new ListCursor(engine.scan(table.toString()));
    }
  }
}
