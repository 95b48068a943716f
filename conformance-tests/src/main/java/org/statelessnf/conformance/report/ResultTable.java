package org.statelessnf.conformance.report;

import java.util.Locale;

/** The result as a table for people. */
public final class ResultTable {
  private static final int MAX_LINE = 120;

  private ResultTable() {}

  /**
   * Writes the table: rule, result, time, and the rule's text or, where it did not pass, the
   * reason.
   *
   * @param result of a run
   * @return lines, each ended
   */
  public static String of(ConformanceResult result) {
    StringBuilder text = new StringBuilder();
    line(text, "rule  result   seconds  ");
    for (RuleResult one : result.rules()) {
      String what =
          one.status() == RuleResult.Status.PASSED ? one.rule().text() : firstLine(one.reason());
      line(
          text,
          "%-4s  %-7s  %7.1f  %s"
              .formatted(
                  one.rule().id(),
                  one.status().name().toLowerCase(Locale.ROOT),
                  one.took().toMillis() / 1e3,
                  what));
    }
    result.problems().forEach(problem -> line(text, "problem: " + problem));
    line(
        text,
        "%s  %s  (%s, seed %d, %.0f s)"
            .formatted(
                result.store().uri(),
                result.verdict(),
                result.summary(),
                result.seed(),
                result.took().toMillis() / 1e3));
    return text.toString();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static void line(StringBuilder text, String line) {
    boolean tooLong = line.length() > MAX_LINE;
    text.append(tooLong ? line.substring(0, MAX_LINE - 1) + "…" : line.stripTrailing());
    text.append(System.lineSeparator());
  }
}
