package org.statelessnf.conformance.kit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that start together and are waited for. */
final class Parallel {
  private Parallel() {}

  /** What each thread does. */
  @FunctionalInterface
  interface Task {
    void run(int index) throws Exception;
  }

  static void run(int threads, Task task) {
    CountDownLatch start = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread[] all = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      int index = i;
      all[i] =
          new Thread(
              () -> {
                try {
                  start.await();
                  task.run(index);
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              },
              "kit-client-" + index);
      all[i].setDaemon(true);
      all[i].start();
    }
    start.countDown();
    try {
      for (Thread thread : all) {
        thread.join();
      }
    } catch (InterruptedException e) {
      for (Thread thread : all) {
        thread.interrupt();
      }
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: the hang guard ended the test", e);
    }
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown != null) {
      throw new AssertionError(thrown);
    }
  }
}
