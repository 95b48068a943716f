package org.statelessnf.host.conformance;

import java.io.PrintWriter;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.statelessnf.conformance.ConformanceListener;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;

/**
 * A bar that fills, for a terminal; broken rules are told above it at once. Called by the thread
 * that runs the suite, drawn by the bar's own; both write under one lock.
 */
public final class BarProgress implements ConformanceListener, AutoCloseable {
  private static final int REFRESH_MILLIS = 200;

  private final PrintWriter talk;
  private final int columns;
  private final Object lock = new Object();
  private @Nullable ProgressBar bar;
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
    bar =
        ProgressBar.builder()
            .setTaskName("rules")
            .setInitialMax(rules.size())
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .hideEta() // rules take from nothing to seconds
            .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns - 1))
            .build();
  }

  @Override
  public void ruleStarted(RuleInfo rule, int done) {
    if (bar != null) {
      bar.setExtraMessage(rule.id() + (failed == 0 ? "" : ", " + failed + " failed"));
    }
  }

  @Override
  public void ruleFinished(RuleResult result, int done) {
    if (result.status() == RuleResult.Status.FAILED) {
      failed++;
      synchronized (lock) {
        erase();
        talk.println("failed: " + LineProgress.firstLine(result.reason()));
      }
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      synchronized (lock) {
        erase();
        talk.flush();
      }
    }
  }

  private void draw(String line) {
    synchronized (lock) {
      talk.print("\r" + line);
      talk.flush();
    }
  }

  private void erase() {
    talk.print("\r" + " ".repeat(columns - 1) + "\r");
  }
}
