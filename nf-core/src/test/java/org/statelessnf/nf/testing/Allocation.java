package org.statelessnf.nf.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the calling thread allocates. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 50_000;
  private static final int RUNS = 100_000;

  private Allocation() {}

  /** Bytes per run, once it is warm. */
  public static double bytesPerRun(Runnable run) {
    for (int i = 0; i < WARM_UP; i++) {
      run.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      run.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) RUNS;
  }
}
