package org.statelessnf.nf.testing;

import java.util.function.LongSupplier;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/**
 * What housekeeping works with under a runner.
 *
 * @param store of all instances
 * @param clockNanos packet time
 * @param ownerId of the instance
 */
record SequentialContext(SequentialStore store, LongSupplier clockNanos, long ownerId)
    implements NfContext {
  @Override
  public StoreSession session() {
    return store.session();
  }

  @Override
  public Table table(StateTable table) {
    return store.open(table);
  }

  @Override
  public long nowNanos() {
    return clockNanos.getAsLong();
  }
}
