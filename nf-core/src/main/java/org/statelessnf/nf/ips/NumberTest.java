package org.statelessnf.nf.ips;

/**
 * What a number is compared with: {@code 5}, {@code !5}, {@code <5}, {@code >=5}, {@code 5<>9}
 * (between, ends left out) or a range {@code 5-9} or {@code 5:9} (ends included).
 *
 * @param low least that matches
 * @param high greatest that matches
 * @param negated whether it is the others that match
 */
record NumberTest(int low, int high, boolean negated) {

  boolean matches(int number) {
    return (low <= number && number <= high) != negated;
  }

  /**
   * Parses a comparison.
   *
   * @param what for the message, such as {@code dsize}
   * @param max greatest number that makes sense
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static NumberTest parse(String what, String text, int max) {
    String t = text.replace(" ", "");
    int between = t.indexOf("<>");
    if (between > 0) {
      int low = number(what, t.substring(0, between), max) + 1;
      int high = number(what, t.substring(between + 2), max) - 1;
      return range(what, text, low, high);
    }
    if (t.startsWith("!")) {
      int number = number(what, t.substring(1), max);
      return new NumberTest(number, number, true);
    }
    if (t.startsWith("<=")) {
      return new NumberTest(0, number(what, t.substring(2), max), false);
    }
    if (t.startsWith(">=")) {
      return new NumberTest(number(what, t.substring(2), max), max, false);
    }
    if (t.startsWith("<")) {
      return range(what, text, 0, number(what, t.substring(1), max) - 1);
    }
    if (t.startsWith(">")) {
      return range(what, text, number(what, t.substring(1), max) + 1, max);
    }
    int colon = Math.max(t.indexOf(':'), t.indexOf('-'));
    if (colon >= 0) {
      String first = t.substring(0, colon);
      String last = t.substring(colon + 1);
      return range(
          what,
          text,
          first.isEmpty() ? 0 : number(what, first, max),
          last.isEmpty() ? max : number(what, last, max));
    }
    int number = number(what, t, max);
    return new NumberTest(number, number, false);
  }

  /** A plain number from 0 to max. */
  static int number(String what, String text, int max) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number <= max) {
        return number;
      }
    }
    throw new IllegalArgumentException(what + ": '" + text + "' is no number from 0 to " + max);
  }

  private static NumberTest range(String what, String text, int low, int high) {
    if (low > high) {
      throw new IllegalArgumentException(what + ": nothing matches '" + text + "'");
    }
    return new NumberTest(low, high, false);
  }
}
