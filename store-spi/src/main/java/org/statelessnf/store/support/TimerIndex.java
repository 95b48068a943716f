package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.TimerEntries.Fate;

/**
 * Places ids into buckets such that claimants are bound to find them: appends, then makes sure that
 * the tick was still open and that the markers are there. Why that is enough is told in {@link
 * RecordTimers}.
 */
final class TimerIndex {
  private static final int GROUPS = 64;
  private static final int CACHED = 128;
  private static final int HOPS_PER_TICK = 4;
  private static final int READS_PER_GROUP = 3;
  private static final int TRIES_TO_TAKE_BACK = 8;

  /** Where the append to a bucket of the present round stands. */
  private enum Step {
    FAILED,
    APPENDED,
    LATE,
    SETTLED
  }

  private final InnerCalls calls;
  private final IdentityHashMap<RecordTimerQueue, TimerQueueState> states = new IdentityHashMap<>();
  private final TimerBucket[] cache = new TimerBucket[CACHED];
  private final TimerBucket[] groups = new TimerBucket[GROUPS];
  private final Step[] steps = new Step[GROUPS];
  private final int[] slots = new int[GROUPS];
  private int groupCount;
  private boolean sentOn; // because of a full bucket, in the present round
  private int homeShard;

  private final MemorySegment key = RecordTimerQueue.newKey();
  private final MemorySegment cursor =
      MemorySegment.ofArray(new byte[RecordTimerQueue.CURSOR_BYTES]);
  private final ReadBatch bucketReads;
  private final WriteBatch bucketWrites;
  private final ReadBatch checks;
  private final WriteBatch repairs;

  TimerIndex(AbstractStoreSession session, InnerCalls calls) {
    this.calls = calls;
    this.homeShard = calls.random().nextInt(RecordTimerQueue.SHARDS);
    this.bucketReads = session.newReadBatch(GROUPS);
    this.bucketWrites = session.newWriteBatch(GROUPS);
    this.checks = session.newReadBatch(READS_PER_GROUP * GROUPS);
    this.repairs = session.newWriteBatch(READS_PER_GROUP * GROUPS);
    for (int i = 0; i < CACHED; i++) {
      cache[i] = new TimerBucket();
    }
  }

  /** What this session knows of a queue. */
  TimerQueueState state(RecordTimerQueue queue) {
    return states.computeIfAbsent(queue, q -> new TimerQueueState());
  }

  /**
   * Places entries at their ticks or later. Those that are still {@link Fate#WAITING} afterwards
   * ran out of time; they may or may not be found.
   *
   * @param queue the queue they belong to
   * @param entries to be placed
   */
  void place(RecordTimerQueue queue, TimerEntries entries) {
    TimerQueueState state = state(queue);
    int tries = 0;
    while (entries.waiting() > 0 && !calls.over()) {
      int before = entries.waiting();
      group(queue, state, entries);
      refresh(queue);
      stage(entries);
      append(queue, entries);
      verify(queue, state, entries);
      tries = entries.waiting() < before || sentOn ? 0 : tries + 1;
      if (tries > 1) {
        calls.pause(tries);
      }
    }
  }

  /** Puts entries together that go to the same bucket, as many buckets as one round takes. */
  private void group(RecordTimerQueue queue, TimerQueueState state, TimerEntries entries) {
    groupCount = 0;
    for (int i = 0; i < entries.size(); i++) {
      if (entries.fate(i) == Fate.WAITING) {
        int shard = aim(state, entries, i);
        while (isKnownFull(queue, shard, entries.tick(i), entries.length(i))) {
          entries.sendOn(i, HOPS_PER_TICK);
          shard = aim(state, entries, i);
        }
        entries.group(i, groupOf(queue, shard, entries.tick(i)));
      } else {
        entries.group(i, -1);
      }
    }
  }

  /** The shard that an entry goes to now; its tick is one that is not known to be closed there. */
  private int aim(TimerQueueState state, TimerEntries entries, int i) {
    int shard = (homeShard + entries.hops(i)) % RecordTimerQueue.SHARDS;
    entries.notBefore(i, state.closedSeen[shard]);
    return shard;
  }

  /** Whether a bucket had no room when it was last seen; many timers of one moment fill several. */
  private boolean isKnownFull(RecordTimerQueue queue, int shard, long tick, int idLength) {
    TimerBucket bucket = cache[placeOf(shard, tick)];
    return bucket.is(queue, shard, tick) && !bucket.isStale() && !bucket.fits(idLength);
  }

  private static int placeOf(int shard, long tick) {
    // A session keeps to one shard for long: its neighbouring ticks must not collide.
    return Math.floorMod((int) tick + shard * (CACHED / RecordTimerQueue.SHARDS), CACHED);
  }

  private int groupOf(RecordTimerQueue queue, int shard, long tick) {
    for (int g = groupCount - 1; g >= 0; g--) {
      if (groups[g].is(queue, shard, tick)) {
        return g;
      }
    }
    if (groupCount == GROUPS) {
      return -1;
    }
    int place = placeOf(shard, tick);
    TimerBucket bucket = cache[place];
    if (!bucket.is(queue, shard, tick)) {
      for (int g = 0; g < groupCount; g++) {
        if (groups[g] == bucket) {
          return -1; // the place is taken in this round
        }
      }
      bucket.reset(queue, shard, tick);
    }
    groups[groupCount] = bucket;
    return groupCount++;
  }

  /** Reads the buckets that are known to differ from what is remembered. */
  private void refresh(RecordTimerQueue queue) {
    bucketReads.clear();
    for (int g = 0; g < groupCount; g++) {
      slots[g] = -1;
      if (groups[g].isStale()) {
        int length = RecordTimerQueue.bucketKey(key, groups[g].shard(), groups[g].tick());
        slots[g] = bucketReads.add(queue.buckets(), key, 0, length);
      }
    }
    calls.run(bucketReads);
    for (int g = 0; g < groupCount; g++) {
      if (slots[g] >= 0) {
        Outcome outcome = InnerCalls.outcome(bucketReads, slots[g]);
        if (outcome == Outcome.OK) {
          groups[g].load(
              bucketReads.version(slots[g]),
              bucketReads.memory(),
              bucketReads.valueOffset(slots[g]),
              bucketReads.valueLength(slots[g]));
        } else if (outcome == Outcome.ABSENT) {
          groups[g].load(0, MemorySegment.NULL, 0, 0);
        }
      }
    }
  }

  private void stage(TimerEntries entries) {
    sentOn = false;
    for (int i = 0; i < entries.size(); i++) {
      int g = entries.group(i);
      if (g >= 0
          && (groups[g].isStale()
              || !groups[g].stage(entries.memory(), entries.offset(i), entries.length(i)))) {
        entries.group(i, -1);
        if (!groups[g].isStale()) {
          entries.sendOn(i, HOPS_PER_TICK);
          sentOn = true;
        }
      }
    }
  }

  private void append(RecordTimerQueue queue, TimerEntries entries) {
    bucketWrites.clear();
    for (int g = 0; g < groupCount; g++) {
      TimerBucket bucket = groups[g];
      slots[g] = -1;
      steps[g] = Step.FAILED;
      if (bucket.hasStaged()) {
        int length = RecordTimerQueue.bucketKey(key, bucket.shard(), bucket.tick());
        slots[g] =
            bucketWrites.putIfVersion(
                queue.buckets(),
                key,
                0,
                length,
                bucket.value(),
                0,
                bucket.stagedLength(),
                bucket.version());
      }
    }
    calls.run(bucketWrites);
    for (int g = 0; g < groupCount; g++) {
      if (slots[g] >= 0) {
        takeAppend(g, InnerCalls.outcome(bucketWrites, slots[g]), entries);
      }
    }
  }

  private void takeAppend(int g, Outcome outcome, TimerEntries entries) {
    TimerBucket bucket = groups[g];
    int slot = slots[g];
    switch (outcome) {
      case OK -> {
        bucket.written(bucketWrites.version(slot));
        steps[g] = Step.APPENDED;
      }
      case MISMATCH -> {
        if (bucket.version() != 0) {
          // Somebody else writes to this shard at this moment: go elsewhere.
          homeShard = calls.random().nextInt(RecordTimerQueue.SHARDS);
        }
        int length = bucketWrites.currentLength(slot);
        if (length >= 0 && bucketWrites.version(slot) != 0) {
          bucket.load(
              bucketWrites.version(slot),
              bucketWrites.memory(),
              bucketWrites.currentOffset(slot),
              length);
        } else {
          bucket.makeStale();
        }
      }
      case UNAVAILABLE -> bucket.unstage();
      case FULL, TOO_LARGE -> {
        bucket.unstage();
        settle(g, Fate.FULL, entries);
      }
      default -> bucket.makeStale(); // perhaps written: a second entry does no harm
    }
  }

  /** Looks, after the append, whether claimants will come by; see to it that they do. */
  private void verify(RecordTimerQueue queue, TimerQueueState state, TimerEntries entries) {
    int tries = 0;
    while (readChecks(queue) && !calls.over()) {
      repairs.clear();
      for (int g = 0; g < groupCount; g++) {
        if (steps[g] == Step.APPENDED) {
          check(queue, state, g, entries);
        }
      }
      calls.run(repairs);
      boolean full = false;
      for (int slot = 0; slot < repairs.size(); slot++) {
        full |= InnerCalls.outcome(repairs, slot) == Outcome.FULL;
      }
      for (int g = 0; g < groupCount && full; g++) {
        if (steps[g] == Step.APPENDED) {
          settle(g, Fate.FULL, entries);
        }
      }
      if (++tries > 2) {
        calls.pause(tries);
      }
    }
    takeBack(queue, entries);
  }

  private boolean readChecks(RecordTimerQueue queue) {
    checks.clear();
    for (int g = 0; g < groupCount; g++) {
      if (steps[g] == Step.APPENDED) {
        int shard = groups[g].shard();
        long tick = groups[g].tick();
        slots[g] = checks.add(queue.cursors(), key, 0, RecordTimerQueue.cursorKey(key, shard));
        checks.add(queue.cursors(), key, 0, fineKey(shard, tick));
        checks.add(queue.cursors(), key, 0, coarseKey(shard, tick));
      }
    }
    calls.run(checks);
    return checks.size() > 0;
  }

  private void check(RecordTimerQueue queue, TimerQueueState state, int g, TimerEntries entries) {
    int shard = groups[g].shard();
    long tick = groups[g].tick();
    Outcome atCursor = InnerCalls.outcome(checks, slots[g]);
    Outcome atFine = InnerCalls.outcome(checks, slots[g] + 1);
    Outcome atCoarse = InnerCalls.outcome(checks, slots[g] + 2);
    if (atCursor == Outcome.OK) {
      long at = checks.valueOffset(slots[g]);
      long closed = checks.memory().get(RecordTimerQueue.I64, at + Long.BYTES);
      state.closedSeen[shard] = closed;
      if (closed > tick) {
        sendLater(g, closed, entries);
        return;
      }
    } else if (atCursor == Outcome.ABSENT) {
      long now = RecordTimerQueue.tickOf(calls.nowMillis());
      cursor.set(RecordTimerQueue.I64, 0, now);
      cursor.set(RecordTimerQueue.I64, Long.BYTES, now);
      cursor.set(
          RecordTimerQueue.I64, RecordTimerQueue.CURSOR_ORIGIN, calls.random().nextLong() | 1);
      int length = RecordTimerQueue.cursorKey(key, shard);
      repairs.putIfAbsent(
          queue.cursors(), key, 0, length, cursor, 0, RecordTimerQueue.CURSOR_BYTES);
    }
    if (atFine == Outcome.ABSENT) {
      repairs.putIfAbsent(queue.cursors(), key, 0, fineKey(shard, tick), cursor, 0, 1);
    }
    if (atCoarse == Outcome.ABSENT) {
      repairs.putIfAbsent(queue.cursors(), key, 0, coarseKey(shard, tick), cursor, 0, 1);
    }
    if (atCursor == Outcome.OK && atFine == Outcome.OK && atCoarse == Outcome.OK) {
      settle(g, Fate.PLACED, entries);
    }
  }

  /** The tick was closed meanwhile: nobody may come by any more. */
  private void sendLater(int g, long closed, TimerEntries entries) {
    steps[g] = Step.LATE;
    for (int i = 0; i < entries.size(); i++) {
      if (isIn(g, entries, i)) {
        entries.notBefore(i, closed);
      }
    }
  }

  private static boolean isIn(int g, TimerEntries entries, int i) {
    return entries.group(i) == g && entries.fate(i) == Fate.WAITING;
  }

  /**
   * Takes entries that came too late out of their buckets, which would stay for ever if no claimant
   * comes by. Nothing hangs on them: they were never placed; and if a claimant has handled an entry
   * of the same id there, that has done for all of them.
   */
  private void takeBack(RecordTimerQueue queue, TimerEntries entries) {
    for (int tries = 0; tries < TRIES_TO_TAKE_BACK && writeBack(queue, entries); tries++) {
      for (int g = 0; g < groupCount; g++) {
        if (steps[g] == Step.LATE) {
          groups[g].makeStale();
          if (InnerCalls.outcome(bucketWrites, slots[g]) != Outcome.MISMATCH) {
            steps[g] = Step.SETTLED;
          }
        }
      }
      refresh(queue);
    }
  }

  /** Writes the buckets of late entries without them; false if there are none. */
  private boolean writeBack(RecordTimerQueue queue, TimerEntries entries) {
    bucketWrites.clear();
    for (int g = 0; g < groupCount; g++) {
      if (steps[g] == Step.LATE) {
        TimerBucket bucket = groups[g];
        boolean found = false;
        for (int i = 0; i < entries.size() && !bucket.isStale(); i++) {
          if (isIn(g, entries, i)) {
            found |= bucket.unstage(entries.memory(), entries.offset(i), entries.length(i));
          }
        }
        if (found) {
          int keyLength = RecordTimerQueue.bucketKey(key, bucket.shard(), bucket.tick());
          slots[g] = replace(queue, bucket, keyLength);
        } else {
          steps[g] = Step.SETTLED; // a claimant has been there
        }
      }
    }
    calls.run(bucketWrites);
    return bucketWrites.size() > 0;
  }

  private int replace(RecordTimerQueue queue, TimerBucket bucket, int keyLength) {
    long version = bucket.version();
    int length = bucket.stagedLength();
    return length == 0
        ? bucketWrites.removeIfVersion(queue.buckets(), key, 0, keyLength, version)
        : bucketWrites.putIfVersion(
            queue.buckets(), key, 0, keyLength, bucket.value(), 0, length, version);
  }

  private void settle(int g, Fate fate, TimerEntries entries) {
    steps[g] = Step.SETTLED;
    for (int i = 0; i < entries.size(); i++) {
      if (isIn(g, entries, i)) {
        entries.settle(i, fate);
      }
    }
  }

  private int fineKey(int shard, long tick) {
    return RecordTimerQueue.fineKey(key, shard, tick >> RecordTimerQueue.FINE_BITS);
  }

  private int coarseKey(int shard, long tick) {
    return RecordTimerQueue.coarseKey(key, shard, tick >> RecordTimerQueue.COARSE_BITS);
  }
}
