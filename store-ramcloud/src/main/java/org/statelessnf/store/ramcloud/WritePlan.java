package org.statelessnf.store.ramcloud;

import static org.statelessnf.store.ramcloud.WriteRequests.CHECK;
import static org.statelessnf.store.ramcloud.WriteRequests.CLEAR;
import static org.statelessnf.store.ramcloud.WriteRequests.CONTENDED;
import static org.statelessnf.store.ramcloud.WriteRequests.COUNT;
import static org.statelessnf.store.ramcloud.WriteRequests.CREATE;
import static org.statelessnf.store.ramcloud.WriteRequests.DROP;
import static org.statelessnf.store.ramcloud.WriteRequests.DROP_EXPIRED;
import static org.statelessnf.store.ramcloud.WriteRequests.MAYBE;
import static org.statelessnf.store.ramcloud.WriteRequests.SENT;
import static org.statelessnf.store.ramcloud.WriteRequests.SET_COUNTER;
import static org.statelessnf.store.ramcloud.WriteRequests.WAITING;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.Versions;

/**
 * Turns a multi-write into requests and their answers into outcomes, in as many rounds as it takes:
 * one if the session knows the records it writes, one more for removes.
 *
 * <p>RAMCloud's multi-operations may be applied again when a reply is lost, its single operations
 * are applied exactly once. What is few anyway, or contended, goes by single operations ({@link
 * WriteRequests#isOnce}), and so do increments. In a multi-operation <b>every</b> write and remove
 * names the version that it replaces, an unconditional one included, and changes nothing when it is
 * applied again. It then is rejected, though, as if somebody else had been there first; so after a
 * rejection the record is read, and if it bears this write's mark, the write has succeeded. A
 * remove leaves no mark; so it is a write first, of a record whose time is over. If there is no
 * mark, somebody else won, with one exception: after a call so slow that it may have been sent
 * twice, the write may have succeeded and been replaced since; unless the version tells that it was
 * not so, the answer is {@code UNKNOWN}.
 *
 * <p>Rule E: a record whose time is over must not be matched by its version. So the expiry of the
 * version that a write counts on is known, from {@link KeyHints} or by reading, before it is sent.
 */
final class WritePlan {
  private final RamcloudSession session;
  private final KeyHints hints;
  private final WriteRequests ask;
  private final Versions marks = new Versions();

  WritePlan(RamcloudSession session, KeyHints hints) {
    this.session = session;
    this.hints = hints;
    this.ask = new WriteRequests(hints);
  }

  void begin(WriteBatch batch, Flight flight) {
    for (int slot = 0; slot < batch.size(); slot++) {
      long hash =
          hints.hash(
              WriteRequests.number(batch, slot),
              batch.memory(),
              batch.keyOffset(slot),
              batch.keyLength(slot));
      flight.hash(slot, hash);
    }
    if (batch.size() > 1) {
      flight.findDuplicates(batch);
    }
    startWaiting(batch, flight, System.currentTimeMillis());
  }

  /** Slots start when the one before them with the same key is through. */
  private void startWaiting(WriteBatch batch, Flight flight, long now) {
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING && flight.step(slot) == WAITING) {
        int previous = batch.size() > 1 ? flight.previous(slot) : -1;
        if (previous < 0 || batch.outcome(previous) != Outcome.PENDING) {
          flight.writersMark(slot, marks.take(1));
          start(batch, flight, slot, now);
        }
      }
    }
  }

  private void start(WriteBatch batch, Flight flight, int slot, long now) {
    Op op = batch.op(slot);
    long expected = batch.expectedVersion(slot);
    boolean known = hints.find(flight.hash(slot));
    boolean expired = known && RcRecord.isGone(hints.expiresAt(), now);
    if (hints.isContended(flight.hash(slot))) {
      flight.mark(slot, CONTENDED);
    }
    switch (op) {
      case PUT -> ask.put(batch, flight, slot, known ? hints.version() : 0, now);
      case PUT_IF_ABSENT -> ask.put(batch, flight, slot, 0, now);
      case INCREMENT -> {
        if (batch.effectiveTtlMillis(slot) < 0) {
          ask.count(batch, flight, slot);
        } else {
          ask.check(batch, flight, slot);
        }
      }
      case PUT_IF_VERSION, REMOVE_IF_VERSION, REMOVE -> {
        if (!known || (op != Op.REMOVE && hints.version() != expected)) {
          ask.check(batch, flight, slot);
        } else if (expired) {
          ask.dropExpired(batch, flight, slot, hints.version());
        } else if (op == Op.PUT_IF_VERSION) {
          ask.put(batch, flight, slot, expected, now);
        } else {
          ask.drop(batch, flight, slot, hints.version());
        }
      }
      default -> throw new IllegalStateException(op + " in a multi-write");
    }
  }

  // --- answers ---

  /** Takes the answers of the last call; further requests may follow. */
  void answered(WriteBatch batch, Flight flight) {
    Requests requests = flight.requests();
    int count = requests.count();
    requests.clear(); // a request for a further step takes the place of one that was looked at
    long now = System.currentTimeMillis();
    for (int request = 0; request < count; request++) {
      answered(batch, flight, request, now);
    }
    if (batch.pendingSlots() > requests.count()) {
      startWaiting(batch, flight, now);
    }
  }

  private void answered(WriteBatch batch, Flight flight, int request, long now) {
    Requests requests = flight.requests();
    int slot = flight.slot(request);
    int status = requests.status(request);
    int step = flight.step(slot);
    long version = requests.version(request);
    if (step == CLEAR) {
      batch.written(slot, 0);
    } else if (status == RcStatus.OK) {
      switch (step) {
        case CHECK -> checked(batch, flight, slot, version, requests.actual(request), now);
        case DROP -> batch.written(slot, 0);
        case DROP_EXPIRED -> gone(batch, slot);
        case COUNT -> {
          hints.put(flight.hash(slot), version, 0);
          batch.counted(slot, version, requests.number(request));
        }
        case SET_COUNTER -> {
          remember(batch, flight, slot, version);
          long room = requests.room(slot) + RcRecord.HEADER_BYTES;
          batch.counted(slot, version, requests.memory().get(RcRecord.LONG, room));
        }
        default -> written(batch, flight, slot, version);
      }
    } else if (step == CHECK && status == RcStatus.OBJECT_DOESNT_EXIST) {
      missing(batch, flight, slot, now);
    } else if (step == COUNT && status == RcStatus.INVALID_OBJECT) {
      ask.check(batch, flight, slot);
    } else if (RcStatus.isRejected(status) && step != CHECK) {
      rejected(batch, flight, slot, status);
    } else {
      failed(batch, flight, slot, status);
    }
  }

  /** What bears the slot's mark was written as the given version. */
  private void written(WriteBatch batch, Flight flight, int slot, long version) {
    if (batch.op(slot) == Op.REMOVE || batch.op(slot) == Op.REMOVE_IF_VERSION) {
      ask.clear(batch, flight, slot, version);
      return;
    }
    hints.calm(flight.hash(slot));
    remember(batch, flight, slot, version);
    batch.written(slot, version);
  }

  private void remember(WriteBatch batch, Flight flight, int slot, long version) {
    long expiresAt = flight.expiresAt(slot);
    hints.put(flight.hash(slot), version, expiresAt);
    if (expiresAt != 0) {
      session.expires(batch, slot, flight.hash(slot), version, expiresAt);
    }
  }

  /** What it was to replace is not there any more, or something is there already. */
  private void rejected(WriteBatch batch, Flight flight, int slot, int status) {
    int step = flight.step(slot);
    if (step == DROP_EXPIRED && status == RcStatus.OBJECT_DOESNT_EXIST) {
      gone(batch, slot);
      return;
    }
    if (step == SET_COUNTER && batch.effectiveTtlMillis(slot) < 0) {
      ask.count(batch, flight, slot);
      return;
    }
    boolean marked = step != SET_COUNTER && step != DROP_EXPIRED;
    if (marked && flight.wasSlow() && !WriteRequests.isOnce(batch, flight, slot)) {
      flight.mark(slot, MAYBE);
    }
    if (step == CREATE) {
      hints.forget(flight.hash(slot)); // it was there before, most likely
    } else {
      flight.mark(slot, CONTENDED);
      hints.contend(flight.hash(slot));
    }
    ask.check(batch, flight, slot);
  }

  /** The record does not exist. */
  private void missing(WriteBatch batch, Flight flight, int slot, long now) {
    if (flight.has(slot, MAYBE)) {
      batch.resolve(slot, Outcome.UNKNOWN);
      return;
    }
    switch (batch.op(slot)) {
      case PUT, PUT_IF_ABSENT -> ask.put(batch, flight, slot, 0, now);
      case INCREMENT -> ask.setCounter(batch, flight, slot, 0, batch.delta(slot), now);
      default -> gone(batch, slot);
    }
  }

  /** The record does not exist any more, as far as removes and if-version are concerned. */
  private static void gone(WriteBatch batch, int slot) {
    if (batch.op(slot) == Op.REMOVE) {
      batch.absent(slot);
    } else {
      batch.mismatch(slot, 0);
    }
  }

  /** The record exists, or did until its time was over. */
  private void checked(
      WriteBatch batch, Flight flight, int slot, long version, int bytes, long now) {
    if (!RcRecord.isKnown(bytes)) {
      batch.resolve(slot, flight.has(slot, MAYBE) ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
      return;
    }
    boolean whole = WriteRequests.returnsCurrent(batch, slot);
    MemorySegment memory = whole ? batch.memory() : flight.requests().memory();
    long at =
        whole ? batch.currentOffset(slot) - RcRecord.HEADER_BYTES : flight.requests().room(slot);
    boolean counter = RcRecord.isCounter(bytes);
    long expiresAt = counter ? 0 : memory.get(RcRecord.LONG, at);
    if (flight.has(slot, SENT)
        && !counter
        && memory.get(RcRecord.LONG, at + RcRecord.MARK) == flight.writersMark(slot)) {
      written(batch, flight, slot, version); // a reply was lost: this is what it wrote
      return;
    }
    if (flight.has(slot, MAYBE)) {
      if (!isNextAfterBase(flight, slot, version)) {
        batch.resolve(slot, Outcome.UNKNOWN);
        return;
      }
      flight.unmark(slot, MAYBE);
    }
    if (RcRecord.isGone(expiresAt, now)) {
      switch (batch.op(slot)) {
        case PUT, PUT_IF_ABSENT -> ask.put(batch, flight, slot, version, now);
        case INCREMENT -> ask.setCounter(batch, flight, slot, version, batch.delta(slot), now);
        default -> ask.dropExpired(batch, flight, slot, version);
      }
      return;
    }
    hints.put(flight.hash(slot), version, expiresAt);
    long expected = batch.expectedVersion(slot);
    switch (batch.op(slot)) {
      case PUT -> ask.put(batch, flight, slot, version, now);
      case REMOVE -> ask.drop(batch, flight, slot, version);
      case INCREMENT -> {
        if (RcRecord.valueLength(bytes) == RcRecord.COUNTER_BYTES) {
          long old = memory.get(RcRecord.LONG, counter ? at : at + RcRecord.HEADER_BYTES);
          ask.setCounter(batch, flight, slot, version, old + batch.delta(slot), now);
        } else {
          batch.mismatch(slot, version);
        }
      }
      case PUT_IF_VERSION -> {
        if (version == expected) {
          ask.put(batch, flight, slot, version, now);
        } else {
          mismatch(batch, slot, version, bytes);
        }
      }
      case REMOVE_IF_VERSION -> {
        if (version == expected) {
          ask.drop(batch, flight, slot, version);
        } else {
          mismatch(batch, slot, version, bytes);
        }
      }
      default -> mismatch(batch, slot, version, bytes);
    }
  }

  /**
   * Whether a version, written by somebody else, is the very one that this slot's write would have
   * got: RAMCloud counts by one. Then the write was not applied.
   */
  private static boolean isNextAfterBase(Flight flight, int slot, long version) {
    return flight.base(slot) != 0 && version == flight.base(slot) + 1;
  }

  private static void mismatch(WriteBatch batch, int slot, long version, int bytes) {
    int length = RcRecord.valueLength(bytes);
    if (!WriteRequests.returnsCurrent(batch, slot)
        || length > WriteRequests.currentCapacity(batch, slot)) {
      batch.mismatch(slot, version);
      return;
    }
    MemorySegment memory = batch.memory();
    long value = batch.currentOffset(slot);
    if (RcRecord.isCounter(bytes)) {
      memory.set(RcRecord.LONG, value, memory.get(RcRecord.LONG, value - RcRecord.HEADER_BYTES));
    }
    batch.mismatch(slot, version, memory, value, length); // where it lies already
  }

  private void failed(WriteBatch batch, Flight flight, int slot, int status) {
    boolean perhaps = flight.has(slot, MAYBE);
    switch (status) {
      case RcStatus.TABLE_DOESNT_EXIST -> {
        session.renew((RamcloudTable) batch.table(slot));
        batch.resolve(slot, perhaps ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
      }
      case RcStatus.NOT_CONNECTED ->
          batch.resolve(slot, perhaps ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
      case RcStatus.NO_TABLE_SPACE -> batch.resolve(slot, Outcome.FULL);
      case RcStatus.REQUEST_TOO_LARGE -> batch.resolve(slot, Outcome.TOO_LARGE);
      default ->
          batch.resolve(
              slot, perhaps || isChange(flight.step(slot)) ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
    }
  }

  /** Answers a pending slot whose time is up; {@code running}: a call is in progress. */
  void overdue(WriteBatch batch, Flight flight, int slot, boolean running) {
    int step = flight.step(slot);
    if (step == CLEAR) {
      batch.written(slot, 0);
    } else {
      boolean perhaps = flight.has(slot, MAYBE) || (running && isChange(step));
      batch.resolve(slot, perhaps ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
    }
  }

  /** Whether a request of this kind changes what is not over. */
  private static boolean isChange(int step) {
    return step != WAITING && step != CHECK && step != DROP_EXPIRED;
  }
}
