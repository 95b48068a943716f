package org.statelessnf.store.ignite;

import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;

/** The slots of a batch that are all asked at once. */
abstract class OneRoundWork extends Work {
  private final Batch batch;
  private boolean begun;

  OneRoundWork(Batch batch) {
    this.batch = batch;
  }

  @Override
  final boolean next() {
    boolean first = !begun;
    begun = true;
    return first;
  }

  @Override
  final int operations() {
    return batch.size();
  }

  @Override
  final boolean isPending(int slot) {
    return batch.outcome(slot) == Outcome.PENDING;
  }
}
