package org.statelessnf.host.conformance;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.ConformanceListener;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;
import org.statelessnf.host.Terminal;

/**
 * A bar that fills, for a terminal; broken rules are told above it at once. Called by the thread
 * that runs the suite.
 */
public final class BarProgress implements ConformanceListener, AutoCloseable {
  private final PrintWriter talk;
  private final int columns;
  private Terminal.@Nullable Bar bar;
  private int failed;

  /**
   * Shows nothing yet.
   *
   * @param talk the terminal
   * @param columns its width
   */
  public BarProgress(PrintWriter talk, int columns) {
    this.talk = talk;
    this.columns = columns;
  }

  @Override
  public void started(StoreFacts store, List<RuleInfo> rules, long seed) {
    talk.println(LineProgress.header(store, rules.size(), seed));
    bar = new Terminal.Bar(talk, columns, "rules", rules.size());
  }

  @Override
  public void ruleStarted(RuleInfo rule, int done) {
    if (bar != null) {
      bar.doing(rule.id() + (failed == 0 ? "" : ", " + failed + " failed"));
    }
  }

  @Override
  public void ruleFinished(RuleResult result, int done) {
    if (bar == null) {
      return;
    }
    if (result.status() == RuleResult.Status.FAILED) {
      failed++;
      bar.tell("failed: " + LineProgress.firstLine(result.reason()));
    }
    bar.done(done);
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
