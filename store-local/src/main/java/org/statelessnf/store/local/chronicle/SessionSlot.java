package org.statelessnf.store.local.chronicle;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * A session's share of the control file. It does two things.
 *
 * <p><b>It keeps the session out of a recovery's way.</b> The session works on the map between
 * {@link #enter} and {@link #leave} only, and the flag that says so is there for all processes to
 * see. Whoever recovers the map closes the gate (the state in the control file) and waits for the
 * flags of the living. Flag and state are volatile, and each side writes its own before it reads
 * the other's, so not both can miss it. While a recovery is wanted the session leaves between two
 * slots, and while it waits for a lock, which the dead may hold.
 *
 * <p><b>It makes a write outlive its writer.</b> Chronicle Map changes records in place: a process
 * killed meanwhile leaves a torn one, and its recovery drops torn records, acknowledged or not. So
 * the new record is first put together here, then declared ({@link #intend}), then copied into the
 * map, then settled ({@link #settle}), all under the lock of the record's segment. A recovery
 * carries out what was declared and not settled. Nobody can have changed the record in between,
 * since the lock was never released; and what was declared was never acknowledged, so that it may
 * happen.
 *
 * <p>One thread at a time, the session's.
 */
final class SessionSlot {
  /** The record is to be there as it stands in the slot. */
  static final int PUT = 1;

  /** There is to be no record. */
  static final int REMOVE = 2;

  private static final long PARK_NANOS = 50_000;

  private final ControlFile control;
  private final int number;
  private final OffHeapBytes key;
  private final OffHeapBytes record;
  private final long keyAddress;
  private final long recordAddress;
  private int keyLength;
  private boolean inside;

  /**
   * The view of a slot.
   *
   * @param control the mapped file
   * @param number a slot of this process
   */
  SessionSlot(ControlFile control, int number) {
    this.control = control;
    this.number = number;
    this.keyAddress = control.slotAddress(number) + ControlFile.SLOT_KEY;
    this.recordAddress = control.slotAddress(number) + ControlFile.SLOT_RECORD;
    this.key = new OffHeapBytes(keyAddress, ControlFile.KEY_ROOM);
    this.record = new OffHeapBytes(recordAddress, ControlFile.RECORD_ROOM);
  }

  int number() {
    return number;
  }

  // --- the gate ---

  /**
   * Goes in, as soon as no recovery is under way.
   *
   * @param deadlineNanos {@link System#nanoTime} to give up at
   * @return false if it was not to be had in time
   */
  boolean enter(long deadlineNanos) {
    while (true) {
      control.activate(number);
      if (control.isOpen()) {
        inside = true;
        return true;
      }
      control.deactivate(number);
      if (System.nanoTime() - deadlineNanos >= 0) {
        return false;
      }
      LockSupport.parkNanos(PARK_NANOS);
    }
  }

  /** Goes out, if it is in. */
  void leave() {
    if (inside) {
      inside = false;
      control.deactivate(number);
    }
  }

  /** Whether a recovery wants everybody out. */
  boolean isWantedOut() {
    return !control.isOpen();
  }

  // --- key and record ---

  /**
   * Takes a key.
   *
   * @param table number of its table
   * @param from segment that holds the user's key
   * @param offset where it starts
   * @param length its length
   */
  void key(int table, MemorySegment from, long offset, int length) {
    OffHeap.ALL.set(OffHeap.I32, keyAddress, table);
    OffHeap.copy(from, offset, OffHeap.ALL, keyAddress + RecordLayout.KEY, length);
    keyLength = RecordLayout.KEY + length;
    key.length(keyLength);
  }

  /**
   * Takes a key as it is in the map.
   *
   * @param whole table and user's key
   */
  void key(byte[] whole) {
    MemorySegment.copy(MemorySegment.ofArray(whole), 0, OffHeap.ALL, keyAddress, whole.length);
    keyLength = whole.length;
    key.length(keyLength);
  }

  OffHeapBytes key() {
    return key;
  }

  /**
   * Puts a record together.
   *
   * @param version its version
   * @param end its end
   * @param from segment that holds the user's value
   * @param offset where it starts
   * @param length its length
   */
  void record(long version, long end, MemorySegment from, long offset, int length) {
    RecordLayout.head(recordAddress, version, end);
    OffHeap.copy(from, offset, OffHeap.ALL, recordAddress + RecordLayout.VALUE, length);
    record.length(RecordLayout.VALUE + length);
  }

  /**
   * Puts a counter's record together.
   *
   * @param version its version
   * @param end its end
   * @param number its value
   */
  void counter(long version, long end, long number) {
    RecordLayout.head(recordAddress, version, end);
    OffHeap.ALL.set(OffHeap.I64, recordAddress + RecordLayout.VALUE, number);
    record.length(RecordLayout.VALUE + Long.BYTES);
  }

  OffHeapBytes record() {
    return record;
  }

  // --- intents ---

  /**
   * Declares what is about to be done to the record of the key.
   *
   * @param intent {@link #PUT} or {@link #REMOVE}
   */
  void intend(int intent) {
    control.intend(number, intent, keyLength, (int) record.size());
  }

  /** It was done, or failed without a trace. */
  void settle() {
    control.settle(number);
  }

  /** For a recovery: takes key and record as the slot's session left them. */
  void takeOver() {
    keyLength = control.keyLength(number);
    key.length(keyLength);
    record.length(control.recordLength(number));
  }
}
