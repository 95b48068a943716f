package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides whether a history of operations on versioned records is linearizable: whether there is
 * one order of all operations, each at an instant between its invocation and its completion, that
 * explains every answer (Herlihy and Wing, TOPLAS 12(3), 1990). Records are independent, so each
 * key is decided alone.
 *
 * <p>In general that is NP-complete. Here every successful write has a version that nothing else
 * has, so a read says which write it saw, and a conditional write which write it replaced. With
 * that known, {@link ZoneCheck} decides in O(n log n) (Gibbons and Korach, SIAM J. Comput. 26(4),
 * 1997, for reads whose write is known). What versions do not tell is <em>which</em> absence of a
 * record was seen, and what became of an operation whose outcome is {@code UNKNOWN}; keys with such
 * doubts, after passing the same test, go to {@link RegisterSearch}, which tries orders but is led
 * by the versions, and so takes about linear time, too, unless doubts abound.
 *
 * <p>Operations of unknown outcome may or may not have been applied, at any time after their
 * invocation. Operations that certainly failed ({@code UNAVAILABLE}) must not have been.
 */
public final class LinearizabilityChecker {
  private LinearizabilityChecker() {}

  /**
   * Decides.
   *
   * @param history all operations on all keys, in any order
   * @return the first verdict that is not "accepted", by key
   */
  public static Verdict check(Collection<Operation> history) {
    Map<Integer, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    Verdict undecided = Verdict.ACCEPTED;
    for (List<Operation> operations : byKey.values()) {
      Verdict verdict = checkKey(operations);
      if (verdict.isRejected()) {
        return verdict;
      }
      if (verdict.kind() == Verdict.Kind.UNDECIDED) {
        undecided = verdict;
      }
    }
    return undecided;
  }

  /**
   * Looks only whether a version was given to two writes of one key.
   *
   * @param history all operations, over whatever happened to the store
   */
  public static Verdict checkVersions(Collection<Operation> history) {
    Map<Integer, Map<Long, Operation>> writers = new TreeMap<>();
    for (Operation operation : history) {
      if (operation.changed() && !operation.removes()) {
        Operation other =
            writers
                .computeIfAbsent(operation.key(), key -> new HashMap<>())
                .put(operation.version(), operation);
        if (other != null) {
          return Verdict.rejected(
              "version " + operation.version() + " was given to two writes",
              List.of(other, operation));
        }
      }
    }
    return Verdict.ACCEPTED;
  }

  private static Verdict checkKey(List<Operation> operations) {
    Register register = Register.of(operations);
    if (register.violation() != null) {
      return register.violation();
    }
    Verdict zones = ZoneCheck.check(register);
    if (zones.isRejected() || register.isCertain()) {
      return zones;
    }
    RegisterSearch.Result found = RegisterSearch.search(register.operations(), register);
    return switch (found) {
      case FOUND -> Verdict.ACCEPTED;
      case GIVEN_UP ->
          new Verdict(Verdict.Kind.UNDECIDED, "the search was given up", register.operations());
      case NONE -> Shrink.shrink(register);
    };
  }
}
