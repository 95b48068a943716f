package org.statelessnf.store.ignite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;

/**
 * A batch in flight and the calls it is made of. A flight that was abandoned is not used again:
 * late answers find it without a batch.
 */
final class Flight {
  private final int number;
  private final KeyIndex index = new KeyIndex();
  private @Nullable Batch batch;
  private @Nullable Work work;
  private long[] given = new long[0];
  private boolean[] answered = new boolean[0];
  private long deadlineNanos;
  private int outstanding;
  private int resends;

  Flight(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  KeyIndex index() {
    return index;
  }

  /** New versions by operation, room for so many; 0 for those that were answered. */
  long[] given(int slots) {
    if (given.length < slots) {
      given = new long[slots];
    }
    return given;
  }

  /** Which keys were answered at once, room for so many; none so far. */
  boolean[] answered(int keys) {
    if (answered.length < keys) {
      answered = new boolean[keys];
    }
    Arrays.fill(answered, 0, keys, false);
    return answered;
  }

  /** The batch, null if it was abandoned. */
  @Nullable Batch batch() {
    return batch;
  }

  /** What the batch has to do at the data, null for a multi-read. */
  @Nullable Work work() {
    return work;
  }

  void begin(Batch taken, @Nullable Work todo) {
    batch = taken;
    deadlineNanos = taken.deadlineNanos();
    work = todo;
    outstanding = 0;
  }

  /** A round of work begins. */
  void begin(Work todo) {
    resends = 0;
    index.fill(todo);
    Arrays.fill(given(todo.operations()), 0);
  }

  /** Keys are about to be sent again: how often that was so before. */
  int resend() {
    return resends++;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** A call was started. */
  void started() {
    outstanding++;
  }

  /**
   * A call has ended.
   *
   * @return whether it was the last one
   */
  boolean ended() {
    return --outstanding == 0;
  }

  /** Lets go of the batch. */
  void end() {
    batch = null;
    work = null;
    index.clear();
  }
}
