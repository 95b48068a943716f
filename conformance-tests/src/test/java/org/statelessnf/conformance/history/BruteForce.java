package org.statelessnf.conformance.history;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * Decides by trying every order, with nothing but the meaning of the operations: what the clever
 * checker is compared with. A write of unknown outcome gets whatever version somebody saw with it.
 */
final class BruteForce {
  private static final long FRESH = -1;

  /** The record; {@code version} is {@link #FRESH} while nobody has seen it. */
  private record State(boolean present, long version, long tag) {}

  private record Seen(long placed, State state) {}

  private final List<Operation> history;
  private final Set<Seen> tried = new HashSet<>();

  private BruteForce(List<Operation> history) {
    this.history = history;
  }

  static boolean isLinearizable(List<Operation> history) {
    // Versions must be unique whatever the order.
    Set<Long> made = new HashSet<>();
    for (Operation operation : history) {
      if (operation.changed() && !operation.removes() && !made.add(operation.version())) {
        return false;
      }
    }
    return new BruteForce(history).search(0, new State(false, 0, 0), made, new HashSet<>());
  }

  private boolean search(long placed, State state, Set<Long> made, Set<Long> bound) {
    if (!tried.add(new Seen(placed, state))) {
      return false;
    }
    long limit = Operation.NEVER;
    boolean missing = false;
    for (int i = 0; i < history.size(); i++) {
      if ((placed & 1L << i) == 0 && history.get(i).complete() != Operation.NEVER) {
        limit = Math.min(limit, history.get(i).complete());
        missing = true;
      }
    }
    if (!missing) {
      return true;
    }
    for (int i = 0; i < history.size(); i++) {
      Operation next = history.get(i);
      if ((placed & 1L << i) != 0 || next.invoke() > limit) {
        continue;
      }
      long needed = needed(next);
      State now = state;
      boolean binds = state.present() && state.version() == FRESH && needed != 0;
      if (binds) {
        if (made.contains(needed) || !bound.add(needed)) {
          continue;
        }
        now = new State(true, needed, state.tag());
      }
      State after = apply(next, now);
      if (after != null && search(placed | 1L << i, after, made, bound)) {
        return true;
      }
      if (binds) {
        bound.remove(needed);
      }
    }
    return false;
  }

  private static long needed(Operation next) {
    boolean conditional = next.op() == Op.PUT_IF_VERSION || next.op() == Op.REMOVE_IF_VERSION;
    boolean applied = next.changed() || next.isUnknown();
    return next.sawVersion() ? next.version() : conditional && applied ? next.expected() : 0;
  }

  private static @org.jspecify.annotations.Nullable State apply(Operation next, State now) {
    boolean applied = next.changed() || next.isUnknown();
    if (!applied) {
      boolean fits =
          next.sawVersion()
              ? now.present()
                  && now.version() == next.version()
                  && (next.seen() == Operation.NOTHING || next.seen() == now.tag())
              : !now.present();
      return fits ? now : null;
    }
    boolean condition =
        switch (next.op()) {
          case PUT_IF_ABSENT -> !now.present();
          case PUT_IF_VERSION, REMOVE_IF_VERSION ->
              now.present() && now.version() == next.expected();
          case REMOVE -> now.present();
          default -> true;
        };
    if (!condition) {
      return null;
    }
    if (next.removes()) {
      return new State(false, 0, 0);
    }
    long tag = next.op() == Op.INCREMENT ? now.tag() + next.written() : next.written();
    if (next.op() == Op.INCREMENT && next.outcome() == Outcome.OK && tag != next.seen()) {
      return null;
    }
    return new State(true, next.isUnknown() ? FRESH : next.version(), tag);
  }
}
