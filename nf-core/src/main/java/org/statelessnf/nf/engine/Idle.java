package org.statelessnf.nf.engine;

/** How a polling thread waits: quick to wake under load, cheap when there is nothing to do. */
@SuppressWarnings("ThreadPriorityCheck") // yielding is only ever a courtesy here
final class Idle {
  private static final int SPINS = 100;
  private static final int YIELDS = 200;
  private static final int PARK_NANOS = 50_000;

  private Idle() {}

  /**
   * Spins, then yields, then parks.
   *
   * @param idle 0 after work was done, else what the last call returned
   * @return to be passed to the next call
   */
  static int rest(int idle) {
    if (idle < SPINS) {
      Thread.onSpinWait();
    } else if (idle < SPINS + YIELDS) {
      Thread.yield();
    } else {
      sleep();
    }
    return Math.min(idle + 1, SPINS + YIELDS);
  }

  private static void sleep() {
    try {
      Thread.sleep(0, PARK_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void giveWay() {
    Thread.yield();
  }
}
