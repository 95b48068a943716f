package org.statelessnf.conformance.rules;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.opentest4j.AssertionFailedError;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Table;

/**
 * Watches a record go. The store counts from some instant between the write's submission and its
 * answer, which gives a first instant at which the record may be gone and a last one at which it
 * may be there; a read in between proves nothing.
 */
final class Watch {
  /** Clocks of stores tick in milliseconds. */
  private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private Watch() {}

  /**
   * A record written with a time-to-live.
   *
   * @param key its key
   * @param invoked before the write
   * @param completed after it
   * @param ttlNanos its time-to-live
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  record Written(byte[] key, long invoked, long completed, long ttlNanos) {
    /** Whether it may have expired by now. */
    boolean mayBeGone() {
      return System.nanoTime() - invoked >= ttlNanos - GRAIN_NANOS;
    }

    /** Reads it; fails if it is gone early or there late. */
    boolean check(Client client, Table table, long lateMillis) {
      long before = System.nanoTime();
      Answer answer = client.read(table, key);
      long after = System.nanoTime();
      long lateNanos = TimeUnit.MILLISECONDS.toNanos(lateMillis);
      if (answer.outcome() == Outcome.ABSENT) {
        if (after - invoked < ttlNanos - GRAIN_NANOS) {
          throw new AssertionFailedError(
              "%s: gone after at most %.1f ms, its time-to-live is %.1f ms"
                  .formatted(answer.call(), (after - invoked) / 1e6, ttlNanos / 1e6));
        }
        return false;
      }
      answer.ok();
      if (before - completed > ttlNanos + lateNanos + GRAIN_NANOS) {
        throw new AssertionFailedError(
            "%s: still there after at least %.1f ms, its time-to-live is %.1f ms"
                .formatted(answer.call(), (before - completed) / 1e6, ttlNanos / 1e6));
      }
      return true;
    }
  }

  static Written write(Supplier<Answer> operation, byte[] key, long ttlMillis) {
    long invoked = System.nanoTime();
    operation.get().ok();
    return new Written(key, invoked, System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(ttlMillis));
  }

  /** Reads until the record is gone. */
  static void watch(Client client, Table table, Written written, long lateMillis) {
    while (written.check(client, table, lateMillis)) {
      Kit.sleep(2);
    }
  }
}
