package org.statelessnf.nf.engine;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** A network function's declared state, opened in a store: what one pipe works with. */
final class StoreBinding implements NfContext, AutoCloseable {
  private final StoreSession session;
  private final NetworkFunction function;
  private final List<StateTable> declared;
  private final Table[] tables;
  private final TimerQueue timerQueue;
  private final long ownerId;
  private long nowNanos = Long.MIN_VALUE;

  StoreBinding(StateStore store, NetworkFunction function) {
    this.session = store.openSession();
    this.function = function;
    this.declared = function.layout().tables();
    this.tables = new Table[declared.size()];
    int maxKey = 1;
    for (StateTable table : declared) {
      tables[table.index()] = store.table(table.spec());
      maxKey = Math.max(maxKey, table.maxKeyBytes());
    }
    this.timerQueue = store.timers(TimerSpec.of(function.layout().owner(), maxKey + 1, 0));
    this.ownerId = ThreadLocalRandom.current().nextLong();
  }

  @Override
  public StoreSession session() {
    return session;
  }

  /** Whether a request is empty or answered; sends it if it was not, which may take tries. */
  boolean isDone(Batch batch, long timeoutNanos) {
    if (batch.size() == 0 || batch.isDone()) {
      return true;
    }
    return !batch.isInFlight() && session.submit(batch, timeoutNanos) && batch.isDone();
  }

  @Override
  public Table table(StateTable table) {
    return tables[table.index()];
  }

  StateTable declared(int index) {
    return declared.get(index);
  }

  int tables() {
    return tables.length;
  }

  TimerQueue timerQueue() {
    return timerQueue;
  }

  @Override
  public long ownerId() {
    return ownerId;
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  void clock(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }

  void housekeeping() {
    function.housekeeping(this);
  }

  @Override
  public void close() {
    session.close();
  }
}
