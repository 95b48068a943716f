package org.statelessnf.store.ramcloud;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SlotLayout;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.Versions;

/**
 * Turns a multi-write into requests and their answers into outcomes, in as many rounds as it takes:
 * one if the session knows the records it writes.
 *
 * <p>RAMCloud's multi-operations may be applied again when a reply is lost. So <b>every</b> write
 * and remove in them names the version that it replaces, an unconditional one included, and changes
 * nothing when it is applied again. It then is rejected, though, as if somebody else had been there
 * first; so after a rejection the record is read, and if it bears this write's mark, the write has
 * succeeded. If it does not, somebody else won, with one exception: after a call so slow that it
 * may have been sent twice, the write may have succeeded and been replaced since; unless the
 * version tells that it was not so, the answer is {@code UNKNOWN}. Increments are single
 * operations, which RAMCloud applies exactly once.
 *
 * <p>Rule E: a record whose time is over must not be matched by its version. So the expiry of the
 * version that a write counts on is known, from {@link KeyHints} or by reading, before it is sent.
 */
final class WritePlan {
  /** Steps of a slot: what was asked for last. */
  private static final int WAITING = 0;

  private static final int CHECK = 1;
  private static final int CREATE = 2;
  private static final int REPLACE = 3;
  private static final int DROP = 4;
  private static final int DROP_EXPIRED = 5;
  private static final int COUNT = 6;
  private static final int SET_COUNTER = 7;

  /** Flags of a slot. */
  private static final int SENT = 1; // a change, under the slot's mark

  private static final int MAYBE = 2; // it may have been applied

  private final RamcloudSession session;
  private final KeyHints hints;
  private final Versions marks = new Versions();

  WritePlan(RamcloudSession session, KeyHints hints) {
    this.session = session;
    this.hints = hints;
  }

  void begin(WriteBatch batch, Flight flight) {
    for (int slot = 0; slot < batch.size(); slot++) {
      long hash =
          hints.hash(
              number(batch, slot), batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
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
    switch (op) {
      case PUT -> put(batch, flight, slot, known ? hints.version() : 0, now);
      case PUT_IF_ABSENT -> put(batch, flight, slot, 0, now);
      case INCREMENT -> {
        if (batch.effectiveTtlMillis(slot) < 0) {
          count(batch, flight, slot);
        } else {
          check(batch, flight, slot);
        }
      }
      case PUT_IF_VERSION, REMOVE_IF_VERSION, REMOVE -> {
        if (!known || (op != Op.REMOVE && hints.version() != expected)) {
          check(batch, flight, slot);
        } else if (expired) {
          drop(batch, flight, slot, hints.version(), DROP_EXPIRED);
        } else if (op == Op.PUT_IF_VERSION) {
          put(batch, flight, slot, expected, now);
        } else {
          drop(batch, flight, slot, hints.version(), DROP);
        }
      }
      default -> throw new IllegalStateException(op + " in a multi-write");
    }
  }

  // --- requests ---

  private void put(WriteBatch batch, Flight flight, int slot, long base, long now) {
    int rule = base == 0 ? Requests.IF_ABSENT : Requests.IF_VERSION;
    int request = flight.request(slot, Requests.WRITE, rule, base, number(batch, slot));
    long at = batch.valueOffset(slot) - RcRecord.HEADER_BYTES;
    long expiresAt = RcRecord.expiresAt(batch.effectiveTtlMillis(slot), now);
    RcRecord.header(batch.memory(), at, expiresAt, flight.writersMark(slot));
    flight
        .requests()
        .value(
            request,
            batch.memory().address() + at,
            batch.valueLength(slot) + RcRecord.HEADER_BYTES);
    flight.expiresAt(slot, expiresAt);
    sent(flight, slot, base, base == 0 ? CREATE : REPLACE);
  }

  private void drop(WriteBatch batch, Flight flight, int slot, long base, int step) {
    flight.request(slot, Requests.REMOVE, Requests.IF_VERSION, base, number(batch, slot));
    hints.forget(flight.hash(slot));
    flight.base(slot, 0); // what is created afterwards may have the next version
    flight.step(slot, step);
  }

  private void count(WriteBatch batch, Flight flight, int slot) {
    int request = flight.request(slot, Requests.INCREMENT, Requests.ALWAYS, 0, number(batch, slot));
    flight.requests().number(request, batch.delta(slot));
    sent(flight, slot, 0, COUNT);
  }

  /** Sets a counter that RAMCloud's increment cannot add to: one that expires, or has a header. */
  private void setCounter(
      WriteBatch batch, Flight flight, int slot, long base, long counter, long now) {
    int rule = base == 0 ? Requests.IF_ABSENT : Requests.IF_VERSION;
    int request = flight.request(slot, Requests.WRITE_ONCE, rule, base, number(batch, slot));
    long ttl = batch.effectiveTtlMillis(slot);
    long expiresAt = RcRecord.expiresAt(ttl, now);
    MemorySegment memory = flight.requests().memory();
    long room = flight.requests().room(slot);
    RcRecord.header(memory, room, expiresAt, flight.writersMark(slot));
    memory.set(RcRecord.LONG, room + RcRecord.HEADER_BYTES, counter);
    int header = ttl < 0 ? RcRecord.HEADER_BYTES : 0; // without time-to-live: a bare counter
    flight
        .requests()
        .value(request, flight.requests().address() + room + header, Requests.ROOM_BYTES - header);
    flight.expiresAt(slot, expiresAt);
    sent(flight, slot, base, SET_COUNTER);
  }

  private static void sent(Flight flight, int slot, long base, int step) {
    flight.base(slot, base);
    flight.step(slot, step);
    flight.mark(slot, SENT);
  }

  /** Reads the record: where a mismatch returns it to, or only its beginning. */
  private void check(WriteBatch batch, Flight flight, int slot) {
    int request = flight.request(slot, Requests.READ, Requests.ALWAYS, 0, number(batch, slot));
    Requests requests = flight.requests();
    if (returnsCurrent(batch, slot)) {
      requests.value(
          request,
          batch.memory().address() + batch.currentOffset(slot) - RcRecord.HEADER_BYTES,
          currentCapacity(batch, slot) + RcRecord.HEADER_BYTES);
    } else {
      requests.value(request, requests.address() + requests.room(slot), Requests.ROOM_BYTES);
    }
    flight.step(slot, CHECK);
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
    if (status == RcStatus.OK) {
      switch (step) {
        case CHECK -> checked(batch, flight, slot, version, requests.actual(request), now);
        case CREATE, REPLACE -> written(batch, flight, slot, version);
        case DROP -> batch.written(slot, 0);
        case DROP_EXPIRED -> gone(batch, slot);
        case COUNT -> {
          hints.put(flight.hash(slot), version, 0);
          batch.counted(slot, version, requests.number(request));
        }
        default -> {
          hints.put(flight.hash(slot), version, flight.expiresAt(slot));
          long room = requests.room(slot) + RcRecord.HEADER_BYTES;
          batch.counted(slot, version, requests.memory().get(RcRecord.LONG, room));
        }
      }
    } else if (step == CHECK && status == RcStatus.OBJECT_DOESNT_EXIST) {
      missing(batch, flight, slot, now);
    } else if (step == COUNT && status == RcStatus.INVALID_OBJECT) {
      check(batch, flight, slot);
    } else if (RcStatus.isRejected(status) && step != CHECK) {
      rejected(batch, flight, slot, status);
    } else {
      failed(batch, flight, slot, status);
    }
  }

  private void written(WriteBatch batch, Flight flight, int slot, long version) {
    hints.put(flight.hash(slot), version, flight.expiresAt(slot));
    batch.written(slot, version);
  }

  /** What it was to replace is not there any more, or something is there already. */
  private void rejected(WriteBatch batch, Flight flight, int slot, int status) {
    int step = flight.step(slot);
    if (flight.wasSlow() && step != SET_COUNTER && step != DROP_EXPIRED) {
      flight.mark(slot, MAYBE);
    }
    if (status == RcStatus.OBJECT_DOESNT_EXIST && step == DROP_EXPIRED) {
      gone(batch, slot);
    } else if (step == SET_COUNTER && batch.effectiveTtlMillis(slot) < 0) {
      count(batch, flight, slot);
    } else {
      hints.forget(flight.hash(slot));
      check(batch, flight, slot);
    }
  }

  /** The record does not exist. */
  private void missing(WriteBatch batch, Flight flight, int slot, long now) {
    if (flight.has(slot, MAYBE)) {
      batch.resolve(slot, Outcome.UNKNOWN);
      return;
    }
    switch (batch.op(slot)) {
      case PUT, PUT_IF_ABSENT -> put(batch, flight, slot, 0, now);
      case INCREMENT -> setCounter(batch, flight, slot, 0, batch.delta(slot), now);
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
    boolean whole = returnsCurrent(batch, slot);
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
        case PUT, PUT_IF_ABSENT -> put(batch, flight, slot, version, now);
        case INCREMENT -> setCounter(batch, flight, slot, version, batch.delta(slot), now);
        default -> drop(batch, flight, slot, version, DROP_EXPIRED);
      }
      return;
    }
    hints.put(flight.hash(slot), version, expiresAt);
    long expected = batch.expectedVersion(slot);
    switch (batch.op(slot)) {
      case PUT -> put(batch, flight, slot, version, now);
      case REMOVE -> drop(batch, flight, slot, version, DROP);
      case INCREMENT -> {
        if (RcRecord.valueLength(bytes) == RcRecord.COUNTER_BYTES) {
          long old = memory.get(RcRecord.LONG, counter ? at : at + RcRecord.HEADER_BYTES);
          setCounter(batch, flight, slot, version, old + batch.delta(slot), now);
        } else {
          batch.mismatch(slot, version);
        }
      }
      case PUT_IF_VERSION -> {
        if (version == expected) {
          put(batch, flight, slot, version, now);
        } else {
          mismatch(batch, slot, version, bytes);
        }
      }
      case REMOVE_IF_VERSION -> {
        if (version == expected) {
          drop(batch, flight, slot, version, DROP);
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
    if (!returnsCurrent(batch, slot) || length > currentCapacity(batch, slot)) {
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
      default -> {
        boolean changes = flight.step(slot) != CHECK && flight.step(slot) != DROP_EXPIRED;
        batch.resolve(slot, perhaps || changes ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
      }
    }
  }

  /**
   * What a pending slot is answered when its time is up; {@code running}: a call is in progress.
   */
  Outcome overdue(Flight flight, int slot, boolean running) {
    boolean changing =
        running
            && flight.step(slot) != WAITING
            && flight.step(slot) != CHECK
            && flight.step(slot) != DROP_EXPIRED;
    return changing || flight.has(slot, MAYBE) ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
  }

  private static boolean returnsCurrent(WriteBatch batch, int slot) {
    return switch (batch.op(slot)) {
      case PUT_IF_ABSENT, PUT_IF_VERSION, REMOVE_IF_VERSION -> true;
      default -> false;
    };
  }

  private static int currentCapacity(WriteBatch batch, int slot) {
    return batch
        .memory()
        .get(ValueLayout.JAVA_INT, (long) slot * SlotLayout.BYTES + SlotLayout.OUT_CAPACITY);
  }

  private static long number(WriteBatch batch, int slot) {
    return ((RamcloudTable) batch.table(slot)).number();
  }
}
