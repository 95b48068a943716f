package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;

/**
 * Timers (rule T) out of plain records, for backends that have nothing better. Needs reads,
 * put-if-absent, put-if-version, remove and remove-if-version, linearizable per key; runs within
 * the caller's session, so there is no thread and no server of its own, and any number of processes
 * may work on one queue. This page is the protocol; {@link TimerUpdates}, {@link TimerIndex},
 * {@link TimerWindows} and {@link TimerClaims} carry it out, {@link RecordTimerQueue} and {@link
 * TimerRecord} show the records.
 *
 * <h2>Records</h2>
 *
 * <ul>
 *   <li><b>Timer</b>, one per id: deadline, claim, payload. The truth lies here alone. A timer is
 *       claimed by exchanging its record if it still has the version that was read, so one claimant
 *       gets it and no other.
 *   <li><b>Buckets</b> say where to look: ids whose timers come due in the same <i>tick</i> of 16
 *       ms, in one of 16 <i>shards</i>. A session appends all ids of a batch that fall on one tick
 *       to one bucket of the shard it prefers at present, so a batch of 100 timers with the same
 *       delay costs 100 timer writes and one bucket write, and sessions keep out of each other's
 *       way. An entry is a hint: many may lie around for one id, and each is judged by the timer's
 *       record.
 *   <li><b>Cursor</b>, one per shard: ticks below {@code closed} take no more entries, ticks below
 *       {@code drained} are empty.
 *   <li><b>Markers</b>, one per shard and range of ticks: without a marker, no bucket. They let a
 *       claimant skip the time in which there is nothing, a second or four minutes per read.
 * </ul>
 *
 * <h2>No entry is missed</h2>
 *
 * <p>An adder appends to the bucket, <i>then</i> reads the cursor and the markers. A claimant
 * closes the ticks that are over by exchanging the cursor, <i>then</i> reads markers and buckets.
 * Registers being linearizable, one of the two sees the other (Dekker's argument): either the
 * claimant finds the entry, or the adder finds its tick closed, and appends again at a tick that is
 * open. Markers found missing are created, and all is read again. Only then is the entry
 * <i>placed</i>. A claimant believes a missing marker only for ticks that were closed when it read
 * the cursor before the marker. {@code drained} moves on once every bucket below was read absent,
 * or removed, after closing; markers below it are removed. Nothing about cursors and markers is
 * remembered from one append to the next, so a store that lost everything is taken into use again
 * as it is.
 *
 * <h2>No timer is missed</h2>
 *
 * <p>Every timer names its <i>standing tick</i>. The invariant, for every timer whose setting was
 * acknowledged:
 *
 * <blockquote>
 * There is a placed entry, not yet handled, at the standing tick or later; and if that is later
 * than the timer is due, also one in time.
 * </blockquote>
 *
 * <p>A claimant that finds an id in a bucket of tick <i>k</i> reads the timer, and
 *
 * <ul>
 *   <li>drops the entry if there is no timer;
 *   <li>claims the timer if it is due, no matter which entry led there;
 *   <li>if it is due later and <i>k</i> is the standing tick or later, <i>moves</i> the entry:
 *       places one at the tick the timer is due, then exchanges the timer for one whose standing
 *       tick is that, then removes the old entry;
 *   <li>if it is due later, <i>k</i> is before the standing tick, but the standing tick is too late
 *       for it, passes the entry on: places one at the tick it is due;
 *   <li>else drops the entry: another one stands for the timer.
 * </ul>
 *
 * <p>A claim places the id at the tick at which its lease ends, then exchanges the timer (claimed,
 * lease, fence, standing tick), and only then the entry is removed and the timer handed out. So a
 * claimant may stop at any point:
 *
 * <ol>
 *   <li>before the timer was exchanged: it is due as before, the old entry is in its bucket; the
 *       new one is one too many, and is dropped in time;
 *   <li>after that: the entry at the end of the lease is placed, and whoever finds it claims the
 *       timer anew. Until then the old entry is dropped, being before the standing tick.
 * </ol>
 *
 * <p>The new entry cannot be dropped before the timer is exchanged. While the timer has the version
 * that was read, an entry at <i>p</i> is dropped only if <i>p</i> is before the standing tick and
 * the timer is due at the standing tick or later. A move has <i>p</i> &gt; <i>k</i> &ge; standing
 * tick, because <i>k</i> is closed and <i>p</i> was open. For a claim, either <i>p</i> is not
 * before the standing tick, or the timer is due before the standing tick. And if somebody handles
 * the entry in another way, that changes the timer's version, and our exchange fails.
 *
 * <h2>Setting a timer</h2>
 *
 * <p>A new timer is created first, with the tick of its deadline as standing tick, then its entry
 * is placed, then the setting is acknowledged. (The other way round, a claimant could drop the
 * entry before the timer is there.) If the setter stops in between, there is a timer that was never
 * acknowledged and that nothing may stand for; therefore a new timer is <i>not confirmed</i>.
 *
 * <p>Changing a timer's deadline exchanges its record, and
 *
 * <ul>
 *   <li>if it is confirmed and the new deadline is not before the standing tick, that is all: the
 *       entry is moved when it comes up. A timer that is put off again and again costs nothing
 *       more;
 *   <li>if it is confirmed and the new deadline is earlier, places one more entry, which leads to
 *       it in time. The standing tick stays: should the setter stop before, the timer is late, not
 *       lost;
 *   <li>if it is not confirmed, places an entry in any case and afterwards notes in the record that
 *       the timer is confirmed. (If this last write fails, it is done next time.)
 * </ul>
 *
 * <p>Claims and moves confirm as well. Cancelling and completing remove the record; the entries are
 * dropped when they come up.
 *
 * <h2>Time</h2>
 *
 * <p>A deadline is judged by {@link AbstractStateStore#clockMillis}; a tick is opened once it is
 * over. So a timer is never early by the clock of the claimant, and late by 16 ms, one polling
 * interval and the time a claim takes. If the clocks of two processes differ, a timer may be early
 * or late by the difference. A clock that runs ahead closes ticks too early: timers of the others
 * are then placed later, never lost. A claimant whose clock is behind leaves alone what it takes to
 * be the future.
 *
 * <h2>Lost replies</h2>
 *
 * <p>After {@link Outcome#UNKNOWN} a record is read again. Every write of a timer carries a random
 * stamp, so one's own write is recognized. If the version is the one expected, the same write is
 * tried again: of the two only one can succeed. If the record is something else, nobody can tell,
 * and the slot answers {@code UNKNOWN}; so does a creation that is not there, as it may come yet,
 * and a remove of what is gone, as another one may have been faster: of two claimants that both
 * complete a timer, at most one is told {@code OK}. A claim in doubt is not handed out: if it was
 * done, its lease runs out. Appends are simply repeated.
 *
 * <p>Fencing numbers grow with every claim of a timer, and as they begin with the time and end with
 * random bits, that of a removed timer does not come back with a new one of the same id.
 *
 * <h2>Weaknesses</h2>
 *
 * <ul>
 *   <li>A clock that is far ahead (days) closes ticks far ahead, and timers set afterwards fire
 *       that late. Hosts must keep time.
 *   <li>A setter that stops between creating a timer and placing its entry leaves a record that
 *       stays until the id is used again. One that stops just after its tick was closed, or whose
 *       append was not answered, may leave a bucket and markers that stay.
 *   <li>About 10,000 ids of 24 bytes fit into one tick; more of one deadline spill over into later
 *       ticks, 16 ms each.
 *   <li>A queue in use costs a claimant up to four round trips when nothing is due, about eleven
 *       for a claim of up to 128 timers ({@code docs/adr/0006-default-timers.md} counts them).
 * </ul>
 */
final class RecordTimers {
  private static final int TABLE = 512;

  private final InnerCalls calls;
  private final TimerUpdates updates;
  private final TimerClaims claims;
  private final ElementHash hash = new ElementHash();
  private final int[] seen = new int[TABLE]; // slot + 1 by hash of its id

  RecordTimers(AbstractStoreSession session) {
    this.calls = new InnerCalls(session);
    TimerIndex index = new TimerIndex(session, calls);
    FenceVersions fenceVersions = new FenceVersions(calls.random().nextLong());
    this.updates = new TimerUpdates(session, calls, index, fenceVersions);
    this.claims = new TimerClaims(session, calls, index, fenceVersions);
  }

  /** Answers a claim; the caller completes it. */
  void execute(ClaimBatch batch) {
    calls.until(batch.deadlineNanos());
    claims.run(batch, (RecordTimerQueue) batch.queue());
  }

  /** Answers all slots that are pending; the caller completes the batch. */
  void execute(TimerBatch batch) {
    calls.until(batch.deadlineNanos());
    int from = 0;
    while (from < batch.size()) {
      if (batch.outcome(from) != Outcome.PENDING) {
        from++;
      } else {
        int to = endOfRun(batch, from);
        updates.run(batch, (RecordTimerQueue) batch.queue(from), from, to);
        from = to;
      }
    }
  }

  /** Slots that can be executed abreast: of one queue, and no id twice. */
  private int endOfRun(TimerBatch batch, int from) {
    Arrays.fill(seen, 0);
    TimerQueue queue = batch.queue(from);
    int slot = from;
    while (slot < batch.size()
        && slot - from < TimerUpdates.MAX_SLOTS
        && batch.queue(slot) == queue
        && isNew(batch, slot)) {
      slot++;
    }
    return slot;
  }

  private boolean isNew(TimerBatch batch, int slot) {
    MemorySegment memory = batch.memory();
    long at = batch.keyOffset(slot);
    int length = batch.keyLength(slot);
    hash.hash(memory, at, length, 0);
    int place = (int) hash.first() & (TABLE - 1);
    while (seen[place] != 0) {
      int other = seen[place] - 1;
      long otherAt = batch.keyOffset(other);
      if (batch.keyLength(other) == length
          && MemorySegment.mismatch(memory, at, at + length, memory, otherAt, otherAt + length)
              < 0) {
        return false;
      }
      place = (place + 1) & (TABLE - 1);
    }
    seen[place] = slot + 1;
    return true;
  }
}
