package org.statelessnf.conformance.history;

import java.util.List;
import java.util.Random;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Breaks a history, perhaps: what comes out may still be linearizable. */
final class Mutation {
  private Mutation() {}

  static void mutate(List<Operation> history, Random random) {
    int index = random.nextInt(history.size());
    Operation one = history.get(index);
    Operation other = history.get(random.nextInt(history.size()));
    history.set(
        index,
        switch (random.nextInt(5)) {
          case 0 -> moved(one, random.nextInt(200) - 100);
          case 1 -> seeing(one, other.version(), one.seen());
          case 2 -> seeing(one, one.version(), other.seen());
          case 3 -> answered(one, other.outcome());
          default -> expecting(one, other.version());
        });
  }

  private static Operation moved(Operation one, long by) {
    long complete = one.complete() == Operation.NEVER ? Operation.NEVER : one.complete() + by;
    return copy(
        one, one.outcome(), one.invoke() + by, complete, one.expected(), one.version(), one.seen());
  }

  private static Operation seeing(Operation one, long version, long seen) {
    boolean nothing =
        one.outcome() == Outcome.ABSENT
            || one.isUnknown()
            || (one.outcome() == Outcome.OK && (version == 0) != (one.version() == 0));
    return nothing
        ? one
        : copy(one, one.outcome(), one.invoke(), one.complete(), one.expected(), version, seen);
  }

  private static Operation answered(Operation one, Outcome outcome) {
    boolean makesSense =
        switch (outcome) {
          case OK -> one.outcome() != Outcome.UNKNOWN && one.version() != 0;
          case MISMATCH -> one.op() == Op.PUT_IF_VERSION || one.op() == Op.PUT_IF_ABSENT;
          case ABSENT -> one.op() == Op.READ || one.op() == Op.REMOVE;
          default -> false;
        };
    if (!makesSense) {
      return one;
    }
    boolean absent = outcome == Outcome.ABSENT;
    return copy(
        one,
        outcome,
        one.invoke(),
        one.complete() == Operation.NEVER ? one.invoke() + 20 : one.complete(),
        one.expected(),
        absent ? 0 : one.version(),
        absent || outcome == Outcome.MISMATCH ? Operation.NOTHING : one.seen());
  }

  private static Operation expecting(Operation one, long expected) {
    return one.expected() == 0 || expected == 0
        ? one
        : copy(
            one, one.outcome(), one.invoke(), one.complete(), expected, one.version(), one.seen());
  }

  private static Operation copy(
      Operation one,
      Outcome outcome,
      long invoke,
      long complete,
      long expected,
      long version,
      long seen) {
    return new Operation(
        one.client(),
        one.key(),
        one.op(),
        outcome,
        invoke,
        complete,
        expected,
        one.written(),
        version,
        seen);
  }
}
