package org.statelessnf.store;

/**
 * One thread's way into a store. Not thread-safe: all calls come from one thread at a time. Owns
 * the batches it makes.
 *
 * <p>{@link #submit} returns at once and {@link #poll} makes progress, so several batches can be in
 * flight. A store that is synchronous by nature completes a batch within {@code submit}. Batches
 * complete in any order; two batches in flight are concurrent to each other, even on the same key.
 */
public interface StoreSession extends AutoCloseable {

  /** The store this session belongs to. */
  StateStore store();

  /**
   * Makes a reusable multi-read.
   *
   * @param slots room for so many records
   */
  ReadBatch newReadBatch(int slots);

  /**
   * Makes a reusable multi-write.
   *
   * @param slots room for so many operations
   */
  WriteBatch newWriteBatch(int slots);

  /**
   * Makes a reusable batch of timer operations.
   *
   * @param slots room for so many operations
   */
  TimerBatch newTimerBatch(int slots);

  /**
   * Makes a reusable claim of due timers.
   *
   * @param slots timers that one claim returns at most
   */
  ClaimBatch newClaimBatch(int slots);

  /**
   * Makes a reusable batch of filter operations.
   *
   * @param slots room for so many operations
   */
  FilterBatch newFilterBatch(int slots);

  /**
   * Gives a batch to the store, with the store's default timeout.
   *
   * @param batch a batch of this session, filled and not in flight
   * @return false if {@link Capabilities#maxInFlight} batches are in flight already: nothing was
   *     taken, {@link #poll} and try again
   */
  default boolean submit(Batch batch) {
    return submit(batch, store().defaultTimeoutNanos());
  }

  /**
   * Gives a batch to the store.
   *
   * @param batch a batch of this session, filled and not in flight
   * @param timeoutNanos time after which every slot has an outcome at the latest
   * @return false if {@link Capabilities#maxInFlight} batches are in flight already: nothing was
   *     taken, {@link #poll} and try again
   */
  boolean submit(Batch batch, long timeoutNanos);

  /**
   * Makes progress without blocking: takes in answers, ends batches whose deadline has passed.
   *
   * @return how many batches became done in this call
   */
  int poll();

  /** Batches in flight. */
  int inFlight();

  /**
   * Polls until a batch is done; returns by the batch's deadline at the latest.
   *
   * @param batch a batch in flight
   */
  void await(Batch batch);

  /**
   * Submits and waits; convenience.
   *
   * @param batch a batch of this session, filled and not in flight
   */
  default void execute(Batch batch) {
    execute(batch, store().defaultTimeoutNanos());
  }

  /**
   * Submits and waits; convenience.
   *
   * @param batch a batch of this session, filled and not in flight
   * @param timeoutNanos time after which every slot has an outcome at the latest
   */
  default void execute(Batch batch, long timeoutNanos) {
    while (!submit(batch, timeoutNanos)) {
      poll();
      Thread.onSpinWait();
    }
    await(batch);
  }

  /**
   * Enumerates a table (rule S): every record that is there throughout the scan is seen at least
   * once; records written or removed meanwhile may or may not be. Needs {@link Feature#SCAN}.
   *
   * @param table a table of this session's store
   * @return a cursor, to be closed
   * @throws UnsupportedOperationException if the feature is not declared
   * @throws StoreUnavailableException if the store does not answer
   */
  ScanCursor scan(Table table);

  /** Single-key calls for code where a batch would be noise; one round trip each, allocating. */
  SingleKey single();

  /**
   * For native backends: bytes in front of every value in this session's batches that belong to the
   * store, so that a record's header and its value lie together and need not be copied. A multiple
   * of 8; the same for all batches of a session.
   */
  default int valueHeadroomBytes() {
    return 0;
  }

  /** Whether {@link #close} was called. */
  boolean isClosed();

  /** Frees the session's batches. Batches in flight are abandoned. Idempotent (rule C). */
  @Override
  void close();
}
