package org.statelessnf.store;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Claims timers that are due (rule T). One request; once done, {@link #claimed()} says how many
 * slots hold a timer each: its id is the slot's key, with payload, fencing number and deadline.
 *
 * <p>Each due timer goes to one claimant only. It must be finished by {@link TimerBatch#complete}
 * or {@link TimerBatch#rearm} before the lease runs out; otherwise another claimant gets it, with a
 * higher fencing number. A timer is never handed out before its deadline.
 *
 * <p>The request as a whole has one outcome, {@link #result()}: {@link Outcome#OK}, {@link
 * Outcome#UNAVAILABLE}, {@link Outcome#UNKNOWN} (some may have been claimed; their lease will run
 * out) or {@link Outcome#UNSUPPORTED}.
 */
public final class ClaimBatch extends Batch {
  private static final int DATA_BYTES_PER_SLOT = 128;

  private @Nullable TimerQueue queue;
  private int max;
  private long leaseMillis;
  private Outcome result = Outcome.PENDING;

  /**
   * For sessions; users call {@link StoreSession#newClaimBatch}.
   *
   * @param session the session it belongs to
   * @param capacity timers that one claim returns at most
   */
  public ClaimBatch(StoreSession session, int capacity) {
    super(session, capacity, (long) capacity * DATA_BYTES_PER_SLOT);
  }

  /**
   * Says what to claim. To be called on a cleared batch, before {@code submit}.
   *
   * @param from a queue of this session's store
   * @param atMost timers, 1 to {@code capacity()}
   * @param lease milliseconds until a timer that was not finished goes to another claimant, at
   *     least 1
   */
  public void claimDue(TimerQueue from, int atMost, long lease) {
    requireNotInFlight();
    if (atMost < 1 || atMost > capacity()) {
      throw new IllegalArgumentException("atMost " + atMost + " not in 1.." + capacity());
    }
    if (lease < 1) {
      throw new IllegalArgumentException("lease " + lease + " < 1 ms");
    }
    this.queue = from;
    this.max = atMost;
    this.leaseMillis = lease;
    this.result = Outcome.PENDING;
  }

  @Override
  public void clear() {
    super.clear();
    queue = null;
    result = Outcome.PENDING;
  }

  /** Outcome of the request. */
  public Outcome result() {
    return result;
  }

  /** How many timers were claimed: slots 0 to {@code claimed() - 1}. */
  public int claimed() {
    return size();
  }

  /**
   * The claim's fencing number; grows with every claim of the same timer.
   *
   * @param slot 0 to {@code claimed() - 1}
   */
  public long fence(int slot) {
    return int64(slot, SlotLayout.VERSION);
  }

  /**
   * When the timer was due, in milliseconds since the epoch on the clock that judges deadlines.
   *
   * @param slot 0 to {@code claimed() - 1}
   */
  public long deadlineMillis(int slot) {
    return int64(slot, SlotLayout.NUMBER);
  }

  /**
   * Where the payload starts in {@link #memory()}.
   *
   * @param slot 0 to {@code claimed() - 1}
   */
  public long payloadOffset(int slot) {
    return int32(slot, SlotLayout.IN_OFFSET);
  }

  /**
   * Length of the payload.
   *
   * @param slot 0 to {@code claimed() - 1}
   */
  public int payloadLength(int slot) {
    return int32(slot, SlotLayout.IN_LENGTH);
  }

  /**
   * A copy of the payload; allocates.
   *
   * @param slot 0 to {@code claimed() - 1}
   */
  public byte[] payload(int slot) {
    return copy(payloadOffset(slot), payloadLength(slot));
  }

  // --- for backends ---

  /** For backends: the queue to claim from. */
  public TimerQueue queue() {
    if (queue == null) {
      throw new IllegalStateException("claimDue was not called");
    }
    return queue;
  }

  /** For backends: timers wanted at most. */
  public int max() {
    return max;
  }

  /** For backends: lease in milliseconds. */
  public long leaseMillis() {
    return leaseMillis;
  }

  /**
   * For backends: adds a claimed timer to the answer of a batch in flight.
   *
   * @param id segment that holds the id, copied
   * @param idOffset where it starts
   * @param idLength its length
   * @param fence its fencing number
   * @param deadline when it was due, milliseconds since the epoch
   * @param payload segment that holds the payload, copied
   * @param payloadOffset where it starts
   * @param payloadLength its length
   */
  public void claimed(
      MemorySegment id,
      long idOffset,
      int idLength,
      long fence,
      long deadline,
      MemorySegment payload,
      long payloadOffset,
      int payloadLength) {
    int slot = answerSlot(Op.CLAIM, id, idOffset, idLength, payloadLength);
    if (payloadLength > 0) {
      input(slot, payload, payloadOffset, payloadLength);
    }
    int64(slot, SlotLayout.VERSION, fence);
    int64(slot, SlotLayout.NUMBER, deadline);
    resolve(slot, Outcome.OK);
  }

  /**
   * For backends: answers the request as a whole.
   *
   * @param outcome any but {@link Outcome#PENDING}
   */
  public void result(Outcome outcome) {
    this.result = outcome;
  }
}
