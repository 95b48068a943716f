package org.statelessnf.store.support;

import org.statelessnf.store.*;

final class RecordTimerQueue extends TimerQueue {
  RecordTimerQueue(StateStore s, TimerSpec spec) {
    super(s, spec);
  }
}
