package org.statelessnf.store.ramcloud;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import org.statelessnf.store.WriteBatch;

/**
 * Removes the records of a session whose time is over and that nobody has met since. The session
 * notes what it writes with a time-to-live, in the order of writing; so what is due is found at the
 * head, without a look at the table. Each is removed on the condition of the version that was
 * noted: one that was written again has a note of its own, with whoever wrote it.
 *
 * <p>Housekeeping, not the contract: readers and writers treat a record that is over as absent
 * whether it is there or not. What is noted by a session that ends, or does not fit, stays until it
 * is met. A record with a shorter time-to-live than the one before it goes with that one.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | expires at (64 bits)                                          |  0
 *  +---------------------------------------------------------------+
 *  | version (64 bits)                                             |  8
 *  +---------------------------------------------------------------+
 *  | hash of the key (64 bits)                                     | 16
 *  +---------------------------------------------------------------+
 *  | table (64 bits)                                               | 24
 *  +-------------------------------+-------------------------------+
 *  | length of the key; -1: the next note is at the beginning      | 32
 *  +-------------------------------+-------------------------------+
 *  | key, filled up to a multiple of 8                             | 40
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The session's thread, but {@link #execute} and {@link #discard}.
 */
final class ExpirySweep extends Task {
  private static final long ROOM = 4 << 20;
  private static final int MAX_REMOVES = 128;

  private static final int VERSION = 8;
  private static final int HASH = 16;
  private static final int TABLE = 24;
  private static final int LENGTH = 32;
  private static final int KEY = 40;
  private static final int WRAP = -1;

  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;

  private final KeyHints hints;
  private MemorySegment notes = MemorySegment.NULL; // made when first used
  private Requests requests = new Requests(0);
  private long head;
  private long tail;
  private long swept; // head, when the present removes are done
  private boolean underWay;

  ExpirySweep(KeyHints hints) {
    this.hints = hints;
  }

  /** Notes a record that was written with a time-to-live. */
  void note(WriteBatch batch, int slot, long hash, long version, long expiresAt) {
    if (notes.byteSize() == 0) {
      notes = Arena.ofAuto().allocate(ROOM, Long.BYTES);
      requests = new Requests(MAX_REMOVES);
    }
    int length = batch.keyLength(slot);
    long bytes = KEY + ((length + 7L) & ~7L);
    long at = tail;
    if (at + bytes + KEY > ROOM) {
      if (head > tail || head <= bytes) {
        return; // full
      }
      notes.set(I32, at + LENGTH, WRAP);
      at = 0;
    } else if (head > tail && at + bytes >= head) {
      return; // full
    }
    notes.set(I64, at, expiresAt);
    notes.set(I64, at + VERSION, version);
    notes.set(I64, at + HASH, hash);
    notes.set(I64, at + TABLE, WriteRequests.number(batch, slot));
    notes.set(I32, at + LENGTH, length);
    MemorySegment.copy(batch.memory(), batch.keyOffset(slot), notes, at + KEY, length);
    tail = at + bytes;
  }

  /**
   * Goes on if something is due.
   *
   * @return true if there are removes for the call thread
   */
  boolean isDue() {
    if (underWay) {
      if (!isDone()) {
        return false;
      }
      taken();
      underWay = false;
      head = swept;
    }
    if (head == tail) {
      return false;
    }
    collect(System.currentTimeMillis());
    if (requests.count() == 0) {
      head = swept;
      return false;
    }
    underWay = true;
    return true;
  }

  private void collect(long now) {
    requests.clear();
    swept = head;
    while (swept != tail && requests.count() < MAX_REMOVES) {
      int length = notes.get(I32, swept + LENGTH);
      if (length == WRAP) {
        swept = 0;
        continue;
      }
      if (!RcRecord.isGone(notes.get(I64, swept), now)) {
        return;
      }
      long version = notes.get(I64, swept + VERSION);
      long hash = notes.get(I64, swept + HASH);
      boolean known = hints.find(hash);
      if (!known || hints.version() == version) {
        requests.add(
            Requests.REMOVE,
            Requests.IF_VERSION,
            version,
            notes.get(I64, swept + TABLE),
            notes.address() + swept + KEY,
            length);
        hints.forget(hash);
      }
      swept += KEY + ((length + 7L) & ~7L);
    }
  }

  /** The call thread did not take it: the same once more, later. */
  void refused() {
    taken();
    underWay = false;
  }

  @Override
  void execute(long client) {
    try {
      NativeRamcloud.run(client, requests.address(), requests.count());
    } finally {
      Reference.reachabilityFence(this); // the memory of requests and notes
    }
  }

  @Override
  void fail(int status) {
    // Nothing was removed; whoever meets the records removes them.
  }
}
