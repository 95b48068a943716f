package org.statelessnf.conformance.kit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;

/** Timer calls of a {@link Client}, one timer each except for {@link #claim}. */
public final class TimerClient {
  private static final int CLAIM_SLOTS = 256;

  private final Client client;
  private final TimerBatch batch;
  private final ClaimBatch claims;

  TimerClient(Client client) {
    this.client = client;
    this.batch = client.session().newTimerBatch(1);
    this.claims = client.session().newClaimBatch(CLAIM_SLOTS);
  }

  /**
   * Sets a timer.
   *
   * @param queue where
   * @param id its id
   * @param delayMillis from now
   * @param payload its payload
   */
  public Answer schedule(TimerQueue queue, byte[] id, long delayMillis, byte[] payload) {
    batch.clear();
    MemorySegment bytes = Client.of(payload);
    batch.schedule(queue, Client.of(id), 0, id.length, delayMillis, bytes, 0, payload.length);
    return finish(queue, id, delayMillis);
  }

  /**
   * Moves a timer.
   *
   * @param queue where
   * @param id its id
   * @param delayMillis from now
   */
  public Answer reschedule(TimerQueue queue, byte[] id, long delayMillis) {
    batch.clear();
    batch.reschedule(queue, Client.of(id), 0, id.length, delayMillis);
    return finish(queue, id, delayMillis);
  }

  /**
   * Drops a timer.
   *
   * @param queue where
   * @param id its id
   */
  public Answer cancel(TimerQueue queue, byte[] id) {
    batch.clear();
    batch.cancel(queue, Client.of(id), 0, id.length);
    return finish(queue, id, 0);
  }

  /**
   * Finishes a claimed timer.
   *
   * @param queue where
   * @param claim the claim
   */
  public Answer complete(TimerQueue queue, Claim claim) {
    return complete(queue, claim.id(), claim.fence());
  }

  /**
   * Finishes a claimed timer.
   *
   * @param queue where
   * @param id its id
   * @param fence the claim's fencing number
   */
  public Answer complete(TimerQueue queue, byte[] id, long fence) {
    batch.clear();
    batch.complete(queue, Client.of(id), 0, id.length, fence);
    return finish(queue, id, fence);
  }

  /**
   * Finishes a claimed timer by setting it anew.
   *
   * @param queue where
   * @param claim the claim
   * @param delayMillis from now
   */
  public Answer rearm(TimerQueue queue, Claim claim, long delayMillis) {
    batch.clear();
    batch.rearm(queue, Client.of(claim.id()), 0, claim.id().length, claim.fence(), delayMillis);
    return finish(queue, claim.id(), delayMillis);
  }

  /**
   * Claims due timers; fails unless the request was done.
   *
   * @param queue from where
   * @param max how many at most, up to 256
   * @param leaseMillis until another one may have them
   */
  public List<Claim> claim(TimerQueue queue, int max, long leaseMillis) {
    List<Claim> found = new ArrayList<>();
    Outcome result = tryClaim(queue, max, leaseMillis, found);
    if (result != Outcome.OK) {
      throw new AssertionError("claimDue(%s): expected OK, got %s".formatted(queue, result));
    }
    return found;
  }

  /**
   * Claims due timers.
   *
   * @param queue from where
   * @param max how many at most, up to 256
   * @param leaseMillis until another one may have them
   * @param into where the claims are added
   * @return the outcome of the request
   */
  public Outcome tryClaim(TimerQueue queue, int max, long leaseMillis, List<Claim> into) {
    claims.clear();
    claims.claimDue(queue, max, leaseMillis);
    client.run(claims);
    if (claims.claimed() > max) {
      throw new AssertionError(
          "claimDue(%s, %d) returned %d timers".formatted(queue, max, claims.claimed()));
    }
    for (int slot = 0; slot < claims.claimed(); slot++) {
      into.add(
          new Claim(
              claims.key(slot),
              claims.payload(slot),
              claims.fence(slot),
              claims.deadlineMillis(slot)));
    }
    return claims.result();
  }

  private Answer finish(TimerQueue queue, byte[] id, long detail) {
    client.run(batch);
    return new Answer(new Call(batch.op(0), queue, id, detail), batch.outcome(0), 0, null, 0);
  }
}
