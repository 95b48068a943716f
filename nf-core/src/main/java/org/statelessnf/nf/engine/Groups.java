package org.statelessnf.nf.engine;

import org.statelessnf.nf.DropReason;

/**
 * Which items of a batch belong together because they share a record that may be written: they are
 * processed in order, committed together and run again together. Disjoint sets with path halving.
 */
final class Groups {
  /** What is the matter with a group, the gravest counts. */
  static final int SETTLED = 0;

  /** To be processed in the current round. */
  static final int ACTIVE = 1;

  /** Processed; its writes are at the store. */
  static final int COMMITTING = 2;

  /** To be processed again with the records it has, plus those it fetched. */
  static final int INCOMPLETE = 3;

  /** To be read and processed again. */
  static final int STALE = 4;

  /** Failed for good. */
  static final int FAILED = 5;

  private final int[] parent;
  private final int[] state;
  private final DropReason[] failure;

  /** Whether its records are to be read before its next leg. */
  private final boolean[] refresh;

  Groups(int items) {
    this.parent = new int[items];
    this.state = new int[items];
    this.failure = new DropReason[items];
    this.refresh = new boolean[items];
  }

  void init(int item) {
    parent[item] = item;
    state[item] = ACTIVE;
    failure[item] = DropReason.NO_VERDICT;
    refresh[item] = false;
  }

  boolean isRoot(int item) {
    return parent[item] == item;
  }

  /** Fails a group for good, unless it has failed already. */
  void fail(int item, DropReason reason) {
    int root = root(item);
    if (state[root] != FAILED) {
      state[root] = FAILED;
      failure[root] = reason;
    }
  }

  /** Why a failed group failed. */
  DropReason failure(int item) {
    return failure[root(item)];
  }

  int root(int item) {
    int at = item;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Joins two groups; the graver state counts. */
  void join(int a, int b) {
    int rootA = root(a);
    int rootB = root(b);
    if (rootA != rootB) {
      // The smaller index is the root, so chains stay short for packets in order.
      int to = Math.min(rootA, rootB);
      int from = Math.max(rootA, rootB);
      parent[from] = to;
      refresh[to] |= refresh[from];
      if (state[from] > state[to]) {
        state[to] = state[from];
        failure[to] = failure[from];
      }
    }
  }

  int state(int item) {
    return state[root(item)];
  }

  void state(int item, int newState) {
    state[root(item)] = newState;
  }

  /** Whether a group's records are to be read before its next leg. */
  boolean refreshes(int item) {
    return refresh[root(item)];
  }

  void refresh(int item, boolean needed) {
    refresh[root(item)] = needed;
  }

  /** Sets a state unless the group's is graver already. */
  void raise(int item, int newState) {
    int root = root(item);
    state[root] = Math.max(state[root], newState);
  }
}
