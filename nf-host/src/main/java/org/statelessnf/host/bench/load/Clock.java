package org.statelessnf.host.bench.load;

/** The time that a load loop lives by. Tests bring one that they set. */
public interface Clock {
  /** This machine's. */
  Clock SYSTEM =
      new Clock() {
        private static final int SPINS = 50;
        private int idle;

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        @SuppressWarnings("ThreadPriorityCheck") // the store may need this core
        public void idle() {
          if (++idle % SPINS == 0) {
            Thread.yield();
          } else {
            Thread.onSpinWait();
          }
        }
      };

  /** Nanoseconds from some moment on, as {@link System#nanoTime}. */
  long nanoTime();

  /** Called when there is nothing to do yet. Returns soon: sleeping would show in the figures. */
  void idle();
}
