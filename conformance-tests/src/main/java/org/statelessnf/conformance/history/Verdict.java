package org.statelessnf.conformance.history;

import java.util.Comparator;
import java.util.List;

/**
 * What the checker says about a history.
 *
 * @param kind accepted, rejected, or too hard to tell
 * @param reason what is wrong, in a line; empty if accepted
 * @param offending few operations that show it, by time
 */
public record Verdict(Kind kind, String reason, List<Operation> offending) {
  /** Accepted. */
  static final Verdict ACCEPTED = new Verdict(Kind.ACCEPTED, "", List.of());

  /** The verdicts. */
  public enum Kind {
    /** There is an order of the operations that explains all answers. */
    ACCEPTED,
    /** There is none. */
    REJECTED,
    /** The search was given up: many operations of unknown outcome. */
    UNDECIDED
  }

  static Verdict rejected(String reason, List<Operation> offending) {
    return new Verdict(
        Kind.REJECTED,
        reason,
        offending.stream().distinct().sorted(Comparator.comparingLong(Operation::invoke)).toList());
  }

  /** Whether it was rejected. */
  public boolean isRejected() {
    return kind == Kind.REJECTED;
  }

  /** Several lines for people. */
  @Override
  public String toString() {
    if (kind == Kind.ACCEPTED) {
      return "linearizable";
    }
    StringBuilder text = new StringBuilder();
    text.append(kind == Kind.REJECTED ? "not linearizable: " : "undecided: ").append(reason);
    long origin = offending.isEmpty() ? 0 : offending.getFirst().invoke();
    for (Operation operation : offending) {
      text.append(System.lineSeparator()).append("  ").append(operation.toString(origin));
    }
    return text.toString();
  }
}
