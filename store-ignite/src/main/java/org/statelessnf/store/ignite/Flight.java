package org.statelessnf.store.ignite;

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
  private long[] given = new long[0];
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

  /** New versions by slot, room for so many. */
  long[] given(int slots) {
    if (given.length < slots) {
      given = new long[slots];
    }
    return given;
  }

  /** The batch, null if it was abandoned. */
  @Nullable Batch batch() {
    return batch;
  }

  void begin(Batch taken) {
    batch = taken;
    outstanding = 0;
    resends = 0;
    index.fill(taken);
  }

  /** Keys are about to be sent again: how often that was so before. */
  int resend() {
    return resends++;
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
    index.clear();
  }
}
