package org.statelessnf.store.ramcloud;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Creates tables and asks for their numbers, with a client of its own. Any thread, one at a time;
 * the caller waits.
 */
final class TableCalls {
  private final Library library;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CallThread calls;

  TableCalls(Library library) {
    this.library = library;
  }

  /**
   * Creates a table unless it is there.
   *
   * @return its number, which is not 0, or a negative status
   */
  long open(String name, long timeoutNanos) {
    lock.lock();
    try {
      if (calls == null || calls.isDead()) {
        calls = new CallThread(library, "ramcloud-tables");
      }
      OpenTable task = new OpenTable(name);
      if (calls.submit(task) && task.await(timeoutNanos)) {
        return task.result();
      }
      if (task.cancel()) {
        return -RcStatus.NO_ANSWER; // waits behind nothing: the client is still connecting
      }
      NativeRamcloud.givenUp(1);
      if (task.giveUp()) {
        if (library.abandon(calls)) {
          calls = null;
        }
        return -RcStatus.NO_ANSWER;
      }
      NativeRamcloud.givenUp(-1);
      return task.result();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread. */
  void close(long millis) {
    lock.lock();
    try {
      if (calls != null) {
        calls.retire();
        if (!calls.join(millis)) {
          library.abandonAnyway(calls);
        }
        calls = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private final class OpenTable extends Task {
    private final String name;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long result;

    OpenTable(String name) {
      this.name = name;
    }

    @Override
    void execute(long client) {
      result = library.openTable(client, name);
    }

    @Override
    void fail(int status) {
      result = -status;
    }

    @Override
    void signal() {
      done.countDown();
    }

    boolean await(long nanos) {
      try {
        return done.await(nanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    long result() {
      return result;
    }
  }
}
