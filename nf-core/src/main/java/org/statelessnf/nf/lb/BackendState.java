package org.statelessnf.nf.lb;

/** Whether a back end takes flows. */
public enum BackendState {
  /** Takes new flows. */
  UP,
  /** Keeps its flows, takes no new ones. */
  DRAIN,
  /** As DRAIN, and a flow that is still being opened is given another back end. */
  DOWN;

  private static final BackendState[] VALUES = values();

  /** The number in the cluster record. */
  int code() {
    return ordinal();
  }

  static BackendState of(int code) {
    return code >= 0 && code < VALUES.length ? VALUES[code] : DOWN;
  }
}
