package org.statelessnf.store.ramcloud;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * RAMCloud's library and the cluster that it is to reach, and the account of the threads that call
 * it. Any thread.
 */
final class Library {
  /**
   * Threads that may be left behind in calls that do not come back. Each costs a client's memory
   * and, since the library spins while it waits, whatever processor time nobody else wants.
   */
  static final int MAX_ABANDONED = 8;

  private final long api;
  private final RamcloudOptions options;
  private final Set<CallThread> abandoned = ConcurrentHashMap.newKeySet();
  private final AtomicInteger budget = new AtomicInteger(MAX_ABANDONED);

  Library(long api, RamcloudOptions options) {
    this.api = api;
    this.options = options;
  }

  long api() {
    return api;
  }

  String locator() {
    return options.locator();
  }

  String cluster() {
    return options.cluster();
  }

  /** Creates a table unless it is there: its number, or a negative status. May block. */
  long openTable(long client, String name) {
    long[] number = new long[1];
    int status = NativeRamcloud.openTable(client, name, options.span(), number);
    return status == RcStatus.OK ? number[0] : -status;
  }

  /** Leaves a thread behind if there are not too many already. */
  boolean abandon(CallThread thread) {
    if (budget.getAndDecrement() <= 0) {
      budget.getAndIncrement();
      return false;
    }
    leave(thread);
    return true;
  }

  /** Leaves a thread behind in any case: nobody is there who could wait for it. */
  void abandonAnyway(CallThread thread) {
    budget.getAndDecrement();
    leave(thread);
  }

  private void leave(CallThread thread) {
    abandoned.add(thread);
    thread.abandon();
    if (thread.isDead()) {
      ended(thread);
    }
  }

  /** A thread has come to its end. */
  void ended(CallThread thread) {
    if (abandoned.remove(thread)) {
      budget.getAndIncrement();
    }
  }

  /** Threads left behind that have not come back. */
  int abandoned() {
    return abandoned.size();
  }
}
