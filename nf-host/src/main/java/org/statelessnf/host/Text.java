package org.statelessnf.host;

import java.util.Locale;

/** Numbers for people. */
public final class Text {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private Text() {}

  /** {@code 34,362}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1.7}. */
  public static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  /** {@code 850 ns}, {@code 12.3 µs}, {@code 4.5 ms}, {@code 1.20 s}. */
  public static String nanos(long nanos) {
    if (nanos < MICRO) {
      return nanos + " ns";
    }
    if (nanos < MILLI) {
      return String.format(Locale.ROOT, "%.1f µs", nanos / (double) MICRO);
    }
    if (nanos < SECOND) {
      return String.format(Locale.ROOT, "%.1f ms", nanos / (double) MILLI);
    }
    return String.format(Locale.ROOT, "%.2f s", nanos / (double) SECOND);
  }

  /** {@code 1 packet}, {@code 2 packets}. */
  public static String plural(long number, String singular) {
    return count(number) + " " + singular + (number == 1 ? "" : "s");
  }
}
