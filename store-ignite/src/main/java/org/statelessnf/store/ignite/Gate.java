package org.statelessnf.store.ignite;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Holds a node's requests back while another node leaves, so that none is on its way there when it
 * goes. Thread-safe.
 */
final class Gate {
  private final Set<UUID> leaving = new HashSet<>();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int inside;

  /** Starts a request that calls {@link #leave} when it was answered; now, or once it may. */
  void enter(Runnable request) {
    synchronized (this) {
      if (!leaving.isEmpty()) {
        waiting.add(request);
        return;
      }
      inside++;
    }
    request.run();
  }

  /** A request was answered. */
  synchronized void leave() {
    inside--;
    if (inside == 0) {
      notifyAll();
    }
  }

  /** Holds back what comes from now on. */
  synchronized void hold(UUID node) {
    leaving.add(node);
  }

  /**
   * Waits for what was started before; not from a thread that answers requests.
   *
   * @param millis at most
   */
  synchronized void awaitEmpty(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (inside > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  /** The node has left, or does not leave: lets in what waits. */
  void release(UUID node) {
    Queue<Runnable> free = new ArrayDeque<>();
    synchronized (this) {
      leaving.remove(node);
      if (leaving.isEmpty()) {
        free.addAll(waiting);
        waiting.clear();
        inside += free.size();
      }
    }
    free.forEach(Runnable::run);
  }
}
