package org.statelessnf.store.ramcloud;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.SlotLayout;
import org.statelessnf.store.WriteBatch;

/**
 * Makes the requests of a multi-write, and notes with each slot what was asked for last. What to
 * ask for is {@link WritePlan}'s to decide.
 */
final class WriteRequests {
  /** Steps of a slot: what was asked for last. */
  static final int WAITING = 0;

  /** Read the record. */
  static final int CHECK = 1;

  /** Create the record. */
  static final int CREATE = 2;

  /** Replace a version of the record. */
  static final int REPLACE = 3;

  /** Remove a version, exactly once. */
  static final int DROP = 4;

  /** Remove a version whose time is over. */
  static final int DROP_EXPIRED = 5;

  /** Add to a counter. */
  static final int COUNT = 6;

  /** Set a counter that cannot be added to. */
  static final int SET_COUNTER = 7;

  /** Replace a version by a record that is over already and bears the slot's mark. */
  static final int BURY = 8;

  /** Remove what {@link #BURY} wrote: the slot's remove is done, whatever comes of this. */
  static final int CLEAR = 9;

  /** Flag of a slot: a change was sent under the slot's mark. */
  static final int SENT = 1;

  /** Flag of a slot: a change may have been applied though it was rejected. */
  static final int MAYBE = 2;

  /** Flag of a slot: others write to this key at the same time. */
  static final int CONTENDED = 4;

  /** A time that is over. */
  private static final long OVER = 1;

  /** Batches of up to so many slots are sent one by one: that takes no longer. */
  private static final int SINGLE_SLOTS = 2;

  private final KeyHints hints;

  WriteRequests(KeyHints hints) {
    this.hints = hints;
  }

  /**
   * Whether a slot's changes are sent by operations of their own, which RAMCloud applies exactly
   * once: those that are few anyway, and those that may meet others', so that a rejection needs no
   * guessing.
   */
  static boolean isOnce(WriteBatch batch, Flight flight, int slot) {
    return batch.size() <= SINGLE_SLOTS || flight.has(slot, CONTENDED);
  }

  void put(WriteBatch batch, Flight flight, int slot, long base, long now) {
    int rule = base == 0 ? Requests.IF_ABSENT : Requests.IF_VERSION;
    int op = isOnce(batch, flight, slot) ? Requests.WRITE_ONCE : Requests.WRITE;
    int request = flight.request(slot, op, rule, base, number(batch, slot));
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

  /**
   * Removes a version. In a multi-operation it is buried first: a remove that was applied twice
   * cannot be told from one that came too late, a write can.
   */
  void drop(WriteBatch batch, Flight flight, int slot, long base) {
    hints.forget(flight.hash(slot));
    if (isOnce(batch, flight, slot)) {
      remove(batch, flight, slot, base, Requests.REMOVE_ONCE, DROP);
      return;
    }
    int request =
        flight.request(slot, Requests.WRITE, Requests.IF_VERSION, base, number(batch, slot));
    Requests requests = flight.requests();
    long room = requests.room(slot);
    RcRecord.header(requests.memory(), room, OVER, flight.writersMark(slot));
    requests.value(request, requests.address() + room, RcRecord.HEADER_BYTES);
    sent(flight, slot, base, BURY);
  }

  /** Removes what was buried. */
  void clear(WriteBatch batch, Flight flight, int slot, long version) {
    remove(batch, flight, slot, version, Requests.REMOVE, CLEAR);
  }

  void dropExpired(WriteBatch batch, Flight flight, int slot, long base) {
    hints.forget(flight.hash(slot));
    remove(batch, flight, slot, base, Requests.REMOVE, DROP_EXPIRED);
  }

  private static void remove(
      WriteBatch batch, Flight flight, int slot, long base, int op, int step) {
    flight.request(slot, op, Requests.IF_VERSION, base, number(batch, slot));
    flight.base(slot, 0); // what is created afterwards may have the next version
    flight.step(slot, step);
  }

  void count(WriteBatch batch, Flight flight, int slot) {
    int request = flight.request(slot, Requests.INCREMENT, Requests.ALWAYS, 0, number(batch, slot));
    flight.requests().number(request, batch.delta(slot));
    sent(flight, slot, 0, COUNT);
  }

  /** Sets a counter that RAMCloud's increment cannot add to: one that expires, or has a header. */
  void setCounter(WriteBatch batch, Flight flight, int slot, long base, long counter, long now) {
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
  void check(WriteBatch batch, Flight flight, int slot) {
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

  /** Whether a mismatch returns the present value. */
  static boolean returnsCurrent(WriteBatch batch, int slot) {
    return switch (batch.op(slot)) {
      case PUT_IF_ABSENT, PUT_IF_VERSION, REMOVE_IF_VERSION -> true;
      default -> false;
    };
  }

  /** Room for the present value. */
  static int currentCapacity(WriteBatch batch, int slot) {
    return batch
        .memory()
        .get(ValueLayout.JAVA_INT, (long) slot * SlotLayout.BYTES + SlotLayout.OUT_CAPACITY);
  }

  /** The number of the table that a slot's key is in. */
  static long number(WriteBatch batch, int slot) {
    return ((RamcloudTable) batch.table(slot)).number();
  }
}
