package org.statelessnf.store;

/**
 * Handle of an open timer queue. Thread-safe; valid for every session of the store that opened it.
 * Work on it goes through {@link TimerBatch} and {@link ClaimBatch}.
 */
public class TimerQueue {
  private final StateStore store;
  private final TimerSpec spec;

  /**
   * For backends.
   *
   * @param store the store that opens the queue
   * @param spec its spec, with the namespace filled in
   */
  public TimerQueue(StateStore store, TimerSpec spec) {
    this.store = store;
    this.spec = spec;
  }

  /** The store that opened this queue. */
  public final StateStore store() {
    return store;
  }

  /** The spec it was opened by, with the namespace filled in. */
  public final TimerSpec spec() {
    return spec;
  }

  @Override
  public final String toString() {
    return spec.namespace() + "/" + spec.name();
  }
}
