package org.statelessnf.store.ignite;

import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;

/**
 * What a batch has to do at the data, in rounds of operations on keys. A round's operations are
 * numbered; those on one key are carried out in this order, as one step. Used by the session's
 * thread alone.
 */
abstract class Work {
  /**
   * Prepares the next round, the first one included.
   *
   * @return false if there is nothing left to do; then the batch has its answers
   */
  abstract boolean next();

  /** Operations of the present round. */
  abstract int operations();

  /** Whether an operation is to be carried out. */
  boolean isPending(int operation) {
    return true;
  }

  /** The full key of an operation, made anew. */
  abstract byte[] key(int operation);

  /** When the record that an operation writes may be forgotten; -1 never. */
  long ttlMillis(int operation) {
    return -1;
  }

  /** Bytes that go with an operation. */
  int valueLength(int operation) {
    return 0;
  }

  /** Copies what goes with an operation. */
  void copyValue(int operation, byte[] ops, int to) {}

  /**
   * Writes kind, condition and numbers of an operation, {@link WriteOps}.
   *
   * @param at where the operation's fields start
   */
  abstract void encode(int operation, byte[] ops, int at);

  /** An operation was carried out, and there is nothing to tell. */
  abstract void applied(int operation, long version);

  /**
   * An operation was answered with something other than plain success.
   *
   * @param result {@link WriteResults}
   * @param results all of the key's
   * @param at what follows the result's code
   * @param version that the record has if it was written
   * @return where the next result starts
   */
  abstract int answer(int operation, byte result, byte[] results, int at, long version);

  /**
   * An operation was not answered.
   *
   * @param outcome {@code UNAVAILABLE} or {@code UNKNOWN}
   * @param version that the record has if it was written
   */
  abstract void failed(int operation, Outcome outcome, long version);

  // --- questions to nodes ---

  /** Nodes that are to be asked for due timers in the present round. */
  int questions() {
    return 0;
  }

  /**
   * Asks a node.
   *
   * @param question 0 to {@code questions() - 1}
   * @param call takes the answer
   */
  void ask(int question, Call call) {
    throw new IllegalStateException("no questions");
  }

  /** A node has answered, or has not: null. */
  void told(int question, byte @Nullable [] reply) {
    throw new IllegalStateException("no questions");
  }
}
