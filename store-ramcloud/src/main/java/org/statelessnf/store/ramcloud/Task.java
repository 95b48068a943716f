package org.statelessnf.store.ramcloud;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something that a {@link CallThread} does with its client. The thread that asked for it waits as
 * long as it likes: it may take the task back before it has begun, or give it up while it runs.
 */
abstract class Task {
  private static final int IDLE = 0;
  private static final int QUEUED = 1;
  private static final int RUNNING = 2;
  private static final int DONE = 3;
  private static final int GONE = 4;
  private static final int RETURNED = 5;

  private final AtomicInteger state = new AtomicInteger();

  /** Does it. On the call thread; may block for ever. */
  abstract void execute(long client);

  /** There is no client: nothing was done. On the call thread. */
  abstract void fail(int status);

  /**
   * It was given up and has come to its end nevertheless: frees what it used. On the call thread.
   */
  void discard() {}

  /** It is done. On the call thread. */
  void signal() {}

  final boolean isDone() {
    return state.get() == DONE;
  }

  // --- by the thread that asks ---

  final void queued() {
    state.set(QUEUED);
  }

  final void taken() {
    state.set(IDLE);
  }

  /** Takes it back; false if it has begun. */
  final boolean cancel() {
    return state.compareAndSet(QUEUED, GONE);
  }

  /** Leaves it to the call thread; false if it is done. */
  final boolean giveUp() {
    return state.compareAndSet(RUNNING, GONE);
  }

  /** Whether a task that was given up has come to its end after all. */
  final boolean hasReturned() {
    return state.get() == RETURNED;
  }

  // --- by the call thread ---

  final boolean started() {
    return state.compareAndSet(QUEUED, RUNNING);
  }

  /** Whether anybody still wants it. */
  final boolean ended() {
    if (state.compareAndSet(RUNNING, DONE)) {
      signal();
      return true;
    }
    state.set(RETURNED);
    return false;
  }
}
