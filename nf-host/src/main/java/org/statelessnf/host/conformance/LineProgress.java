package org.statelessnf.host.conformance;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.statelessnf.conformance.ConformanceListener;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;

/** A line per rule, for logs. Used by the thread that runs the suite. */
public final class LineProgress implements ConformanceListener {
  private final PrintWriter talk;
  private int total;

  /**
   * Says nothing yet.
   *
   * @param talk where the lines go
   */
  public LineProgress(PrintWriter talk) {
    this.talk = talk;
  }

  @Override
  public void started(StoreFacts store, List<RuleInfo> rules, long seed) {
    total = rules.size();
    talk.println(header(store, total, seed));
  }

  @Override
  public void ruleFinished(RuleResult result, int done) {
    talk.printf(
        Locale.ROOT,
        "[%d/%d] %s %s (%.1f s)%s%n",
        done,
        total,
        result.rule().id(),
        result.status().name().toLowerCase(Locale.ROOT),
        result.took().toMillis() / 1e3,
        result.reason().isEmpty() ? "" : ": " + firstLine(result.reason()));
  }

  /** What is tried on which store. */
  static String header(StoreFacts store, int rules, long seed) {
    return "snf conformance: %s (%s), %d rules, seed %d"
        .formatted(store.uri(), store.description(), rules, seed);
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
