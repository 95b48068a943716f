package org.statelessnf.store.local.caffeine;

import org.statelessnf.store.StateStore;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** A timer queue's handle, with the timers it stands for. */
final class LocalTimerQueue extends TimerQueue {
  private final LocalTimers timers;

  LocalTimerQueue(StateStore store, TimerSpec spec, LocalTimers timers) {
    super(store, spec);
    this.timers = timers;
  }

  LocalTimers timers() {
    return timers;
  }
}
