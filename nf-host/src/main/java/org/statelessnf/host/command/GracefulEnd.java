package org.statelessnf.host.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes Ctrl-C and SIGTERM the usual way to end a command that has no other: what it does is
 * stopped, its report is printed, and the exit code is the command's own instead of the signal's.
 */
final class GracefulEnd implements AutoCloseable {
  /** A pipe may take ten seconds to finish what it holds, and a busy machine its time. */
  private static final long PATIENCE_SECONDS = 120;

  /** For the line that says what went wrong. */
  private static final long LAST_WORDS_MILLIS = 1_000;

  private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread command = Thread.currentThread();
  private final Thread hook = new Thread(this::onShutdown, "graceful-end");
  private volatile int exitCode = -1;
  private volatile boolean signalled;

  GracefulEnd() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Says what a signal does. If one has come already, that is done now.
   *
   * @param action from any thread; returns soon. What it stops is waited for, unless it calls
   *     {@link #close}
   */
  void onSignal(Runnable action) {
    stop.set(action);
    if (signalled) {
      action.run();
    }
  }

  /** The command has ended well and said all it had to say. */
  void reported(int code) {
    exitCode = code;
  }

  private void onShutdown() {
    signalled = true;
    stop.get().run();
    try {
      if (over.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && exitCode >= 0) {
        Runtime.getRuntime().halt(exitCode);
      }
      command.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command is over, well or not. */
  @Override
  public void close() {
    over.countDown();
    if (!signalled) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        signalled = true; // just now: the hook ends the process
      }
    }
  }
}
