package org.statelessnf.nf.ips;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An expression of a rule's header: {@code any}, an item, {@code !expression}, {@code $NAME}, or a
 * list {@code [a,b,!c]}, which matches what matches one of its plain members, or has none, and no
 * negated one.
 *
 * @param <T> what an item is
 */
final class Terms<T> {
  private static final int MAX_DEPTH = 16;

  private final @Nullable T item;
  private final List<Terms<T>> plain;
  private final List<Terms<T>> negated;

  private Terms(@Nullable T item, List<Terms<T>> plain, List<Terms<T>> negated) {
    this.item = item;
    this.plain = plain;
    this.negated = negated;
  }

  /** Says whether an item holds what is asked for. */
  interface Test<T> {
    boolean holds(T item);
  }

  /** Whether it matches everything. */
  boolean isAny() {
    return item == null && plain.isEmpty() && negated.isEmpty();
  }

  /** Whether it matches what the items are asked for. */
  boolean matches(Test<T> test) {
    if (item != null) {
      return test.holds(item);
    }
    for (int i = 0; i < negated.size(); i++) {
      if (negated.get(i).matches(test)) {
        return false;
      }
    }
    for (int i = 0; i < plain.size(); i++) {
      if (plain.get(i).matches(test)) {
        return true;
      }
    }
    return plain.isEmpty();
  }

  /**
   * Parses.
   *
   * @param text the expression, without blanks
   * @param variables what {@code $NAME} stands for, without the dollar sign
   * @param items parses an item; throws IllegalArgumentException
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static <T> Terms<T> parse(String text, Map<String, String> variables, Function<String, T> items) {
    return parse(text, variables, items, 0);
  }

  private static <T> Terms<T> parse(
      String text, Map<String, String> variables, Function<String, T> items, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "'" + text + "' is nested too deeply, or a variable contains itself");
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an address or port is empty");
    }
    if (text.startsWith("!")) {
      Terms<T> inner = parse(text.substring(1).strip(), variables, items, depth + 1);
      if (inner.isAny()) {
        throw new IllegalArgumentException("'" + text + "' matches nothing");
      }
      return new Terms<>(null, List.of(), List.of(inner));
    }
    if (text.startsWith("$")) {
      String value = variables.get(text.substring(1));
      if (value == null) {
        throw new IllegalArgumentException("variable " + text + " is not defined");
      }
      return parse(value, variables, items, depth + 1);
    }
    if (text.startsWith("[")) {
      return list(text, variables, items, depth);
    }
    if (text.equalsIgnoreCase("any")) {
      return new Terms<>(null, List.of(), List.of());
    }
    return new Terms<>(items.apply(text), List.of(), List.of());
  }

  private static <T> Terms<T> list(
      String text, Map<String, String> variables, Function<String, T> items, int depth) {
    List<Terms<T>> plain = new ArrayList<>();
    List<Terms<T>> negated = new ArrayList<>();
    for (String member : members(text)) {
      boolean not = member.startsWith("!");
      String positive = not ? member.substring(1).strip() : member;
      (not ? negated : plain).add(parse(positive, variables, items, depth + 1));
    }
    return new Terms<>(null, plain, negated);
  }

  private static List<String> members(String text) {
    if (!text.endsWith("]")) {
      throw new IllegalArgumentException("'" + text + "' does not end with a bracket");
    }
    List<String> members = new ArrayList<>();
    int depth = 0;
    int from = 1;
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i == text.length() - 1;
      if (depth == 0 && (c == ',' || last)) {
        members.add(text.substring(from, i).strip());
        from = i + 1;
      } else if (c == '[') {
        depth++;
      } else if (c == ']') {
        depth--;
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("brackets of '" + text + "' do not match");
    }
    return members;
  }
}
