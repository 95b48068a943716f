package org.statelessnf.conformance.reference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Timers sorted by when they may be handed out next. Locked by the engine. */
@SuppressWarnings("ByteBufferBackingArray") // all ids are wrapped whole arrays
final class TimerWheel {
  /** A timer; fence 0 while nobody has it. */
  @SuppressWarnings("ArrayRecordComponent")
  record Timer(
      ByteBuffer id, byte[] payload, long deadlineNanos, long nextNanos, long fence, long serial) {}

  private static final class Queue {
    final Map<ByteBuffer, Timer> byId = new HashMap<>();
    final TreeSet<Timer> next =
        new TreeSet<>(Comparator.comparingLong(Timer::nextNanos).thenComparingLong(Timer::serial));
  }

  private final Map<String, Queue> queues = new HashMap<>();
  private final Journal journal;
  private long serial;
  private long fence = System.currentTimeMillis() << 20;

  TimerWheel(Journal journal) {
    this.journal = journal;
  }

  void restore(String space, ByteBuffer id, @Nullable Timer timer) {
    Queue queue = queues.computeIfAbsent(space, name -> new Queue());
    Timer before = queue.byId.get(id);
    set(space, queue, before, timer);
  }

  Reply apply(Request request) {
    String space = request.space();
    Queue queue = queues.computeIfAbsent(request.space(), name -> new Queue());
    ByteBuffer id = ByteBuffer.wrap(request.key());
    Timer timer = queue.byId.get(id);
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.number());
    return switch (request.op()) {
      case SCHEDULE ->
          set(space, queue, timer, new Timer(id, request.value(), due, due, 0, ++serial));
      case RESCHEDULE ->
          timer == null
              ? Reply.of(Outcome.ABSENT)
              : set(space, queue, timer, new Timer(id, timer.payload(), due, due, 0, ++serial));
      case CANCEL -> timer == null ? Reply.of(Outcome.ABSENT) : set(space, queue, timer, null);
      default -> {
        if (timer == null) {
          yield Reply.of(Outcome.ABSENT);
        } else if (timer.fence() == 0 || timer.fence() != request.expected()) {
          yield Reply.of(Outcome.MISMATCH);
        }
        yield request.op() == Op.COMPLETE
            ? set(space, queue, timer, null)
            : set(space, queue, timer, new Timer(id, timer.payload(), due, due, 0, ++serial));
      }
    };
  }

  List<Reply> claim(String space, int max, long leaseMillis) {
    Queue queue = queues.computeIfAbsent(space, name -> new Queue());
    List<Reply> claimed = new ArrayList<>();
    long now = System.nanoTime();
    while (claimed.size() < max && !queue.next.isEmpty() && queue.next.first().nextNanos() <= now) {
      Timer timer = queue.next.first();
      long leaseEnd = now + TimeUnit.MILLISECONDS.toNanos(leaseMillis);
      Timer held =
          new Timer(
              timer.id(), timer.payload(), timer.deadlineNanos(), leaseEnd, ++fence, ++serial);
      set(space, queue, timer, held);
      claimed.add(
          new Reply(
              Outcome.OK,
              held.fence(),
              System.currentTimeMillis()
                  - TimeUnit.NANOSECONDS.toMillis(now - timer.deadlineNanos()),
              timer.id().array(),
              timer.payload()));
    }
    return claimed;
  }

  private Reply set(String space, Queue queue, @Nullable Timer before, @Nullable Timer after) {
    if (before != null) {
      queue.next.remove(before);
      queue.byId.remove(before.id());
      if (after == null) {
        journal.timer(space, before.id().array(), null);
      }
    }
    if (after != null) {
      queue.next.add(after);
      queue.byId.put(after.id(), after);
      journal.timer(space, after.id().array(), after);
    }
    return Reply.of(Outcome.OK);
  }
}
