package org.statelessnf.store.support;

import org.statelessnf.store.*;

final class RecordTimers {
  RecordTimers(AbstractStoreSession s) {}

  void execute(TimerBatch b) {}

  void execute(ClaimBatch b) {}
}
