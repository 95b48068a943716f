package org.statelessnf.host.bench.page;

import java.util.Locale;
import org.statelessnf.host.Text;

/** Numbers on axes and bars. */
final class Units {
  private Units() {}

  /** {@code 10 µs}: as {@link Text#nanos}, without decimals that say nothing. */
  static String nanos(double nanos) {
    return Text.nanos(Math.round(nanos)).replaceFirst("\\.0+ ", " ");
  }

  /** {@code 1.2 M}, {@code 350 k}. */
  static String rate(double perSecond) {
    if (perSecond >= 1e6) {
      return String.format(Locale.ROOT, perSecond >= 1e7 ? "%.0f M" : "%.1f M", perSecond / 1e6);
    }
    if (perSecond >= 1e3) {
      return String.format(Locale.ROOT, perSecond >= 1e4 ? "%.0f k" : "%.1f k", perSecond / 1e3);
    }
    return String.format(Locale.ROOT, "%.0f", perSecond);
  }
}
