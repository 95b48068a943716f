package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Layout of a timer's record, little-endian. What the fields are for is told in {@link
 * RecordTimers}.
 *
 * <pre>
 *  +---------------+---------------+-------------------------------+
 *  | state         | confirmed     | 0                             |  0
 *  +---------------+---------------+-------------------------------+
 *  | deadline, ms since the epoch (64 bits)                        |  8
 *  +---------------------------------------------------------------+
 *  | end of the lease, ms since the epoch; 0 if pending (64 bits)  | 16
 *  +---------------------------------------------------------------+
 *  | fencing number of the last claim, 0 before (64 bits)          | 24
 *  +---------------------------------------------------------------+
 *  | standing tick (64 bits)                                       | 32
 *  +---------------------------------------------------------------+
 *  | stamp: a random number per write (64 bits)                    | 40
 *  +---------------------------------------------------------------+
 *  | payload ...                                                   | 48
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class TimerRecord {
  /** Where the payload starts. */
  static final int PAYLOAD = 48;

  /** Longest record: payloads are bounded by {@link org.statelessnf.store.TimerSpec}. */
  static final int MAX_BYTES = PAYLOAD + 1024;

  private static final byte PENDING = 1;
  private static final byte CLAIMED = 2;

  private static final int STATE = 0;
  private static final int CONFIRMED = 1;
  private static final int DEADLINE = 8;
  private static final int LEASE_END = 16;
  private static final int FENCE = 24;
  private static final int STANDING = 32;
  private static final int STAMP = 40;

  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TimerRecord() {}

  static boolean isClaimed(MemorySegment memory, long at) {
    return memory.get(U8, at + STATE) == CLAIMED;
  }

  static boolean isConfirmed(MemorySegment memory, long at) {
    return memory.get(U8, at + CONFIRMED) != 0;
  }

  static long deadline(MemorySegment memory, long at) {
    return memory.get(I64, at + DEADLINE);
  }

  static long fence(MemorySegment memory, long at) {
    return memory.get(I64, at + FENCE);
  }

  static long standing(MemorySegment memory, long at) {
    return memory.get(I64, at + STANDING);
  }

  static long stamp(MemorySegment memory, long at) {
    return memory.get(I64, at + STAMP);
  }

  /**
   * When the timer is to be handed out: at its deadline, or at the end of the lease it is under.
   */
  static long dueMillis(MemorySegment memory, long at) {
    return memory.get(I64, at + (isClaimed(memory, at) ? LEASE_END : DEADLINE));
  }

  /** Starts a record: pending, not confirmed, never claimed. The payload is up to the caller. */
  static void init(MemorySegment memory, long deadline, long standing, long stamp) {
    memory.asSlice(0, PAYLOAD).fill((byte) 0);
    memory.set(U8, STATE, PENDING);
    memory.set(I64, DEADLINE, deadline);
    memory.set(I64, STANDING, standing);
    memory.set(I64, STAMP, stamp);
  }

  /** Sets a timer anew, whatever it was. */
  static void pend(MemorySegment memory, long deadline, long stamp) {
    memory.set(U8, STATE, PENDING);
    memory.set(I64, DEADLINE, deadline);
    memory.set(I64, LEASE_END, 0);
    memory.set(I64, STAMP, stamp);
  }

  /** Puts a timer under a claim. */
  static void claim(MemorySegment memory, long leaseEnd, long fence, long stamp) {
    memory.set(U8, STATE, CLAIMED);
    memory.set(I64, LEASE_END, leaseEnd);
    memory.set(I64, FENCE, fence);
    memory.set(I64, STAMP, stamp);
  }

  static void standing(MemorySegment memory, long tick, boolean confirmed) {
    memory.set(I64, STANDING, tick);
    memory.set(U8, CONFIRMED, (byte) (confirmed ? 1 : 0));
  }
}
