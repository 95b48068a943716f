package org.statelessnf.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as options give them. */
public final class Durations {
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m)");
  private static final long MILLI = 1_000_000;

  private Durations() {}

  /**
   * Nanoseconds.
   *
   * @param option for the message
   * @param text such as {@code 500ms}, {@code 3s} or {@code 1m}
   * @throws UsageException if it is no time
   */
  public static long nanos(String option, String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(option + " '" + text + "' is not a time such as 500ms, 3s or 1m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> number * MILLI;
      case "s" -> number * 1_000 * MILLI;
      default -> number * 60_000 * MILLI;
    };
  }
}
