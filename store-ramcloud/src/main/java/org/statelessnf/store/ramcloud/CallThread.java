package org.statelessnf.store.ramcloud;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a RAMCloud client of its own, which makes the calls of one session, one after the
 * other. A call may block for as long as the cluster does not answer, which is for ever in the
 * worst case; then whoever waits gives it up, and {@link #retire} leaves the thread to itself.
 *
 * <p>One thread submits; the queue is bounded and allocates nothing.
 */
final class CallThread implements Runnable {
  private static final int QUEUE = 64;
  private static final int SPINS = 500;

  private final Library library;
  private final Thread thread;
  private final AtomicReferenceArray<@Nullable Task> queue = new AtomicReferenceArray<>(QUEUE);
  private final AtomicLong head = new AtomicLong(); // next to be taken, by the call thread
  private final AtomicLong tail = new AtomicLong(); // next free, by the submitter
  private volatile boolean parked;
  private volatile boolean retired;
  private volatile boolean dead;
  private volatile int threadId;

  /** Begins at once; connects by itself. */
  CallThread(Library library, String name) {
    this.library = library;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    thread.start();
  }

  /**
   * Hands over a task.
   *
   * @return false if too many are waiting; then it was not taken
   */
  boolean submit(Task task) {
    long at = tail.get();
    if (at - head.get() >= QUEUE || dead) {
      return false;
    }
    task.queued();
    queue.set((int) (at % QUEUE), task);
    tail.set(at + 1);
    if (parked) {
      LockSupport.unpark(thread);
    }
    return true;
  }

  /** Whether it has ended, or never could connect: no task will be taken. */
  boolean isDead() {
    return dead;
  }

  /** Ends it once the present call has come back. Tasks that have not begun are dropped. */
  void retire() {
    retired = true;
    LockSupport.unpark(thread);
  }

  /** Retires it though it sits in a call that was given up. */
  void abandon() {
    retire();
    int id = threadId;
    if (id != 0) {
      NativeRamcloud.demote(id);
    }
  }

  /** Waits until it has ended; false if it has not after the time given. */
  boolean join(long millis) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (thread.isAlive()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        interrupted = true; // told to the caller below; this wait is short
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  @Override
  public void run() {
    threadId = NativeRamcloud.threadId();
    long client = NativeRamcloud.connect(library.api(), library.locator(), library.cluster());
    try {
      if (client <= 0) {
        failAll(client == 0 ? RcStatus.NOT_CONNECTED : (int) -client);
        return;
      }
      serve(client);
      NativeRamcloud.disconnect(client);
    } finally {
      dead = true;
      library.ended(this);
    }
  }

  private void serve(long client) {
    for (Task task = next(); task != null; task = next()) {
      if (task.started()) {
        task.execute(client);
        if (!task.ended()) {
          NativeRamcloud.givenUp(-1);
          task.discard();
        }
      } else {
        task.discard();
      }
    }
  }

  /** The store has this one task's answer to give before the thread ends. */
  private void failAll(int status) {
    Task task = next();
    dead = true;
    while (task != null) {
      if (task.started()) {
        task.fail(status);
        if (!task.ended()) {
          NativeRamcloud.givenUp(-1);
        }
      }
      task = head.get() < tail.get() ? next() : null;
    }
  }

  private @Nullable Task next() {
    int spins = 0;
    long at = head.get();
    while (!retired) {
      if (at < tail.get()) {
        Task task = queue.getAndSet((int) (at % QUEUE), null);
        head.set(at + 1);
        return task;
      }
      if (++spins < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      parked = true;
      if (at >= tail.get() && !retired) {
        LockSupport.park(this);
      }
      parked = false;
    }
    return null;
  }
}
