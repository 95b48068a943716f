package org.statelessnf.store;

/** What an acknowledged write survives. */
public enum Durability {
  /** Nothing: it dies with the process that holds the store. */
  NONE,
  /** The abrupt end of any process that uses the store. */
  PROCESS_CRASH,
  /** The loss of any one node of the store. */
  NODE_CRASH,
  /** Usually the loss of one node, but the latest writes may be lost with it. */
  BEST_EFFORT
}
