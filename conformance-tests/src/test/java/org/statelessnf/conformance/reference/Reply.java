package org.statelessnf.conformance.reference;

import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;

/**
 * The answer to one {@link Request}, or one claimed timer, or one scanned record.
 *
 * @param outcome what became of it
 * @param version the record's version, or a claim's fence
 * @param number a counter, a deadline, 1 for a filter's "perhaps"
 * @param key id of a claimed timer, key of a scanned record; else empty
 * @param value the record's value or the payload; null if none
 */
@SuppressWarnings("ArrayRecordComponent")
record Reply(Outcome outcome, long version, long number, byte[] key, byte @Nullable [] value) {
  private static final byte[] NONE = {};

  static Reply of(Outcome outcome) {
    return new Reply(outcome, 0, 0, NONE, null);
  }

  static Reply of(Outcome outcome, long version) {
    return new Reply(outcome, version, 0, NONE, null);
  }

  static Reply of(Outcome outcome, long version, byte @Nullable [] value) {
    return new Reply(outcome, version, 0, NONE, value);
  }

  static Reply number(long version, long number) {
    return new Reply(Outcome.OK, version, number, NONE, null);
  }

  Reply with(Outcome other) {
    return new Reply(other, version, number, key, value);
  }
}
