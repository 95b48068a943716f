package org.statelessnf.conformance.history;

import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * One operation of a history, with what it asked for and what it was told. Values are 64-bit tags,
 * no two puts of a history have the same. A counter's tag is the counter; where counters are also
 * put, the tags of puts are so far apart that increments do not bridge the gap.
 *
 * @param client who did it, for people
 * @param key which record
 * @param op what was asked for
 * @param outcome what came back; {@link Outcome#UNKNOWN} also if nothing came back
 * @param invoke {@link System#nanoTime} before it was submitted
 * @param complete the same after it was done; {@link #NEVER} if it may still be applied
 * @param expected version that a conditional operation expects
 * @param written tag that a write writes, or an increment's delta
 * @param version version that came back, 0 for none
 * @param seen tag that came back: a read's value, a mismatch's current value, an increment's new
 *     value; {@link #NOTHING} if none
 */
public record Operation(
    int client,
    int key,
    Op op,
    Outcome outcome,
    long invoke,
    long complete,
    long expected,
    long written,
    long version,
    long seen) {
  /** End of an operation whose end is not known. */
  public static final long NEVER = Long.MAX_VALUE;

  /** No tag. */
  public static final long NOTHING = Long.MIN_VALUE;

  /** Whether it can change the record. */
  public boolean isWrite() {
    return op != Op.READ;
  }

  /** Whether it certainly changed the record. */
  public boolean changed() {
    return isWrite() && outcome == Outcome.OK;
  }

  /** Whether it may or may not have changed the record. */
  public boolean isUnknown() {
    return isWrite() && outcome == Outcome.UNKNOWN;
  }

  /** Whether it certainly had no effect and saw nothing. */
  public boolean isVoid() {
    return switch (outcome) {
      case OK, ABSENT, MISMATCH -> false;
      case UNKNOWN -> !isWrite();
      default -> true;
    };
  }

  /** Whether it leaves no record behind, if it is applied. */
  public boolean removes() {
    return op == Op.REMOVE || op == Op.REMOVE_IF_VERSION;
  }

  /** Whether it saw that there is no record, and changed nothing. */
  public boolean sawAbsence() {
    return outcome == Outcome.ABSENT || (outcome == Outcome.MISMATCH && version == 0);
  }

  /** Whether it saw a version without changing it. */
  public boolean sawVersion() {
    return version != 0
        && (outcome == Outcome.MISMATCH || (op == Op.READ && outcome == Outcome.OK));
  }

  /**
   * Whether it succeeded because the record had a certain version.
   *
   * @return true if {@link #expected} is the version that it replaced
   */
  public boolean replacedExpected() {
    return outcome == Outcome.OK && (op == Op.PUT_IF_VERSION || op == Op.REMOVE_IF_VERSION);
  }

  /** The tag that the record has after it, if it is a put. */
  long tagAfter() {
    return op == Op.INCREMENT ? seen : written;
  }

  /** The same operation as one whose end is not known. */
  Operation pending() {
    return new Operation(client, key, op, outcome, invoke, NEVER, expected, written, version, seen);
  }

  /** What is known of it at an instant before its end: that it was invoked. */
  public Operation asPending() {
    return new Operation(
        client,
        key,
        op,
        isWrite() ? Outcome.UNKNOWN : Outcome.UNAVAILABLE,
        invoke,
        NEVER,
        expected,
        written,
        0,
        NOTHING);
  }

  /**
   * One line for people.
   *
   * @param origin time that counts as 0
   */
  public String toString(long origin) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%12.3f .. %12s µs  client %d  key %d  %s"
            .formatted(
                (invoke - origin) / 1e3,
                complete == NEVER ? "?" : "%.3f".formatted((complete - origin) / 1e3),
                client,
                key,
                op));
    switch (op) {
      case PUT, PUT_IF_ABSENT -> text.append(" value ").append(written);
      case PUT_IF_VERSION ->
          text.append(" value ").append(written).append(" if version ").append(expected);
      case REMOVE_IF_VERSION -> text.append(" if version ").append(expected);
      case INCREMENT -> text.append(" by ").append(written);
      default -> {}
    }
    text.append(" -> ").append(outcome);
    if (version != 0) {
      text.append(" version ").append(version);
    }
    if (seen != NOTHING) {
      text.append(op == Op.INCREMENT ? " counter " : " value ").append(seen);
    }
    return text.toString();
  }
}
