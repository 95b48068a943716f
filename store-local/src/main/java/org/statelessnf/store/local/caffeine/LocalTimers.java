package org.statelessnf.store.local.caffeine;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerSpec;

/**
 * The timers of one queue, on the store's clock.
 *
 * <p>They are split by id hash into shards, each with a lock, the only one held. A shard knows its
 * timers by id and in the order in which they come up: by deadline, or by the end of the lease once
 * claimed. All work on a timer is done under its shard's lock, so an expiry goes to one claimant.
 * Claimants begin at different shards, and pass over those where nothing is due without locking.
 *
 * <p>Fencing numbers are counted per shard, never per timer: a timer that is set again under the
 * same id still gets a higher one.
 */
final class LocalTimers {
  private static final int SHARDS = 16;

  private final TimerSpec spec;
  private final StoreClock clock;
  private final AtomicLong count;
  private final long maxCount;
  private final Shard[] shards = new Shard[SHARDS];

  LocalTimers(TimerSpec spec, StoreClock clock, AtomicLong count, long maxCount) {
    this.spec = spec;
    this.clock = clock;
    this.count = count;
    this.maxCount = maxCount;
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard();
    }
  }

  TimerSpec spec() {
    return spec;
  }

  /**
   * Executes one slot.
   *
   * @param batch in flight
   * @param slot a pending slot
   * @param id its id, a probe
   */
  void execute(TimerBatch batch, int slot, RecordKey id) {
    Shard shard = shards[id.hashCode() & (SHARDS - 1)];
    Outcome outcome =
        switch (batch.op(slot)) {
          case SCHEDULE -> shard.schedule(batch, slot, id);
          case RESCHEDULE -> shard.reschedule(id, batch.delayMillis(slot));
          case CANCEL -> shard.cancel(id);
          case COMPLETE -> shard.complete(id, batch.fence(slot));
          case REARM -> shard.rearm(id, batch.fence(slot), batch.delayMillis(slot));
          default -> throw new IllegalStateException("slot " + slot + ": " + batch.op(slot));
        };
    batch.resolve(slot, outcome);
  }

  /**
   * Executes a claim.
   *
   * @param batch in flight
   * @param first shard to begin with, any number
   */
  void claim(ClaimBatch batch, int first) {
    for (int i = 0; i < SHARDS && batch.claimed() < batch.max(); i++) {
      shards[(first + i) & (SHARDS - 1)].claim(batch);
    }
    batch.result(Outcome.OK);
  }

  /** A timer; guarded by its shard's lock. */
  private static final class Timer implements Comparable<Timer> {
    private final byte[] id;
    private final long serial;
    private byte[] payload;
    private long deadline;
    private long comesUp;
    private long fence; // of the claim it is under, 0 if it is not claimed

    Timer(byte[] id, long serial, byte[] payload) {
      this.id = id;
      this.serial = serial;
      this.payload = payload;
    }

    @Override
    public int compareTo(Timer other) {
      int order = Long.compare(comesUp, other.comesUp);
      return order != 0 ? order : Long.compare(serial, other.serial);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(serial);
    }
  }

  /** A part of the timers, with its lock. */
  private final class Shard {
    private final Map<RecordKey, Timer> byId = new HashMap<>();
    private final TreeSet<Timer> inOrder = new TreeSet<>();
    private long serials;
    private long fences;
    // When the first timer comes up. Written under the lock, read without: who set a timer did so
    // before, so a claim that starts after a timer was acknowledged sees it.
    private volatile long first = Long.MAX_VALUE;

    synchronized Outcome schedule(TimerBatch batch, int slot, RecordKey id) {
      byte[] payload = new byte[batch.payloadLength(slot)];
      MemorySegment.copy(
          batch.memory(),
          batch.payloadOffset(slot),
          MemorySegment.ofArray(payload),
          0,
          payload.length);
      Timer timer = byId.get(id);
      if (timer == null) {
        if (!Records.reserve(count, maxCount)) {
          return Outcome.FULL;
        }
        timer = new Timer(id.toBytes(), serials++, payload);
        byId.put(id.copy(), timer);
      } else {
        inOrder.remove(timer);
        timer.payload = payload;
      }
      set(timer, batch.delayMillis(slot));
      return Outcome.OK;
    }

    synchronized Outcome reschedule(RecordKey id, long delayMillis) {
      Timer timer = byId.get(id);
      if (timer == null) {
        return Outcome.ABSENT;
      }
      inOrder.remove(timer);
      set(timer, delayMillis);
      return Outcome.OK;
    }

    synchronized Outcome cancel(RecordKey id) {
      Timer timer = byId.get(id);
      if (timer == null) {
        return Outcome.ABSENT;
      }
      drop(id, timer);
      return Outcome.OK;
    }

    synchronized Outcome complete(RecordKey id, long fence) {
      Timer timer = byId.get(id);
      if (timer == null) {
        return Outcome.ABSENT;
      }
      if (fence == 0 || timer.fence != fence) {
        return Outcome.MISMATCH;
      }
      drop(id, timer);
      return Outcome.OK;
    }

    synchronized Outcome rearm(RecordKey id, long fence, long delayMillis) {
      Timer timer = byId.get(id);
      if (timer == null) {
        return Outcome.ABSENT;
      }
      if (fence == 0 || timer.fence != fence) {
        return Outcome.MISMATCH;
      }
      inOrder.remove(timer);
      set(timer, delayMillis);
      return Outcome.OK;
    }

    void claim(ClaimBatch batch) {
      if (first <= clock.floor()) {
        claimLocked(batch);
      }
    }

    private synchronized void claimLocked(ClaimBatch batch) {
      long now = clock.floor();
      while (batch.claimed() < batch.max() && !inOrder.isEmpty()) {
        Timer timer = inOrder.first();
        if (timer.comesUp > now) {
          break;
        }
        inOrder.remove(timer);
        timer.fence = ++fences;
        timer.comesUp = clock.after(batch.leaseMillis());
        inOrder.add(timer);
        batch.claimed(
            MemorySegment.ofArray(timer.id),
            0,
            timer.id.length,
            timer.fence,
            timer.deadline,
            MemorySegment.ofArray(timer.payload),
            0,
            timer.payload.length);
      }
      noteFirst();
    }

    private void set(Timer timer, long delayMillis) {
      timer.deadline = clock.after(delayMillis);
      timer.comesUp = timer.deadline;
      timer.fence = 0;
      inOrder.add(timer);
      noteFirst();
    }

    private void drop(RecordKey id, Timer timer) {
      byId.remove(id);
      inOrder.remove(timer);
      count.decrementAndGet();
      noteFirst();
    }

    private void noteFirst() {
      long now = inOrder.isEmpty() ? Long.MAX_VALUE : inOrder.first().comesUp;
      if (now != first) {
        first = now;
      }
    }
  }
}
