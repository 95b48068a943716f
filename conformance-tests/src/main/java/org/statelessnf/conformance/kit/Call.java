package org.statelessnf.conformance.kit;

import org.statelessnf.store.Op;

/**
 * An operation, for messages.
 *
 * @param op what was asked for
 * @param where table, queue or filter
 * @param key key, id or element
 * @param detail expected version, delta, delay or fence; 0 if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
record Call(Op op, Object where, byte[] key, long detail) {
  @Override
  public String toString() {
    return "%s(%s, %s%s)".formatted(op, where, Answer.show(key), detail == 0 ? "" : ", " + detail);
  }
}
