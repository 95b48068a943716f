package org.statelessnf.conformance.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes a rejected history of one key small enough to be read. */
final class Shrink {
  private static final int MAX_SHOWN = 30;
  private static final int MAX_TRIES = 400;

  private Shrink() {}

  /**
   * Cuts the history off after the first answer that cannot be explained, then leaves out what saw
   * but did not change the record, as long as the rest is still wrong.
   *
   * @param register a key that has no order
   */
  static Verdict shrink(Register register) {
    List<Operation> history = new ArrayList<>(register.operations());
    history.sort(Comparator.comparingLong(Operation::complete));
    int explained = 0;
    int wrong = history.size();
    while (explained + 1 < wrong) {
      int middle = (explained + wrong) >>> 1;
      if (isWrong(cut(history, middle), register)) {
        wrong = middle;
      } else {
        explained = middle;
      }
    }
    Operation last = history.get(wrong - 1);
    List<Operation> small = cut(history, wrong);
    int tries = 0;
    for (int i = small.size() - 1; i >= 0 && tries < MAX_TRIES; i--) {
      Operation left = small.get(i);
      if (!left.changed() && left != last) {
        small.remove(i);
        tries++;
        if (!isWrong(small, register)) {
          small.add(i, left);
        }
      }
    }
    small.sort(Comparator.comparingLong(Operation::invoke));
    int from = Math.max(0, small.size() - MAX_SHOWN);
    String reason =
        "no order explains %s, completed last%s"
            .formatted(
                last.op() + " -> " + last.outcome(),
                from == 0 ? "" : " (%d earlier operations are not shown)".formatted(from));
    return Verdict.rejected(reason, small.subList(from, small.size()));
  }

  /** What was known when the operation at {@code count - 1} completed; the rest is pending. */
  private static List<Operation> cut(List<Operation> byCompletion, int count) {
    long end = byCompletion.get(count - 1).complete();
    List<Operation> known = new ArrayList<>(byCompletion.subList(0, count));
    for (Operation later : byCompletion.subList(count, byCompletion.size())) {
      if (later.invoke() <= end && (later.changed() || later.isUnknown())) {
        known.add(later.pending());
      }
    }
    return known;
  }

  private static boolean isWrong(List<Operation> history, Register register) {
    return RegisterSearch.search(history, register) == RegisterSearch.Result.NONE;
  }
}
