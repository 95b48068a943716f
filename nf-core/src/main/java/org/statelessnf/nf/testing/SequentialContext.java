package org.statelessnf.nf.testing;

import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/** What housekeeping works with under {@link SequentialRunner}. */
final class SequentialContext implements NfContext {
  private static final long FIRST_OWNER = 0x5eed_0000_0000_0001L;

  private final SequentialRunner runner;
  private final StoreSession session;
  private final long ownerId;

  SequentialContext(SequentialRunner runner, StoreSession session, int index) {
    this.runner = runner;
    this.session = session;
    this.ownerId = FIRST_OWNER + index;
  }

  @Override
  public long ownerId() {
    return ownerId;
  }

  @Override
  public StoreSession session() {
    return session;
  }

  @Override
  public Table table(StateTable table) {
    return runner.open(table);
  }

  @Override
  public long nowNanos() {
    return runner.clockNanos();
  }
}
