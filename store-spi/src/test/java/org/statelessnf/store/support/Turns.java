package org.statelessnf.store.support;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.support.FaultyStore.Crash;

/**
 * Threads of which one runs at a time. The running one hands over to a random one whenever it asks
 * for it, so that a seed decides the interleaving. Time passes only by hand-overs.
 */
final class Turns {
  private static final ThreadLocal<Semaphore> MINE = new ThreadLocal<>();

  private final SplittableRandom random;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Semaphore> turns = new ArrayList<>();
  private final List<Semaphore> waiting = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

  Turns(SplittableRandom random) {
    this.random = random;
  }

  long now() {
    return now.get();
  }

  void passTime(long millis) {
    now.addAndGet(millis);
  }

  /** Adds a thread; it begins with {@link #run}. */
  void add(Runnable task) {
    Semaphore turn = new Semaphore(0);
    turns.add(turn);
    threads.add(
        Thread.ofVirtual()
            .unstarted(() -> {
              turn.acquireUninterruptibly();
              MINE.set(turn);
              try {
                task.run();
              } catch (Crash e) {
                // That was to be expected.
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              } finally {
                handOver();
              }
            }));
  }

  /** Runs all threads to their end. */
  void run() {
    waiting.addAll(turns);
    threads.forEach(Thread::start);
    handOver();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
  }

  /** Lets another thread run, perhaps, and time pass, perhaps. */
  void yieldTurn() {
    if (random.nextInt(8) == 0) {
      now.addAndGet(random.nextInt(12));
    }
    Semaphore own = MINE.get();
    if (own == null || waiting.isEmpty() || random.nextInt(3) == 0) {
      return;
    }
    waiting.add(own);
    handOver();
    own.acquireUninterruptibly();
  }

  private void handOver() {
    if (!waiting.isEmpty()) {
      waiting.remove(random.nextInt(waiting.size())).release();
    }
  }
}
