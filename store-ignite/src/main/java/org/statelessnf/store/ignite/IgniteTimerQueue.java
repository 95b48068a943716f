package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * A timer queue and what the keys of its timers start with: 64 bits that all timers of the cache
 * have in common, so that a node finds them, and 64 bits of the queue.
 */
final class IgniteTimerQueue extends TimerQueue {
  static final int PREFIX_BYTES = 2 * IgniteTable.PREFIX_BYTES;
  private static final int MEMBERS = 256;

  private final byte[] prefix;
  private final AtomicLongArray restUntilNanos = new AtomicLongArray(MEMBERS);

  IgniteTimerQueue(StateStore store, TimerSpec spec, String cache) {
    super(store, spec);
    this.prefix = new byte[PREFIX_BYTES];
    System.arraycopy(marker(cache), 0, prefix, 0, IgniteTable.PREFIX_BYTES);
    byte[] own = IgniteTable.prefix(spec.namespace(), "~timers/" + spec.name());
    System.arraycopy(own, 0, prefix, IgniteTable.PREFIX_BYTES, IgniteTable.PREFIX_BYTES);
    for (int i = 0; i < MEMBERS; i++) {
      restUntilNanos.set(i, System.nanoTime());
    }
  }

  /** What the keys of all timers of a cache start with. */
  static byte[] marker(String cache) {
    return IgniteTable.prefix("", "~timers of " + cache);
  }

  /** What keys start with. Not to be changed. */
  byte[] prefix() {
    return prefix;
  }

  /** A timer's key as the cache has it. */
  byte[] fullKey(MemorySegment id, long offset, int length) {
    return IgniteTable.join(prefix, id, offset, length);
  }

  /** Whether a node said, a moment ago, that it takes care of its timers by itself. */
  boolean rests(int member) {
    return System.nanoTime() - restUntilNanos.get(member % MEMBERS) < 0;
  }

  /** Notes that a node takes care of its timers by itself. */
  void rest(int member, long nanos) {
    restUntilNanos.set(member % MEMBERS, System.nanoTime() + nanos);
  }
}
