package org.statelessnf.store.ramcloud;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.WriteBatch;

/**
 * A batch's requests and how far each slot has come. The session's thread fills {@link #requests},
 * hands the flight to the {@link CallThread}, and gets it back when the call is done. A flight is
 * used for one batch after the other, unless it was given up: then it and the batch's former memory
 * stay with the call.
 */
final class Flight extends Task {
  private final RamcloudSession session;
  private Requests requests;
  private @Nullable Batch batch;
  private int[] slots = new int[0];
  private long[] hashes = new long[0];
  private int[] previous = new int[0];
  private int[] buckets = new int[0];
  private byte[] steps = new byte[0];
  private long[] bases = new long[0];
  private long[] marks = new long[0];
  private long[] expiries = new long[0];
  private byte[] flags = new byte[0];
  private volatile @Nullable Arena detached;
  private volatile long longestNanos;

  Flight(RamcloudSession session, int capacity) {
    this.session = session;
    this.requests = new Requests(0);
    ensure(capacity);
  }

  void begin(Batch of) {
    batch = of;
    ensure(of.capacity());
    requests.clear();
    for (int slot = 0; slot < of.size(); slot++) {
      steps[slot] = 0;
      flags[slot] = 0;
    }
  }

  private void ensure(int capacity) {
    if (slots.length >= capacity) {
      return;
    }
    requests = new Requests(capacity);
    slots = new int[capacity];
    hashes = new long[capacity];
    previous = new int[capacity];
    buckets = new int[2 * Integer.highestOneBit(Math.max(1, capacity)) * 2];
    steps = new byte[capacity];
    bases = new long[capacity];
    marks = new long[capacity];
    expiries = new long[capacity];
    flags = new byte[capacity];
  }

  @Nullable Batch batch() {
    return batch;
  }

  void end() {
    batch = null;
  }

  Requests requests() {
    return requests;
  }

  /** Adds a request for a slot's key; its number. */
  int request(int slot, int op, int rule, long version, long table) {
    Batch of = Objects.requireNonNull(batch);
    int request =
        requests.add(
            op,
            rule,
            version,
            table,
            of.memory().address() + of.keyOffset(slot),
            of.keyLength(slot));
    slots[request] = slot;
    return request;
  }

  /** The slot that a request is for. */
  int slot(int request) {
    return slots[request];
  }

  /**
   * Whether a multi-operation of the last call took so long that it may have been applied twice:
   * the library sends again after 500 ms without a sign of life, and when a crashed server was
   * recovered.
   */
  boolean wasSlow() {
    return longestNanos >= session.resendAfterNanos();
  }

  // --- per slot: what ReadPlan and WritePlan keep ---

  byte step(int slot) {
    return steps[slot];
  }

  void step(int slot, int step) {
    steps[slot] = (byte) step;
  }

  boolean has(int slot, int flag) {
    return (flags[slot] & flag) != 0;
  }

  void mark(int slot, int flag) {
    flags[slot] |= (byte) flag;
  }

  void unmark(int slot, int flag) {
    flags[slot] &= (byte) ~flag;
  }

  /** The version that a slot's write is to replace. */
  long base(int slot) {
    return bases[slot];
  }

  void base(int slot, long version) {
    bases[slot] = version;
  }

  long writersMark(int slot) {
    return marks[slot];
  }

  void writersMark(int slot, long mark) {
    marks[slot] = mark;
  }

  long expiresAt(int slot) {
    return expiries[slot];
  }

  void expiresAt(int slot, long at) {
    expiries[slot] = at;
  }

  long hash(int slot) {
    return hashes[slot];
  }

  void hash(int slot, long hash) {
    hashes[slot] = hash;
  }

  /** The slot before this one with the same key, -1 if there is none. */
  int previous(int slot) {
    return previous[slot];
  }

  /**
   * Finds the slots that have the same key; {@link #hash} must be known of all that are pending.
   */
  void findDuplicates(WriteBatch of) {
    int size = of.size();
    int mask = Integer.highestOneBit(Math.max(1, size)) * 4 - 1;
    for (int i = 0; i <= mask; i++) {
      buckets[i] = 0;
    }
    for (int slot = 0; slot < size; slot++) {
      previous[slot] = -1;
      if (of.outcome(slot) != Outcome.PENDING) {
        continue; // answered by a check, whatever stands before it
      }
      int at = (int) (hashes[slot] >>> 20) & mask;
      while (buckets[at] != 0 && !isSame(of, buckets[at] - 1, slot)) {
        at = (at + 1) & mask;
      }
      if (buckets[at] != 0) {
        previous[slot] = buckets[at] - 1;
      }
      buckets[at] = slot + 1;
    }
  }

  private boolean isSame(WriteBatch of, int a, int b) {
    return hashes[a] == hashes[b]
        && of.table(a) == of.table(b)
        && of.keyLength(a) == of.keyLength(b)
        && MemorySegment.mismatch(
                of.memory(),
                of.keyOffset(a),
                of.keyOffset(a) + of.keyLength(a),
                of.memory(),
                of.keyOffset(b),
                of.keyOffset(b) + of.keyLength(b))
            < 0;
  }

  /** The batch gets other memory: a call may still write into the one it had. */
  void detach(Batch of) {
    detached = of.detachMemory();
  }

  // --- the call thread's ---

  @Override
  void execute(long client) {
    try {
      longestNanos = NativeRamcloud.run(client, requests.address(), requests.count());
    } finally {
      Reference.reachabilityFence(this); // the requests' memory
    }
  }

  @Override
  void fail(int status) {
    requests.fail(RcStatus.NOT_CONNECTED);
  }

  @Override
  void discard() {
    Arena old = detached;
    if (old != null) {
      old.close();
    }
  }

  @Override
  void signal() {
    session.arrived();
  }
}
