package org.statelessnf.nf;

import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/** What housekeeping works with. Same thread as the pipe's worker. */
public interface NfContext {

  /** Random number that tells this pipe of this instance from all others, ever. */
  long ownerId();

  /** The pipe's session; batches made from it stay the caller's. */
  StoreSession session();

  /**
   * The open table behind a declared one.
   *
   * @param table one of the layout's tables
   */
  Table table(StateTable table);

  /** The packet clock in nanoseconds since the epoch; {@link Long#MIN_VALUE} before any packet. */
  long nowNanos();
}
