package org.statelessnf.conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;

/** Turns what JUnit tells into results by rule. */
final class RunCollector implements TestExecutionListener {
  private final ConformanceListener listener;
  private final StoreFacts facts;
  private final long seed;
  private final List<RuleResult> results = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Instant> started = new HashMap<>();
  private final Map<String, Map<String, String>> measured = new HashMap<>();

  RunCollector(ConformanceListener listener, StoreFacts facts, long seed) {
    this.listener = listener;
    this.facts = facts;
    this.seed = seed;
  }

  ConformanceResult result(Instant begin, double scale, boolean complete) {
    return new ConformanceResult(
        facts,
        seed,
        scale,
        complete,
        begin,
        Duration.between(begin, Instant.now()),
        results,
        problems);
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    List<RuleInfo> rules = new ArrayList<>();
    plan.accept(
        new TestPlan.Visitor() {
          @Override
          public void visit(TestIdentifier test) {
            rule(test).ifPresent(rules::add);
          }
        });
    listener.started(facts, rules, seed);
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), Instant.now());
    rule(test).ifPresent(rule -> listener.ruleStarted(rule, results.size()));
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    measured
        .computeIfAbsent(test.getUniqueId(), id -> new LinkedHashMap<>())
        .putAll(entry.getKeyValuePairs());
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    rule(test).ifPresent(rule -> add(test, rule, RuleResult.Status.SKIPPED, reason, ""));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Optional<RuleInfo> rule = rule(test);
    Throwable thrown = result.getThrowable().orElse(null);
    String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
    if (rule.isEmpty()) {
      if (thrown != null) {
        problems.add(test.getDisplayName() + ": " + message.lines().findFirst().orElse(""));
      }
      return;
    }
    switch (result.getStatus()) {
      case SUCCESSFUL -> add(test, rule.get(), RuleResult.Status.PASSED, "", "");
      case ABORTED -> add(test, rule.get(), RuleResult.Status.SKIPPED, message, "");
      case FAILED -> add(test, rule.get(), RuleResult.Status.FAILED, message, details(thrown));
    }
  }

  private void add(
      TestIdentifier test, RuleInfo rule, RuleResult.Status status, String reason, String details) {
    Instant from = started.getOrDefault(test.getUniqueId(), Instant.now());
    RuleResult result =
        new RuleResult(
            rule,
            status,
            reason,
            details,
            Duration.between(from, Instant.now()),
            measured.getOrDefault(test.getUniqueId(), Map.of()));
    results.add(result);
    listener.ruleFinished(result, results.size());
  }

  private static String details(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private static Optional<RuleInfo> rule(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod())
        .filter(method -> method.isAnnotationPresent(Rule.class))
        .map(RuleInfo::of);
  }
}
