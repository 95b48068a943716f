package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;

/** Many numbered timers: sets them, delivers them, and keeps count. Thread-safe. */
final class TimerLoad {
  private static final int BATCH = 256;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final TimerQueue queue;
  private final int count;
  private final int[] delays;
  private final long[] setFrom;
  private final long[] setTo;
  private final long[] lateness;
  private final AtomicIntegerArray deliveries;
  private final AtomicIntegerArray completions;
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicLong lastProgress = new AtomicLong(System.nanoTime());

  TimerLoad(TimerQueue queue, int count, int spreadMillis, Random random) {
    this.queue = queue;
    this.count = count;
    this.delays = random.ints(count, 0, spreadMillis).toArray();
    this.setFrom = new long[count];
    this.setTo = new long[count];
    this.lateness = new long[count];
    this.deliveries = new AtomicIntegerArray(count);
    this.completions = new AtomicIntegerArray(count);
  }

  static byte[] id(int number) {
    return bytes("t" + number);
  }

  static int number(byte[] id) {
    return Integer.parseInt(text(id).substring(1));
  }

  static String text(byte[] id) {
    return new String(id, StandardCharsets.UTF_8);
  }

  /** Sets every {@code step}-th timer, in batches. */
  void schedule(Client client, int first, int step) {
    TimerBatch batch = client.session().newTimerBatch(BATCH);
    for (int i = first; i < count; ) {
      batch.clear();
      int start = i;
      long from = System.nanoTime();
      for (; i < count && !batch.isFull(); i += step) {
        setFrom[i] = from;
        TimerWait.schedule(batch, queue, "t" + i, delays[i], "");
      }
      client.run(batch);
      long to = System.nanoTime();
      for (int slot = 0; slot < batch.size(); slot++) {
        requireOk(batch.outcome(slot), "schedule");
        setTo[start + slot * step] = to;
      }
      lastProgress.set(to);
    }
  }

  /** Delivers until all timers are finished. */
  void deliver(Client client, long leaseMillis) {
    deliver(client, leaseMillis, () -> 0);
  }

  /** The same where others cancel timers meanwhile, so many. */
  void deliver(Client client, long leaseMillis, IntSupplier cancelled) {
    TimerBatch batch = client.session().newTimerBatch(BATCH);
    while (finished.get() + cancelled.getAsInt() < count) {
      if (deliver(client, batch, leaseMillis, true) == 0) {
        if (System.nanoTime() - lastProgress.get() > GIVE_UP_NANOS) {
          throw new AssertionFailedError(
              "%d of %d timers were not delivered"
                  .formatted(count - finished.get() - cancelled.getAsInt(), count));
        }
        Kit.sleep(1);
      }
    }
  }

  /** One claim and what follows from it. */
  void deliverSome(Client client, long leaseMillis) {
    deliver(client, client.session().newTimerBatch(BATCH), leaseMillis, false);
  }

  /** Timers finished here. */
  int delivered() {
    return finished.get();
  }

  private int deliver(Client client, TimerBatch batch, long leaseMillis, boolean mayBeCancelled) {
    List<Claim> claims = client.timers().claim(queue, BATCH, leaseMillis);
    long now = System.nanoTime();
    batch.clear();
    for (Claim claim : claims) {
      note(number(claim.id()), now);
      batch.complete(queue, Slots.of(claim.id()), 0, claim.id().length, claim.fence());
    }
    if (claims.isEmpty()) {
      return 0;
    }
    client.run(batch);
    for (int slot = 0; slot < batch.size(); slot++) {
      if (mayBeCancelled && batch.outcome(slot) == Outcome.ABSENT) {
        continue;
      }
      requireOk(batch.outcome(slot), "complete");
      completions.incrementAndGet(number(claims.get(slot).id()));
      finished.incrementAndGet();
    }
    lastProgress.set(now);
    return claims.size();
  }

  private void note(int number, long now) {
    deliveries.incrementAndGet(number);
    TimerWait.requireNotEarly("t" + number, setFrom[number], delays[number], now);
    long due = setTo[number] + TimeUnit.MILLISECONDS.toNanos(delays[number]);
    lateness[number] = setTo[number] == 0 ? 0 : Math.max(0, now - due);
  }

  /** Adds what {@link ClaimTask}s wrote down. */
  void collect(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          String[] words = line.split(" ", -1);
          int number = number(bytes(words[0]));
          note(number, Long.parseLong(words[1]));
          requireOk(Outcome.valueOf(words[2]), "complete");
          completions.incrementAndGet(number);
        }
      }
    }
  }

  void requireEachOnce() {
    for (int i = 0; i < count; i++) {
      requireOne(i, deliveries.get(i), "delivered");
      requireOne(i, completions.get(i), "completed");
    }
  }

  void requireDeliveredUnlessCancelled(AtomicIntegerArray cancelled) {
    for (int i = 0; i < count; i++) {
      requireOne(i, completions.get(i) + cancelled.get(i), "completed or cancelled");
      if (deliveries.get(i) > 1) {
        requireOne(i, deliveries.get(i), "delivered");
      }
    }
  }

  void report(Kit kit) {
    long[] sorted = lateness.clone();
    Arrays.sort(sorted);
    kit.report("timers", count);
    kit.report("lateness p50 ms", millis(sorted[count / 2]));
    kit.report("lateness p99 ms", millis(sorted[(int) (count * 0.99)]));
    kit.report("lateness max ms", millis(sorted[count - 1]));
  }

  private static String millis(long nanos) {
    return "%.1f".formatted(nanos / 1e6);
  }

  private static void requireOne(int number, int times, String what) {
    if (times != 1) {
      throw new AssertionFailedError("timer %d was %s %d times".formatted(number, what, times));
    }
  }

  private static void requireOk(Outcome outcome, String what) {
    if (outcome != Outcome.OK) {
      throw new AssertionFailedError("%s: expected OK, got %s".formatted(what, outcome));
    }
  }
}
