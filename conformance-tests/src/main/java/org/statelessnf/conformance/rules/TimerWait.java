package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.AssertionFailedError;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;

/** Waiting for timers, and small timer batches. */
final class TimerWait {
  /** Clocks of stores tick in milliseconds. */
  private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  private TimerWait() {}

  /** Claims until there is something. */
  static List<Claim> claim(Client client, TimerQueue queue, int max, long leaseMillis) {
    long end = System.nanoTime() + GIVE_UP_NANOS;
    while (System.nanoTime() - end < 0) {
      List<Claim> claims = client.timers().claim(queue, max, leaseMillis);
      if (!claims.isEmpty()) {
        return claims;
      }
      Kit.sleep(2);
    }
    throw new AssertionFailedError("no timer of %s came due within 60 s".formatted(queue));
  }

  /** Claims one timer, waiting for it. */
  static Claim claimOne(Client client, TimerQueue queue, long leaseMillis) {
    return claim(client, queue, 1, leaseMillis).getFirst();
  }

  /** Fails if a timer comes due within a while. */
  static void requireNone(Client client, TimerQueue queue, long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      List<Claim> claims = client.timers().claim(queue, 16, TimerRules.LONG_LEASE);
      if (!claims.isEmpty()) {
        throw new AssertionFailedError(
            "%d timers of %s fired that should not have".formatted(claims.size(), queue));
      }
      Kit.sleep(5);
    } while (System.nanoTime() - end < 0);
  }

  /**
   * Fails if a timer was there before its time.
   *
   * @param what the timer
   * @param from before it was set
   * @param delayMillis its delay
   * @param to after it was claimed
   */
  static void requireNotEarly(String what, long from, long delayMillis, long to) {
    long least = TimeUnit.MILLISECONDS.toNanos(delayMillis) - GRAIN_NANOS;
    if (to - from < least) {
      throw new AssertionFailedError(
          "early: timer %s was handed out %.1f ms after it was set, its delay is %d ms"
              .formatted(what, (to - from) / 1e6, delayMillis));
    }
  }

  static void schedule(
      TimerBatch batch, TimerQueue queue, String id, long delayMillis, String payload) {
    byte[] key = bytes(id);
    byte[] value = bytes(payload);
    batch.schedule(
        queue, Slots.of(key), 0, key.length, delayMillis, Slots.of(value), 0, value.length);
  }

  static void reschedule(TimerBatch batch, TimerQueue queue, String id, long delayMillis) {
    byte[] key = bytes(id);
    batch.reschedule(queue, Slots.of(key), 0, key.length, delayMillis);
  }

  static void cancel(TimerBatch batch, TimerQueue queue, String id) {
    byte[] key = bytes(id);
    batch.cancel(queue, Slots.of(key), 0, key.length);
  }
}
