package org.statelessnf.store;

import java.lang.foreign.MemorySegment;

/**
 * Sets, moves, drops and finishes timers, one per slot (rule T). Equals the loop of single
 * operations in slot order.
 *
 * <p>A timer is known by its id within its queue. Delays count from the moment the store takes the
 * operation, on the store's clock where it has one ({@link Feature#STORE_CLOCK}), so that clock
 * skew between instances does no harm. Once due, a timer is handed to one claimant ({@link
 * ClaimBatch}), under a lease and with a fencing number; {@link #complete} ends it. Setting a timer
 * that is claimed supersedes the claim: its {@code complete} answers {@link Outcome#MISMATCH} and
 * the new setting stands.
 *
 * <p>Outcomes: {@link Outcome#OK}; {@link Outcome#ABSENT} where there is no such timer (not for
 * {@code schedule}); {@link Outcome#MISMATCH} for a claim that was superseded or whose lease ran
 * out and went to another; {@link Outcome#TOO_LARGE}, {@link Outcome#FULL}, {@link
 * Outcome#UNAVAILABLE}, {@link Outcome#UNKNOWN}, {@link Outcome#UNSUPPORTED}.
 */
public final class TimerBatch extends Batch {
  private static final int DATA_BYTES_PER_SLOT = 128;

  private final TimerQueue[] queues;

  /**
   * For sessions; users call {@link StoreSession#newTimerBatch}.
   *
   * @param session the session it belongs to
   * @param capacity slots
   */
  public TimerBatch(StoreSession session, int capacity) {
    super(session, capacity, (long) capacity * DATA_BYTES_PER_SLOT);
    this.queues = new TimerQueue[capacity];
  }

  /**
   * Sets a timer, new or not.
   *
   * @param queue a queue of this session's store
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length, at least 1
   * @param delayMillis from now; 0 or less means at once
   * @param payload segment that holds the payload, copied
   * @param payloadOffset where it starts
   * @param payloadLength its length, 0 for none
   * @return the slot
   */
  public int schedule(
      TimerQueue queue,
      MemorySegment id,
      long idOffset,
      int idLength,
      long delayMillis,
      MemorySegment payload,
      long payloadOffset,
      int payloadLength) {
    int slot = timer(Op.SCHEDULE, queue, id, idOffset, idLength, payloadLength);
    if (payloadLength > 0) {
      input(slot, payload, payloadOffset, payloadLength);
    }
    int64(slot, SlotLayout.NUMBER, Math.max(0, delayMillis));
    return slot;
  }

  /**
   * Moves an existing timer, keeping its payload.
   *
   * @param queue a queue of this session's store
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length
   * @param delayMillis from now; 0 or less means at once
   * @return the slot
   */
  public int reschedule(
      TimerQueue queue, MemorySegment id, long idOffset, int idLength, long delayMillis) {
    int slot = timer(Op.RESCHEDULE, queue, id, idOffset, idLength, 0);
    int64(slot, SlotLayout.NUMBER, Math.max(0, delayMillis));
    return slot;
  }

  /**
   * Drops a timer, claimed or not.
   *
   * @param queue a queue of this session's store
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length
   * @return the slot
   */
  public int cancel(TimerQueue queue, MemorySegment id, long idOffset, int idLength) {
    return timer(Op.CANCEL, queue, id, idOffset, idLength, 0);
  }

  /**
   * Finishes a claimed timer: it will not fire again.
   *
   * @param queue a queue of this session's store
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length
   * @param fence the claim's fencing number
   * @return the slot
   */
  public int complete(TimerQueue queue, MemorySegment id, long idOffset, int idLength, long fence) {
    int slot = timer(Op.COMPLETE, queue, id, idOffset, idLength, 0);
    int64(slot, SlotLayout.VERSION, fence);
    return slot;
  }

  /**
   * Finishes a claimed timer by setting it anew, keeping its payload.
   *
   * @param queue a queue of this session's store
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length
   * @param fence the claim's fencing number
   * @param delayMillis from now; 0 or less means at once
   * @return the slot
   */
  public int rearm(
      TimerQueue queue,
      MemorySegment id,
      long idOffset,
      int idLength,
      long fence,
      long delayMillis) {
    int slot = timer(Op.REARM, queue, id, idOffset, idLength, 0);
    int64(slot, SlotLayout.VERSION, fence);
    int64(slot, SlotLayout.NUMBER, Math.max(0, delayMillis));
    return slot;
  }

  /**
   * The queue of a slot.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public TimerQueue queue(int slot) {
    at(slot);
    return queues[slot];
  }

  // --- for backends ---

  /**
   * For backends: delay in milliseconds, not negative.
   *
   * @param slot a pending slot
   */
  public long delayMillis(int slot) {
    return int64(slot, SlotLayout.NUMBER);
  }

  /**
   * For backends: the fencing number that a {@code complete} or {@code rearm} carries.
   *
   * @param slot a pending slot
   */
  public long fence(int slot) {
    return int64(slot, SlotLayout.VERSION);
  }

  /**
   * For backends: where the payload starts in {@link #memory()}.
   *
   * @param slot a pending {@code schedule}
   */
  public long payloadOffset(int slot) {
    return int32(slot, SlotLayout.IN_OFFSET);
  }

  /**
   * For backends: length of the payload.
   *
   * @param slot a pending {@code schedule}
   */
  public int payloadLength(int slot) {
    return int32(slot, SlotLayout.IN_LENGTH);
  }

  private int timer(
      Op op, TimerQueue queue, MemorySegment id, long idOffset, int idLength, int payloadLength) {
    int slot = newSlot(op, id, idOffset, idLength, payloadLength, 0);
    queues[slot] = queue;
    return slot;
  }
}
