package org.statelessnf.store.redis;

import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;

/**
 * How far a claim has come. The timers wanted are divided among the queue's shards; a shard without
 * a share only says how many it has due. What is still wanted then is asked of those that have
 * more. With one shard, or with as many timers due as wanted, one round does.
 */
final class ClaimRounds {
  /** Lua takes some thousand values at once. */
  private static final int MAX_PER_CALL = 1000;

  private static final int MAX_ROUNDS = 64;

  private final ClaimBatch batch;
  private final RedisTimerQueue queue;
  private final long[] waiting;
  private final int[] share;
  private int rounds;
  private boolean answered;
  private boolean unknown;

  ClaimRounds(ClaimBatch batch, int turn) {
    this.batch = batch;
    this.queue = (RedisTimerQueue) batch.queue();
    this.waiting = new long[queue.shards()];
    this.share = new int[queue.shards()];
    int each = batch.max() / share.length;
    int more = batch.max() % share.length;
    for (int i = 0; i < share.length; i++) {
      int wanted = each + (Math.floorMod(i - turn, share.length) < more ? 1 : 0);
      share[i] = Math.min(wanted, MAX_PER_CALL);
    }
  }

  ClaimBatch batch() {
    return batch;
  }

  RedisTimerQueue queue() {
    return queue;
  }

  /** How many timers to ask a shard for; -1 not to ask it at all. */
  int share(int shard) {
    return share[shard];
  }

  /** A shard has answered. */
  void answered(int shard, long moreDue) {
    answered = true;
    waiting[shard] = moreDue;
  }

  /** A shard has not answered. */
  void failed(int shard, Outcome outcome) {
    waiting[shard] = 0;
    unknown |= outcome == Outcome.UNKNOWN;
  }

  /**
   * Divides what is still wanted.
   *
   * @return false if nothing more is to be had, or wanted
   */
  boolean next() {
    int wanted = batch.max() - batch.claimed();
    boolean any = false;
    for (int i = 0; i < share.length; i++) {
      share[i] = (int) Math.min(Math.min(wanted, waiting[i]), MAX_PER_CALL);
      wanted -= share[i];
      any |= share[i] > 0;
      if (share[i] == 0) {
        share[i] = -1;
      }
    }
    return any && ++rounds < MAX_ROUNDS;
  }

  /** What became of the claim as a whole. */
  Outcome result() {
    if (unknown) {
      return Outcome.UNKNOWN;
    }
    return answered ? Outcome.OK : Outcome.UNAVAILABLE;
  }
}
