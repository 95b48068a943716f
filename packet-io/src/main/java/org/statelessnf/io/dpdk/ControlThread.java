package org.statelessnf.io.dpdk;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** A thread for calls that must all come from one. Lives until it is closed. */
final class ControlThread implements AutoCloseable {
  private final ExecutorService executor;

  ControlThread(String name) {
    executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /** Runs there, and waits, interrupted or not. */
  void run(Runnable work) {
    call(() -> {
      work.run();
      return true;
    });
  }

  /** Computes there, and waits, interrupted or not. */
  <T> T call(Supplier<T> work) {
    Future<T> result = executor.submit(work::get);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw asThrown(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the thread, and waits until it has. */
  @Override
  public void close() {
    executor.close();
  }

  private static RuntimeException asThrown(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException thrown -> thrown;
      case Error thrown -> throw thrown;
      case null, default -> new IllegalStateException(e);
    };
  }
}
