package org.statelessnf.conformance.reference;

import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStateStore;
import org.statelessnf.store.support.AbstractStoreSession;

/** Completes every batch within {@code submit}. */
class ReferenceSession extends AbstractStoreSession {
  private final Engine engine;

  ReferenceSession(AbstractStateStore store, Engine engine) {
    super(store);
    this.engine = engine;
  }

  @Override
  protected void startRead(ReadBatch batch) {
    run(batch);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    run(batch);
  }

  @Override
  protected void startTimers(TimerBatch batch) {
    run(batch);
  }

  @Override
  protected void startClaim(ClaimBatch batch) {
    run(batch);
  }

  @Override
  protected void startFilter(FilterBatch batch) {
    run(batch);
  }

  @Override
  protected ScanCursor openScan(Table table) {
    return new ListCursor(engine.scan(table.toString()));
  }

  void run(Batch batch) {
    boolean returnsCurrent = store().capabilities().has(Feature.MISMATCH_VALUE);
    Requests.answer(batch, engine.apply(Requests.of(batch)), returnsCurrent);
    complete(batch);
  }
}
