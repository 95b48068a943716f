package org.statelessnf.conformance.reference;

import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/** Passes everything on to another session; what breaks one overrides it. */
class DelegatingSession implements StoreSession {
  private final StoreSession inner;

  DelegatingSession(StoreSession inner) {
    this.inner = inner;
  }

  @Override
  public StateStore store() {
    return inner.store();
  }

  @Override
  public ReadBatch newReadBatch(int slots) {
    return inner.newReadBatch(slots);
  }

  @Override
  public WriteBatch newWriteBatch(int slots) {
    return inner.newWriteBatch(slots);
  }

  @Override
  public TimerBatch newTimerBatch(int slots) {
    return inner.newTimerBatch(slots);
  }

  @Override
  public ClaimBatch newClaimBatch(int slots) {
    return inner.newClaimBatch(slots);
  }

  @Override
  public FilterBatch newFilterBatch(int slots) {
    return inner.newFilterBatch(slots);
  }

  @Override
  public boolean submit(Batch batch, long timeoutNanos) {
    return inner.submit(batch, timeoutNanos);
  }

  @Override
  public int poll() {
    return inner.poll();
  }

  @Override
  public int inFlight() {
    return inner.inFlight();
  }

  @Override
  public void await(Batch batch) {
    inner.await(batch);
  }

  @Override
  public ScanCursor scan(Table table) {
    return inner.scan(table);
  }

  @Override
  public SingleKey single() {
    return inner.single();
  }

  @Override
  public boolean isClosed() {
    return inner.isClosed();
  }

  @Override
  public void close() {
    inner.close();
  }
}
