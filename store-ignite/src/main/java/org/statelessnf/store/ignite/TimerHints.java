package org.statelessnf.store.ignite;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** When the timers of one queue on this node should be looked at. Thread-safe. */
final class TimerHints {
  /** A hint that was given to a claimant is not given to another one for so long. */
  private static final long GIVEN_MILLIS = 40;

  /** How long claimants elsewhere leave a timer to those on this node. */
  private static final long GRACE_MILLIS = 20;

  /** A node whose claimants have been there within this time takes care of its timers. */
  private static final long SERVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Map<ByteBuffer, Hint> byKey = new HashMap<>();
  private final TreeSet<Hint> byTime =
      new TreeSet<>(
          Comparator.<Hint>comparingLong(hint -> hint.at).thenComparingLong(hint -> hint.number));
  private long numbers;
  private boolean asked;
  private long askedNanos;

  private static final class Hint {
    private final byte[] key;
    private final long at;
    private final long number;

    Hint(byte[] key, long at, long number) {
      this.key = key;
      this.at = at;
      this.number = number;
    }
  }

  synchronized void put(byte[] key, long at) {
    Hint hint = new Hint(key, at, numbers++);
    Hint old = byKey.put(ByteBuffer.wrap(key), hint);
    if (old != null) {
      byTime.remove(old);
    }
    byTime.add(hint);
  }

  synchronized void putIfAbsent(byte[] key, long at) {
    if (!byKey.containsKey(ByteBuffer.wrap(key))) {
      put(key, at);
    }
  }

  synchronized void remove(byte[] key) {
    Hint old = byKey.remove(ByteBuffer.wrap(key));
    if (old != null) {
      byTime.remove(old);
    }
  }

  synchronized List<byte[]> keys() {
    return byTime.stream().map(hint -> hint.key).toList();
  }

  /** Those that are due, to claim them. */
  synchronized DueReply take(long nowMillis, int max, boolean local) {
    long nanos = System.nanoTime();
    boolean served = asked && nanos - askedNanos < SERVED_NANOS;
    if (local) {
      asked = true;
      askedNanos = nanos;
    }
    long until = !local && served ? nowMillis - GRACE_MILLIS : nowMillis;
    List<byte[]> due = new ArrayList<>();
    while (due.size() < max && !byTime.isEmpty() && byTime.first().at <= until) {
      byte[] key = byTime.first().key;
      due.add(key);
      put(key, nowMillis + GIVEN_MILLIS);
    }
    return new DueReply(served, due);
  }
}
