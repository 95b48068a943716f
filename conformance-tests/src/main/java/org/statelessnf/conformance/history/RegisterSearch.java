package org.statelessnf.conformance.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.statelessnf.store.Op;

/**
 * Looks for an order that explains the operations on one key, one operation after the other, in the
 * manner of Wing and Gong with Lowe's memory of what was tried (Concurrency and Computation 29(4),
 * 2017). Versions lead it: an operation that changes nothing is placed as soon as it may be, and a
 * version is not left while an operation that needs it is still to be placed.
 *
 * <p>Operations without a known end are optional, unless their version was seen. They are left out
 * at first; only if that fails they are tried.
 */
final class RegisterSearch {
  private static final int MAX_STEPS = 2_000_000;

  /** How a search ended. */
  enum Result {
    FOUND,
    NONE,
    GIVEN_UP
  }

  /** The record between two operations; anonymous if a write of unknown outcome made it. */
  private record State(boolean present, boolean anonymous, long version, long tag) {
    static final State ABSENT = new State(false, false, 0, 0);
  }

  /** A choice, what was placed because of it, and what can be chosen next. */
  private static final class Frame {
    final State before;
    final int firstBefore;
    final List<Integer> placed = new ArrayList<>();
    List<Integer> choices = List.of();
    int next;

    Frame(State before, int firstBefore) {
      this.before = before;
      this.firstBefore = firstBefore;
    }
  }

  private final Register register;

  /** Required ones by invocation, then optional ones. */
  private final Operation[] operations;

  private final int required;
  private final boolean[] placed;
  private final long[] marks;
  private final Map<Long, Integer> needs = new HashMap<>();
  private final Set<Long> tried = new HashSet<>();
  private State state = State.ABSENT;
  private int first;
  private int missing;
  private long mark;

  private RegisterSearch(List<Operation> history, Register register, boolean withOptional) {
    this.register = register;
    Set<Long> needed = new HashSet<>();
    for (Operation operation : history) {
      if (operation.complete() != Operation.NEVER && needed(operation) != 0) {
        needed.add(needed(operation));
      }
    }
    List<Operation> musts = new ArrayList<>();
    List<Operation> mays = new ArrayList<>();
    for (Operation operation : history) {
      boolean seen =
          operation.changed() && !operation.removes() && needed.contains(operation.version());
      if (operation.complete() != Operation.NEVER || seen) {
        musts.add(operation);
      } else if (withOptional && operation.isWrite()) {
        mays.add(operation);
      }
    }
    musts.sort(Comparator.comparingLong(Operation::invoke));
    mays.sort(Comparator.comparingLong(Operation::invoke));
    this.required = musts.size();
    this.missing = required;
    musts.addAll(mays);
    this.operations = musts.toArray(new Operation[0]);
    this.placed = new boolean[operations.length];
    this.marks = new long[operations.length];
    SplittableRandom random = new SplittableRandom(operations.length);
    for (int i = 0; i < operations.length; i++) {
      marks[i] = random.nextLong();
      if (i < required && needed(operations[i]) != 0) {
        needs.merge(needed(operations[i]), 1, Integer::sum);
      }
    }
  }

  /**
   * Looks for an order.
   *
   * @param history operations on one key
   * @param register what versions tell about them
   */
  static Result search(List<Operation> history, Register register) {
    Result result = new RegisterSearch(history, register, false).run();
    boolean optional = history.stream().anyMatch(one -> one.complete() == Operation.NEVER);
    return result == Result.FOUND || !optional
        ? result
        : new RegisterSearch(history, register, true).run();
  }

  /** The version that an operation must find, or 0. */
  private static long needed(Operation operation) {
    return operation.sawVersion()
        ? operation.version()
        : operation.replacedExpected() ? operation.expected() : 0;
  }

  private Result run() {
    Deque<Frame> path = new ArrayDeque<>();
    Frame frame = enter(-1);
    int steps = 0;
    while (missing > 0) {
      if (frame.next < frame.choices.size()) {
        if (++steps > MAX_STEPS) {
          return Result.GIVEN_UP;
        }
        int choice = frame.choices.get(frame.next++);
        path.push(frame);
        frame = enter(choice);
      } else {
        undo(frame);
        if (path.isEmpty()) {
          return Result.NONE;
        }
        frame = path.pop();
      }
    }
    return Result.FOUND;
  }

  private Frame enter(int choice) {
    Frame frame = new Frame(state, first);
    if (choice >= 0) {
      Operation operation = operations[choice];
      place(choice, frame);
      state =
          operation.changed() || operation.isUnknown()
              ? after(operation)
              : new State(true, false, operation.version(), state.tag());
    }
    placeObservers(frame);
    if (missing > 0 && tried.add(mark ^ mix(state))) {
      frame.choices = choices();
    }
    return frame;
  }

  private void undo(Frame frame) {
    for (int index : frame.placed) {
      placed[index] = false;
      mark ^= marks[index];
      if (index < required) {
        missing++;
        if (needed(operations[index]) != 0) {
          needs.merge(needed(operations[index]), 1, Integer::sum);
        }
      }
    }
    state = frame.before;
    first = frame.firstBefore;
  }

  private void place(int index, Frame frame) {
    frame.placed.add(index);
    placed[index] = true;
    mark ^= marks[index];
    if (index < required) {
      missing--;
      if (needed(operations[index]) != 0) {
        needs.merge(needed(operations[index]), -1, Integer::sum);
      }
    }
    while (first < required && placed[first]) {
      first++;
    }
  }

  /** Placing an operation that changes nothing where it fits is never wrong. */
  private void placeObservers(Frame frame) {
    boolean again = true;
    while (again) {
      again = false;
      long limit = limit();
      for (int i = first; i < required && operations[i].invoke() <= limit; i++) {
        Operation operation = operations[i];
        boolean names = state.anonymous() && operation.sawVersion(); // that is a choice
        if (!placed[i] && !operation.changed() && !names && fits(operation)) {
          place(i, frame);
          again = true;
        }
      }
    }
  }

  /** Nothing that was invoked later can come next: something was over before. */
  private long limit() {
    long limit = Operation.NEVER;
    for (int i = first; i < required && operations[i].invoke() <= limit; i++) {
      if (!placed[i]) {
        limit = Math.min(limit, operations[i].complete());
      }
    }
    return limit;
  }

  private List<Integer> choices() {
    List<Integer> found = new ArrayList<>();
    long limit = limit();
    for (int i = first; i < required && operations[i].invoke() <= limit; i++) {
      Operation operation = operations[i];
      if (!placed[i] && fits(operation) && (!operation.changed() || mayLeave(operation))) {
        found.add(i);
      }
    }
    found.sort(Comparator.comparingLong(i -> operations[i].complete()));
    for (int i = required; i < operations.length && operations[i].invoke() <= limit; i++) {
      if (!placed[i] && fits(operations[i]) && mayLeave(operations[i])) {
        found.add(i);
      }
    }
    return found;
  }

  /** Whether nothing else still needs the version that the record has now. */
  private boolean mayLeave(Operation next) {
    if (!state.present()) {
      return true;
    }
    long version = state.anonymous() ? needed(next) : state.version();
    int others = needs.getOrDefault(version, 0);
    boolean isRequired = next.complete() != Operation.NEVER || next.changed();
    return version == 0 || others == (isRequired && needed(next) == version ? 1 : 0);
  }

  /** Whether an operation's answer, or its success, agrees with the record as it is now. */
  private boolean fits(Operation operation) {
    if (!operation.changed() && !operation.isUnknown()) {
      return operation.sawVersion()
          ? has(operation.version())
              && (operation.seen() == Operation.NOTHING || operation.seen() == state.tag())
          : !state.present();
    }
    return switch (operation.op()) {
      case PUT_IF_ABSENT -> !state.present();
      case PUT_IF_VERSION, REMOVE_IF_VERSION -> has(operation.expected());
      case REMOVE -> state.present();
      case INCREMENT ->
          operation.isUnknown() || state.tag() + operation.written() == operation.seen();
      default -> true;
    };
  }

  private boolean has(long version) {
    if (!state.present() || !state.anonymous()) {
      return state.present() && state.version() == version;
    }
    long tag = register.seenTag(version);
    return register.writer(version) == null && (tag == Operation.NOTHING || tag == state.tag());
  }

  private State after(Operation operation) {
    if (operation.removes()) {
      return State.ABSENT;
    }
    long tag =
        operation.op() == Op.INCREMENT ? state.tag() + operation.written() : operation.written();
    return operation.isUnknown()
        ? new State(true, true, 0, tag)
        : new State(true, false, operation.version(), tag);
  }

  private static long mix(State state) {
    long hash = state.version() * 0x9E3779B97F4A7C15L + state.tag();
    hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
    hash = (hash ^ (hash >>> 29)) + (state.present() ? 1 : 0) + (state.anonymous() ? 2 : 0);
    return hash * 0xBF58476D1CE4E5B9L;
  }
}
