package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a process that looks after the store: sees whether another process has died, and
 * recovers what it left; removes what has ended, a segment at a time, taking turns with the other
 * processes.
 *
 * <p>It, and not a session, touches the locks on the control file: nobody interrupts it, and an
 * interrupt would give them up.
 */
final class Warden implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Warden.class);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SWEEP_MILLIS = 20;

  private final ControlFile control;
  private final ProcessLocks locks;
  private final Recovery recovery;
  private final Sweeper sweeper;
  private final HostClock clock;
  private final Thread thread;
  private volatile boolean closed;
  private boolean complained;

  Warden(
      ControlFile control,
      ProcessLocks locks,
      Recovery recovery,
      Sweeper sweeper,
      HostClock clock,
      String name) {
    this.control = control;
    this.locks = locks;
    this.recovery = recovery;
    this.sweeper = sweeper;
    this.clock = clock;
    this.thread = new Thread(this::run, "chronicle-warden-" + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        look();
        if (control.someEnd() && control.takeSweep(clock.floor(), SWEEP_MILLIS)) {
          sweeper.sweepNext();
        }
        complained = false;
      } catch (IOException | RuntimeException e) {
        if (!complained) {
          complained = true;
          LOG.error("chronicle: the store cannot be looked after: {}", e.toString(), e);
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private void look() throws IOException {
    if (recovery.isDue() && locks.tryMaster()) {
      try {
        recovery.run();
      } finally {
        locks.releaseMaster();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
