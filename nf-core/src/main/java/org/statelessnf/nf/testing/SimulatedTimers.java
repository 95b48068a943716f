package org.statelessnf.nf.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Timers by packet time: one per record, due in the order of their deadlines. */
final class SimulatedTimers {
  private record Entry(RecordId id, long deadlineNanos, long sequence)
      implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byDeadline = Long.compare(deadlineNanos, other.deadlineNanos);
      return byDeadline != 0 ? byDeadline : Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private final Map<RecordId, Entry> latest = new HashMap<>();
  private long sequence;

  void arm(RecordId id, long deadlineNanos) {
    Entry entry = new Entry(id, deadlineNanos, sequence++);
    latest.put(id, entry);
    queue.add(entry);
  }

  int pending() {
    return latest.size();
  }

  /** Deadline of the next timer; {@link Long#MAX_VALUE} if there is none. */
  long nextDeadlineNanos() {
    Entry entry = peek();
    return entry == null ? Long.MAX_VALUE : entry.deadlineNanos;
  }

  /** Takes the next timer out; only if there is one. */
  RecordId take() {
    Entry entry = peek();
    if (entry == null) {
      throw new IllegalStateException("no timer");
    }
    queue.remove();
    latest.remove(entry.id);
    return entry.id;
  }

  private @Nullable Entry peek() {
    while (true) {
      Entry entry = queue.peek();
      if (entry == null || latest.get(entry.id) == entry) {
        return entry;
      }
      queue.remove(); // armed anew meanwhile
    }
  }
}
