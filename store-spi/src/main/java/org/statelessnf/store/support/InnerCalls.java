package org.statelessnf.store.support;

import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;

/** Calls that the defaults make on their session, all within the deadline of the user's batch. */
final class InnerCalls {
  private static final long FIRST_PAUSE_NANOS = 100_000;
  private static final int MAX_PAUSE_SHIFT = 6;

  private final AbstractStoreSession session;
  private long deadlineNanos;

  InnerCalls(AbstractStoreSession session) {
    this.session = session;
  }

  /** Sets the deadline of all that follows. */
  void until(long deadline) {
    this.deadlineNanos = deadline;
  }

  /** Whether the deadline has passed. */
  boolean over() {
    return System.nanoTime() - deadlineNanos >= 0;
  }

  /** Executes a batch, if there is something in it and time left. See {@link #outcome}. */
  void run(Batch batch) {
    if (batch.size() > 0 && !over()) {
      session.executeInner(batch, deadlineNanos);
    }
  }

  /** Outcome of a slot of a batch that {@link #run} may have left alone. */
  static Outcome outcome(Batch batch, int slot) {
    Outcome outcome = batch.outcome(slot);
    return outcome == Outcome.PENDING ? Outcome.UNAVAILABLE : outcome;
  }

  /** Whether a slot says for certain what is in the store. */
  static boolean isAnswer(Outcome outcome) {
    return outcome == Outcome.OK || outcome == Outcome.ABSENT;
  }

  /** Now, on the clock that judges deadlines. */
  long nowMillis() {
    return ((AbstractStateStore) session.store()).clockMillis();
  }

  /** Random numbers that the store's author may choose. */
  RandomGenerator random() {
    return ((AbstractStateStore) session.store()).random();
  }

  /**
   * Waits a little before another try, longer each time.
   *
   * @param tries how often was tried in vain
   */
  void pause(int tries) {
    long most = FIRST_PAUSE_NANOS << Math.min(tries, MAX_PAUSE_SHIFT);
    long left = deadlineNanos - System.nanoTime();
    if (left > 0) {
      LockSupport.parkNanos(Math.min(left, random().nextLong(most / 2, most)));
    }
  }
}
