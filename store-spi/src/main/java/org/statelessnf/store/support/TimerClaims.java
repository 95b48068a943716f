package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Claims due timers: looks into the buckets that {@link TimerWindows} names, reads the timers of
 * the ids found there, places each id anew (at the end of its lease, or at the later deadline it
 * has got meanwhile), and only then changes the timer. See {@link RecordTimers}.
 */
final class TimerClaims {
  private static final int CHUNK = 64;
  private static final int MAX_IDS = 128;
  private static final int FENCE_SHIFT = 20;
  private static final int HANDLED = 0x80; // in the length byte of an id, in our copy of a bucket

  /** What is to become of an id found in a bucket. */
  private enum Plan {
    /** Nothing now: it stays in the bucket. */
    LEAVE,
    /** It goes out of the bucket: nothing stands behind it. */
    DROP,
    /** Its timer is due. */
    CLAIM,
    /** Its timer is due later, and this is the entry that stands for it. */
    MOVE,
    /** Its timer is due later, another entry stands for it, but would come too late. */
    PASS_ON
  }

  private final InnerCalls calls;
  private final TimerIndex index;
  private final FenceVersions fenceVersions;
  private final TimerWindows windows;
  private final TimerEntries entries = new TimerEntries();
  private final ReadBatch buckets;
  private final WriteBatch bucketWrites;
  private final ReadBatch timers;
  private final ReadBatch doubts;
  private final WriteBatch timerWrites;
  private final MemorySegment key = RecordTimerQueue.newKey();
  private final MemorySegment value = MemorySegment.ofArray(new byte[TimerRecord.MAX_BYTES]);
  private final MemorySegment rest =
      MemorySegment.ofArray(new byte[RecordTimerQueue.MAX_BUCKET_BYTES]);

  // By slot of buckets.
  private final int[] shard = new int[CHUNK];
  private final long[] tick = new long[CHUNK];

  // By number of the id within a round.
  private final Plan[] plan = new Plan[MAX_IDS];
  private final int[] bucket = new int[MAX_IDS];
  private final long[] lengthAt = new long[MAX_IDS]; // of the length byte; the id follows
  private final int[] entry = new int[MAX_IDS];
  private final int[] written = new int[MAX_IDS]; // slot of timerWrites, then of doubts
  private final long[] fence = new long[MAX_IDS];
  private final long[] stamp = new long[MAX_IDS];
  private int ids;
  private long leaseEnd;
  private boolean answered;
  private boolean doubtful;

  TimerClaims(
      AbstractStoreSession session,
      InnerCalls calls,
      TimerIndex index,
      FenceVersions fenceVersions) {
    this.calls = calls;
    this.index = index;
    this.fenceVersions = fenceVersions;
    this.windows = new TimerWindows(session, calls);
    this.buckets = session.newReadBatch(CHUNK);
    this.bucketWrites = session.newWriteBatch(CHUNK);
    this.timers = session.newReadBatch(MAX_IDS);
    this.doubts = session.newReadBatch(MAX_IDS);
    this.timerWrites = session.newWriteBatch(MAX_IDS);
  }

  /**
   * Answers a claim.
   *
   * @param batch in flight
   * @param queue its queue
   */
  void run(ClaimBatch batch, RecordTimerQueue queue) {
    answered = true;
    doubtful = false;
    windows.open(queue, index.state(queue), RecordTimerQueue.tickOf(calls.nowMillis()));
    while (room(batch) > 0 && !calls.over() && readChunk(queue)) {
      work(batch, queue);
      writeBack(queue);
    }
    windows.finish();
    answered &= windows.isComplete() && !calls.over();
    if (doubtful) {
      batch.result(Outcome.UNKNOWN);
    } else {
      batch.result(answered || batch.claimed() > 0 ? Outcome.OK : Outcome.UNAVAILABLE);
    }
  }

  private static int room(ClaimBatch batch) {
    return batch.max() - batch.claimed();
  }

  /** Reads the next buckets; false if there are none left. */
  private boolean readChunk(RecordTimerQueue queue) {
    buckets.clear();
    while (!buckets.isFull() && windows.next()) {
      int slot = buckets.size();
      shard[slot] = windows.shard();
      tick[slot] = windows.tick();
      int length = RecordTimerQueue.bucketKey(key, shard[slot], tick[slot]);
      buckets.add(queue.buckets(), key, 0, length);
    }
    calls.run(buckets);
    for (int slot = 0; slot < buckets.size(); slot++) {
      answered &= InnerCalls.isAnswer(InnerCalls.outcome(buckets, slot));
    }
    return buckets.size() > 0;
  }

  /** Goes through the ids of all buckets read, as many at a time as one round takes. */
  private void work(ClaimBatch batch, RecordTimerQueue queue) {
    ids = 0;
    for (int slot = 0; slot < buckets.size(); slot++) {
      if (InnerCalls.outcome(buckets, slot) != Outcome.OK) {
        continue;
      }
      long at = buckets.valueOffset(slot);
      long bucketEnd = at + buckets.valueLength(slot);
      at = skipSome(at, bucketEnd, room(batch));
      while (at < bucketEnd && room(batch) > 0 && !calls.over()) {
        bucket[ids] = slot;
        lengthAt[ids++] = at;
        at += 2 + buckets.memory().get(ValueLayout.JAVA_BYTE, at);
        if (ids == Math.min(MAX_IDS, room(batch))) {
          round(batch, queue);
        }
      }
    }
    if (ids > 0) {
      round(batch, queue);
    }
  }

  /**
   * Where to begin in a bucket: at the start if all of it can be taken, else anywhere, so that
   * claimants that work on the same bucket do not meet at every id.
   */
  private long skipSome(long start, long bucketEnd, int room) {
    int count = 0;
    for (long at = start; at < bucketEnd; count++) {
      at += 2 + buckets.memory().get(ValueLayout.JAVA_BYTE, at);
    }
    long at = start;
    if (count > room) {
      for (int skip = calls.random().nextInt(count - room + 1); skip > 0; skip--) {
        at += 2 + buckets.memory().get(ValueLayout.JAVA_BYTE, at);
      }
    }
    return at;
  }

  private void round(ClaimBatch batch, RecordTimerQueue queue) {
    readTimers(queue);
    decide(batch.leaseMillis());
    index.place(queue, entries);
    writeTimers(queue);
    resolveDoubts(queue);
    deliver(batch, queue);
    ids = 0;
  }

  private int idLength(int i) {
    return 1 + (buckets.memory().get(ValueLayout.JAVA_BYTE, lengthAt[i]) & ~HANDLED);
  }

  private void readTimers(RecordTimerQueue queue) {
    timers.clear();
    for (int i = 0; i < ids; i++) {
      timers.add(queue.timers(), buckets.memory(), lengthAt[i] + 1, idLength(i));
    }
    calls.run(timers);
  }

  private void decide(long leaseMillis) {
    entries.clear(buckets.memory());
    long now = calls.nowMillis();
    leaseEnd = now + 1 + Math.min(leaseMillis, Long.MAX_VALUE / 4);
    for (int i = 0; i < ids; i++) {
      entry[i] = -1;
      Outcome outcome = InnerCalls.outcome(timers, i);
      answered &= InnerCalls.isAnswer(outcome);
      plan[i] =
          switch (outcome) {
            case OK -> planFor(timers.valueOffset(i), tick[bucket[i]], now);
            case ABSENT -> Plan.DROP;
            default -> Plan.LEAVE;
          };
      if (plan[i] == Plan.CLAIM) {
        entry[i] = entries.add(lengthAt[i] + 1, idLength(i), RecordTimerQueue.tickOf(leaseEnd));
      } else if (plan[i] == Plan.MOVE || plan[i] == Plan.PASS_ON) {
        long due = TimerRecord.dueMillis(timers.memory(), timers.valueOffset(i));
        entry[i] = entries.add(lengthAt[i] + 1, idLength(i), RecordTimerQueue.tickOf(due));
      }
    }
  }

  private Plan planFor(long at, long entryTick, long now) {
    long due = TimerRecord.dueMillis(timers.memory(), at);
    if (due <= now) {
      return Plan.CLAIM;
    }
    long standing = TimerRecord.standing(timers.memory(), at);
    if (entryTick >= standing) {
      return Plan.MOVE;
    }
    return RecordTimerQueue.tickOf(due) < standing ? Plan.PASS_ON : Plan.DROP;
  }

  private void writeTimers(RecordTimerQueue queue) {
    timerWrites.clear();
    for (int i = 0; i < ids; i++) {
      written[i] = -1;
      if (plan[i] == Plan.DROP) {
        handled(i);
      } else if (plan[i] != Plan.LEAVE) {
        follow(queue, i);
      }
    }
    calls.run(timerWrites);
    for (int i = 0; i < ids; i++) {
      if (written[i] >= 0) {
        Outcome outcome = InnerCalls.outcome(timerWrites, written[i]);
        if (outcome == Outcome.OK) {
          continue;
        }
        answered &= outcome == Outcome.MISMATCH || outcome == Outcome.ABSENT;
        if (plan[i] != Plan.CLAIM || outcome != Outcome.UNKNOWN) {
          plan[i] = Plan.LEAVE;
          written[i] = -1;
        }
      }
    }
  }

  /** An id was placed anew, or was not; now its timer can be changed, or not. */
  private void follow(RecordTimerQueue queue, int i) {
    boolean placed = entries.fate(entry[i]) == TimerEntries.Fate.PLACED;
    boolean full = entries.fate(entry[i]) == TimerEntries.Fate.FULL;
    if (plan[i] == Plan.PASS_ON) {
      if (placed) {
        handled(i);
      }
      plan[i] = Plan.LEAVE;
      return;
    }
    if (!placed && !(full && plan[i] == Plan.CLAIM)) {
      answered &= full;
      plan[i] = Plan.LEAVE;
      return;
    }
    int bytes = timers.valueLength(i);
    MemorySegment.copy(timers.memory(), timers.valueOffset(i), value, 0, bytes);
    if (plan[i] == Plan.CLAIM) {
      long random = calls.random().nextLong(1L << FENCE_SHIFT);
      long unique = (calls.nowMillis() << FENCE_SHIFT) | random;
      fence[i] = Math.max(TimerRecord.fence(value, 0) + 1, unique);
      stamp[i] = calls.random().nextLong();
      TimerRecord.claim(value, leaseEnd, fence[i], stamp[i]);
    }
    // If there is no room for a new bucket, the entry stays where it is, and stands.
    TimerRecord.standing(value, placed ? entries.tick(entry[i]) : tick[bucket[i]], true);
    written[i] =
        timerWrites.putIfVersion(
            queue.timers(),
            buckets.memory(),
            lengthAt[i] + 1,
            idLength(i),
            value,
            0,
            bytes,
            timers.version(i));
  }

  /** Reads the timers again whose claim was not answered: the stamp tells. */
  private void resolveDoubts(RecordTimerQueue queue) {
    doubts.clear();
    for (int i = 0; i < ids; i++) {
      if (written[i] >= 0 && InnerCalls.outcome(timerWrites, written[i]) == Outcome.UNKNOWN) {
        doubts.add(queue.timers(), buckets.memory(), lengthAt[i] + 1, idLength(i));
      }
    }
    calls.run(doubts);
    int slot = 0;
    for (int i = 0; i < ids && slot < doubts.size(); i++) {
      if (written[i] >= 0 && InnerCalls.outcome(timerWrites, written[i]) == Outcome.UNKNOWN) {
        Outcome outcome = InnerCalls.outcome(doubts, slot);
        boolean ours =
            outcome == Outcome.OK
                && TimerRecord.stamp(doubts.memory(), doubts.valueOffset(slot)) == stamp[i];
        if (ours) {
          remember(queue, i, doubts.version(slot));
        } else {
          // If it was, or yet will be, done, the lease runs out unused.
          plan[i] = Plan.LEAVE;
          doubtful = true;
        }
        written[i] = -1;
        slot++;
      }
    }
  }

  private void remember(RecordTimerQueue queue, int i, long version) {
    fenceVersions.put(queue, buckets.memory(), lengthAt[i] + 1, idLength(i), fence[i], version);
  }

  private void deliver(ClaimBatch batch, RecordTimerQueue queue) {
    for (int i = 0; i < ids; i++) {
      if (plan[i] == Plan.MOVE) {
        handled(i);
      } else if (plan[i] == Plan.CLAIM) {
        if (written[i] >= 0) {
          remember(queue, i, timerWrites.version(written[i]));
        }
        long at = timers.valueOffset(i);
        batch.claimed(
            buckets.memory(),
            lengthAt[i] + 1,
            idLength(i),
            fence[i],
            TimerRecord.deadline(timers.memory(), at),
            timers.memory(),
            at + TimerRecord.PAYLOAD,
            timers.valueLength(i) - TimerRecord.PAYLOAD);
        if (entries.fate(entry[i]) == TimerEntries.Fate.PLACED) {
          handled(i);
        }
      }
    }
  }

  private void handled(int i) {
    int length = buckets.memory().get(ValueLayout.JAVA_BYTE, lengthAt[i]) | HANDLED;
    buckets.memory().set(ValueLayout.JAVA_BYTE, lengthAt[i], (byte) length);
  }

  /** Takes what was handled out of the buckets; removes those that are empty. */
  private void writeBack(RecordTimerQueue queue) {
    bucketWrites.clear();
    for (int slot = 0; slot < buckets.size(); slot++) {
      written[slot] = -1;
      Outcome outcome = InnerCalls.outcome(buckets, slot);
      if (outcome == Outcome.OK) {
        int restLength = collectRest(slot);
        int keyLength = RecordTimerQueue.bucketKey(key, shard[slot], tick[slot]);
        if (restLength == 0) {
          written[slot] =
              bucketWrites.removeIfVersion(
                  queue.buckets(), key, 0, keyLength, buckets.version(slot));
        } else {
          windows.found(shard[slot], tick[slot]);
          if (restLength < buckets.valueLength(slot)) {
            bucketWrites.putIfVersion(
                queue.buckets(), key, 0, keyLength, rest, 0, restLength, buckets.version(slot));
          }
        }
      } else if (outcome != Outcome.ABSENT) {
        windows.found(shard[slot], tick[slot]);
      }
    }
    calls.run(bucketWrites);
    for (int slot = 0; slot < buckets.size(); slot++) {
      if (written[slot] >= 0 && InnerCalls.outcome(bucketWrites, written[slot]) != Outcome.OK) {
        windows.found(shard[slot], tick[slot]);
      }
    }
  }

  /** Puts the ids of a bucket that were not handled into {@code rest}; their length in bytes. */
  private int collectRest(int slot) {
    MemorySegment memory = buckets.memory();
    long at = buckets.valueOffset(slot);
    long bucketEnd = at + buckets.valueLength(slot);
    int length = 0;
    while (at < bucketEnd) {
      int head = memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      int bytes = 2 + (head & ~HANDLED);
      if (head < HANDLED) {
        MemorySegment.copy(memory, at, rest, length, bytes);
        length += bytes;
      }
      at += bytes;
    }
    return length;
  }
}
