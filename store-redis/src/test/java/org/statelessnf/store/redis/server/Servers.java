package org.statelessnf.store.redis.server;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What several kinds of servers need. */
final class Servers {
  private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> STARTED.forEach(Process::destroyForcibly)));
  }

  private Servers() {}

  /** No process outlives the tests, however they end. */
  static void endWithThisProcess(Process process) {
    STARTED.removeIf(other -> !other.isAlive());
    STARTED.add(process);
  }

  static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits until something holds. */
  static void await(String what, long millis, Callable<Boolean> condition) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Exception last = null;
    while (System.nanoTime() - end < 0) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      sleep(20);
    }
    throw new IOException("waited in vain for " + what, last);
  }
}
