package org.statelessnf.store;

/** How far a store's records are shared. */
public enum Scope {
  /** Among the threads of one process. */
  PROCESS,
  /** Among the processes of one host. */
  HOST,
  /** Among the hosts of a cluster. */
  CLUSTER
}
