package org.statelessnf.store.local.chronicle;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.hash.locks.InterProcessLock;

/**
 * Waits for locks of the map. Never by Chronicle's {@code lock()}, which takes a minute to find out
 * that the holder is dead; here a waiter gives way as soon as a recovery wants it out of the map.
 */
final class SegmentLocks {
  /** What came of waiting. */
  enum Wait {
    /** The lock is held. */
    LOCKED,
    /** The deadline has passed. */
    LATE,
    /** A recovery wants the session out. */
    WANTED_OUT
  }

  private static final long SLICE_NANOS = 500_000;
  private static final long PARK_NANOS = 50_000;

  private SegmentLocks() {}

  /**
   * Takes a lock.
   *
   * @param lock of a context of this thread
   * @param slot of the session
   * @param deadlineNanos {@link System#nanoTime} to give up at
   */
  static Wait await(InterProcessLock lock, SessionSlot slot, long deadlineNanos) {
    return lock.tryLock() ? Wait.LOCKED : awaitLong(lock, slot, deadlineNanos);
  }

  private static Wait awaitLong(InterProcessLock lock, SessionSlot slot, long deadlineNanos) {
    boolean interrupted = false;
    try {
      while (true) {
        if (slot.isWantedOut()) {
          return Wait.WANTED_OUT;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return Wait.LATE;
        }
        try {
          if (lock.tryLock(Math.min(left, SLICE_NANOS), TimeUnit.NANOSECONDS)) {
            return Wait.LOCKED;
          }
        } catch (InterruptedException e) {
          interrupted = true; // the deadline bounds the wait, interrupts do not
        }
        LockSupport.parkNanos(PARK_NANOS); // the holder may need this processor
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
