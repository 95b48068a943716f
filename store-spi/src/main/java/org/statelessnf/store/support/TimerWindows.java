package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Says which buckets a claimant has to look into: those of the ticks from the cursor's {@code
 * drained} up to now, in ranges that have a marker. Closes those ticks to adders first, so that
 * what is found absent stays absent. See {@link RecordTimers}.
 */
final class TimerWindows {
  private static final int SHARDS = RecordTimerQueue.SHARDS;
  private static final int FINE = RecordTimerQueue.FINE_BITS;
  private static final int COARSE = RecordTimerQueue.COARSE_BITS;

  /** Ticks that one claim looks at, at most; what is longer ago is skipped by coarse markers. */
  private static final int MAX_WINDOW = 8 << FINE;

  /** How far a cursor may lag behind in an idle queue. */
  private static final int MAX_LAG = 1 << FINE;

  private static final int MAX_MARKERS = 1 << (COARSE - FINE);
  private static final int MAX_JUMPS = 16;

  private final InnerCalls calls;
  private final MemorySegment key = RecordTimerQueue.newKey();
  private final MemorySegment cursor =
      MemorySegment.ofArray(new byte[RecordTimerQueue.CURSOR_BYTES]);
  private final ReadBatch cursorReads;
  private final ReadBatch markerReads;
  private final WriteBatch cursorWrites;
  private final WriteBatch markerRemoves;

  // By shard.
  private final boolean[] active = new boolean[SHARDS];
  private final long[] version = new long[SHARDS]; // of the cursor
  private final long[] origin = new long[SHARDS]; // which tells it from one that was lost
  private final long[] stored = new long[SHARDS]; // drained, as the cursor says
  private final long[] start = new long[SHARDS]; // drained, as far as is known
  private final long[] closed = new long[SHARDS];
  private final long[] sure = new long[SHARDS]; // closed when the markers were read
  private final long[] end = new long[SHARDS];
  private final long[] empty = new long[SHARDS]; // ticks below are empty, as far as was looked
  private final int[] marked = new int[SHARDS]; // bit per range from that of start on
  private final int[] slots = new int[SHARDS];

  private TimerQueueState state = new TimerQueueState();
  private boolean complete;
  private int firstShard;
  private int turn;
  private long nextTick;
  private int shard;
  private long tick;

  TimerWindows(AbstractStoreSession session, InnerCalls calls) {
    this.calls = calls;
    this.cursorReads = session.newReadBatch(SHARDS);
    this.markerReads = session.newReadBatch(MAX_MARKERS);
    this.cursorWrites = session.newWriteBatch(SHARDS);
    this.markerRemoves = session.newWriteBatch(MAX_MARKERS);
  }

  /**
   * Opens the windows of all shards.
   *
   * @param queue the queue
   * @param known what the session knows of it
   * @param now the present tick, which is not over yet
   */
  void open(RecordTimerQueue queue, TimerQueueState known, long now) {
    state = known;
    complete = true;
    firstShard = calls.random().nextInt(SHARDS);
    turn = -1;
    readCursors(queue, now);
    for (int s = 0; s < SHARDS; s++) {
      if (active[s] && now - start[s] > MAX_WINDOW) {
        catchUp(queue, s, now);
      }
    }
    readMarkers(queue, now);
    close(queue, now);
    for (int s = 0; s < SHARDS; s++) {
      if (active[s]) {
        settle(s, now);
      }
    }
  }

  private void readCursors(RecordTimerQueue queue, long now) {
    cursorReads.clear();
    for (int s = 0; s < SHARDS; s++) {
      cursorReads.add(queue.cursors(), key, 0, RecordTimerQueue.cursorKey(key, s));
    }
    calls.run(cursorReads);
    for (int s = 0; s < SHARDS; s++) {
      Outcome outcome = InnerCalls.outcome(cursorReads, s);
      complete &= InnerCalls.isAnswer(outcome);
      active[s] = outcome == Outcome.OK; // without a cursor, no entry was ever verified
      if (active[s]) {
        take(s, cursorReads.version(s), cursorReads.memory(), cursorReads.valueOffset(s));
        start[s] = stored[s];
        if (state.cursorOrigin[s] == origin[s]) {
          // What others did to the cursor since does not matter: ticks stay closed, and so empty.
          start[s] = Math.max(start[s], state.emptyBelow[s]);
        }
        active[s] = start[s] < now;
      }
    }
  }

  private void take(int s, long cursorVersion, MemorySegment memory, long at) {
    version[s] = cursorVersion;
    stored[s] = memory.get(RecordTimerQueue.I64, at);
    closed[s] = memory.get(RecordTimerQueue.I64, at + Long.BYTES);
    origin[s] = memory.get(RecordTimerQueue.I64, at + RecordTimerQueue.CURSOR_ORIGIN);
  }

  /** Skips, by coarse markers, what nobody put anything into while nobody claimed. */
  private void catchUp(RecordTimerQueue queue, int s, long now) {
    if (closed[s] < now && !advance(queue, s, now)) {
      active[s] = false;
      return;
    }
    for (int jumps = 0; now - start[s] > MAX_WINDOW && jumps < MAX_JUMPS; jumps++) {
      long coarse = start[s] >> COARSE;
      long marker = firstMarked(queue, s, true, coarse, (now - 1) >> COARSE);
      if (marker < 0) {
        active[s] = false;
        return;
      }
      start[s] = Math.min(now, Math.max(start[s], marker << COARSE));
      long last = Math.min(now - 1, (((start[s] >> COARSE) + 1) << COARSE) - 1) >> FINE;
      marker = firstMarked(queue, s, false, start[s] >> FINE, last);
      if (marker < 0) {
        active[s] = false;
        return;
      }
      start[s] = Math.min(now, Math.max(start[s], marker << FINE));
      if (marker <= last) {
        break;
      }
    }
  }

  /**
   * The first range of a shard that has a marker, the one after the last looked at if none has, -1
   * if the store does not answer.
   */
  private long firstMarked(RecordTimerQueue queue, int s, boolean coarse, long from, long to) {
    markerReads.clear();
    for (long range = from; range <= to && !markerReads.isFull(); range++) {
      int length =
          coarse
              ? RecordTimerQueue.coarseKey(key, s, range)
              : RecordTimerQueue.fineKey(key, s, range);
      markerReads.add(queue.cursors(), key, 0, length);
    }
    calls.run(markerReads);
    for (int i = 0; i < markerReads.size(); i++) {
      Outcome outcome = InnerCalls.outcome(markerReads, i);
      if (outcome != Outcome.ABSENT) {
        complete &= outcome == Outcome.OK;
        return outcome == Outcome.OK ? from + i : -1;
      }
    }
    return from + markerReads.size();
  }

  private void readMarkers(RecordTimerQueue queue, long now) {
    markerReads.clear();
    for (int s = 0; s < SHARDS; s++) {
      slots[s] = markerReads.size();
      end[s] = Math.min(now, start[s] + MAX_WINDOW);
      sure[s] = closed[s];
      for (long range = start[s] >> FINE; active[s] && range <= (end[s] - 1) >> FINE; range++) {
        markerReads.add(queue.cursors(), key, 0, RecordTimerQueue.fineKey(key, s, range));
      }
    }
    calls.run(markerReads);
    for (int s = 0; s < SHARDS; s++) {
      marked[s] = 0;
      int last = s + 1 < SHARDS ? slots[s + 1] : markerReads.size();
      for (int slot = slots[s]; slot < last; slot++) {
        Outcome outcome = InnerCalls.outcome(markerReads, slot);
        if (!InnerCalls.isAnswer(outcome)) {
          complete = false;
          active[s] = false;
        } else if (outcome == Outcome.OK) {
          marked[s] |= 1 << (slot - slots[s]);
        }
      }
    }
  }

  /** Closes the ticks up to now where there may be something; keeps idle cursors from lagging. */
  private void close(RecordTimerQueue queue, long now) {
    cursorWrites.clear();
    markerRemoves.clear();
    for (int s = 0; s < SHARDS; s++) {
      slots[s] = -1;
      if (active[s]
          && ((marked[s] != 0 && closed[s] < now) || now - stored[s] > MAX_LAG)
          && (closed[s] < now || start[s] > stored[s])) {
        slots[s] = addAdvance(queue, s, now);
      }
    }
    calls.run(cursorWrites);
    boolean again = false;
    for (int s = 0; s < SHARDS; s++) {
      if (slots[s] >= 0) {
        Outcome outcome = InnerCalls.outcome(cursorWrites, slots[s]);
        if (outcome == Outcome.OK) {
          advanced(queue, s, now, cursorWrites.version(slots[s]));
          slots[s] = -1;
        } else {
          again = true;
        }
      }
    }
    if (again) {
      lookAgain(queue);
    }
    calls.run(markerRemoves); // only tidies up
  }

  private int addAdvance(RecordTimerQueue queue, int s, long now) {
    cursor.set(RecordTimerQueue.I64, 0, start[s]);
    cursor.set(RecordTimerQueue.I64, Long.BYTES, Math.max(closed[s], now));
    cursor.set(RecordTimerQueue.I64, RecordTimerQueue.CURSOR_ORIGIN, origin[s]);
    int length = RecordTimerQueue.cursorKey(key, s);
    return cursorWrites.putIfVersion(
        queue.cursors(), key, 0, length, cursor, 0, RecordTimerQueue.CURSOR_BYTES, version[s]);
  }

  private boolean advance(RecordTimerQueue queue, int s, long now) {
    cursorWrites.clear();
    int slot = addAdvance(queue, s, now);
    calls.run(cursorWrites);
    if (InnerCalls.outcome(cursorWrites, slot) != Outcome.OK) {
      return false;
    }
    markerRemoves.clear();
    advanced(queue, s, now, cursorWrites.version(slot));
    calls.run(markerRemoves);
    return true;
  }

  /** The cursor was written: its closed ticks are closed, markers below drained are of no use. */
  private void advanced(RecordTimerQueue queue, int s, long now, long newVersion) {
    version[s] = newVersion;
    closed[s] = Math.max(closed[s], now);
    removeMarkers(queue, s, FINE);
    removeMarkers(queue, s, COARSE);
    stored[s] = start[s];
  }

  private void removeMarkers(RecordTimerQueue queue, int s, int bits) {
    // Beyond a window there are none: they were found absent.
    long from = Math.max(stored[s] >> bits, (start[s] - MAX_WINDOW) >> bits);
    for (long range = from; range < start[s] >> bits && !markerRemoves.isFull(); range++) {
      int length =
          bits == FINE
              ? RecordTimerQueue.fineKey(key, s, range)
              : RecordTimerQueue.coarseKey(key, s, range);
      markerRemoves.remove(queue.cursors(), key, 0, length);
    }
  }

  /** Another claimant was faster, or nobody knows: see how far ticks are closed. */
  private void lookAgain(RecordTimerQueue queue) {
    cursorReads.clear();
    for (int s = 0; s < SHARDS; s++) {
      if (slots[s] >= 0) {
        slots[s] = cursorReads.add(queue.cursors(), key, 0, RecordTimerQueue.cursorKey(key, s));
      }
    }
    calls.run(cursorReads);
    for (int s = 0; s < SHARDS; s++) {
      if (slots[s] >= 0) {
        Outcome outcome = InnerCalls.outcome(cursorReads, slots[s]);
        active[s] = outcome == Outcome.OK;
        complete &= InnerCalls.isAnswer(outcome);
        if (active[s]) {
          int slot = slots[s];
          take(s, cursorReads.version(slot), cursorReads.memory(), cursorReads.valueOffset(slot));
        }
      }
    }
  }

  /** Decides where a window ends and how much of it is known to be empty without looking. */
  private void settle(int s, long now) {
    end[s] = Math.max(start[s], Math.min(end[s], Math.min(closed[s], now)));
    empty[s] = end[s];
    for (long range = start[s] >> FINE; range <= (end[s] - 1) >> FINE; range++) {
      long rangeEnd = Math.min((range + 1) << FINE, end[s]);
      if (!isMarked(s, range) && rangeEnd > sure[s]) {
        // The marker was looked for while ticks of its range were still open.
        found(s, Math.max(Math.max(range << FINE, sure[s]), start[s]));
      }
    }
  }

  private boolean isMarked(int s, long range) {
    return (marked[s] & (1 << (range - (start[s] >> FINE)))) != 0;
  }

  /** Whether the store answered all that was asked. */
  boolean isComplete() {
    return complete;
  }

  /**
   * Moves on to the next bucket that may be there.
   *
   * @return false if there is none
   */
  boolean next() {
    while (true) {
      if (turn >= 0 && turn < SHARDS && active[shard]) {
        while (nextTick < end[shard]) {
          if (isMarked(shard, nextTick >> FINE)) {
            tick = nextTick++;
            return true;
          }
          nextTick = ((nextTick >> FINE) + 1) << FINE;
        }
      }
      if (turn >= SHARDS - 1) {
        turn = SHARDS;
        return false;
      }
      turn++;
      shard = (firstShard + turn) % SHARDS;
      nextTick = start[shard];
    }
  }

  /** Shard of the present bucket. */
  int shard() {
    return shard;
  }

  /** Tick of the present bucket. */
  long tick() {
    return tick;
  }

  /** Notes that a tick is not empty, or not known to be. */
  void found(int atShard, long atTick) {
    empty[atShard] = Math.min(empty[atShard], atTick);
  }

  /** Keeps what was learned for the next claim. */
  void finish() {
    for (int t = Math.max(turn, 0); t < SHARDS; t++) {
      int s = (firstShard + t) % SHARDS;
      found(s, t == turn ? nextTick : start[s]); // not looked at, or not to the end
    }
    for (int s = 0; s < SHARDS; s++) {
      if (active[s]) {
        state.emptyBelow[s] = Math.max(start[s], empty[s]);
        state.cursorOrigin[s] = origin[s];
        state.closedSeen[s] = closed[s];
      }
    }
  }
}
