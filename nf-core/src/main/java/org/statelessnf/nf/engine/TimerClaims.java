package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreSession;

/** Claims expired timers from the store, at a steady pace, and hands them to the next batch. */
final class TimerClaims {
  /** Timers that one batch carries at most. */
  static final int MAX_PER_BATCH = 64;

  private final StoreBinding store;
  private final StoreSession session;
  private final PipeMetrics metrics;
  private final ClaimBatch claim;
  private final long pollNanos;
  private final long leaseMillis;
  private final long timeoutNanos;
  private long nextPollNanos;
  private int taken;

  TimerClaims(StoreBinding store, PipeConfig config, PipeMetrics metrics) {
    this.store = store;
    this.session = store.session();
    this.metrics = metrics;
    this.claim = session.newClaimBatch(MAX_PER_BATCH);
    this.pollNanos = config.timerPoll().toNanos();
    this.leaseMillis = config.timerLease().toMillis();
    this.timeoutNanos = config.storeTimeout().toNanos();
    this.nextPollNanos = System.nanoTime();
  }

  /** Asks the store if it is time to; without blocking. */
  void advance(long nanoTime) {
    if (claim.isInFlight() || available() > 0 || nanoTime - nextPollNanos < 0) {
      return;
    }
    claim.clear();
    taken = 0;
    claim.claimDue(store.timerQueue(), MAX_PER_BATCH, leaseMillis);
    if (session.submit(claim, timeoutNanos)) {
      nextPollNanos = nanoTime + pollNanos;
    }
  }

  /** Claimed timers that no batch has taken yet. */
  int available() {
    return claim.isDone() && claim.result() == Outcome.OK ? claim.claimed() - taken : 0;
  }

  /** Puts the claimed timers into a batch. */
  void fill(Flight flight, FlightStep step) {
    int claimed = claim.claimed();
    while (taken < claimed) {
      int slot = taken++;
      MemorySegment ids = claim.memory();
      long id = claim.keyOffset(slot);
      int table = ids.get(ValueLayout.JAVA_BYTE, id);
      int keyLength = claim.keyLength(slot) - 1;
      if (table < 0 || table >= store.tables() || keyLength < 1) {
        continue; // of another layout: not ours to judge, its lease runs out
      }
      long key = flight.scratch.allocate(keyLength);
      MemorySegment.copy(ids, id + 1, flight.scratch.memory(), key, keyLength);
      step.addTimer(store.declared(table), key, keyLength, claim.fence(slot));
      metrics.timerFired();
    }
    if (claimed == MAX_PER_BATCH) {
      nextPollNanos = System.nanoTime(); // there may be more
    }
  }
}
