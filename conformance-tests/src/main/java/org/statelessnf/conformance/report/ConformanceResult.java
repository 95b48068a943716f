package org.statelessnf.conformance.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Result of a run.
 *
 * @param store what was tested
 * @param seed what all random choices followed from; the same seed repeats them
 * @param scale factor on bulk work that it ran with
 * @param complete whether all rules were asked for, not a selection
 * @param started when it began
 * @param took how long it ran
 * @param rules what became of each rule, in the order they ran
 * @param problems what went wrong outside of rules; empty if nothing did
 */
public record ConformanceResult(
    StoreFacts store,
    long seed,
    double scale,
    boolean complete,
    Instant started,
    Duration took,
    List<RuleResult> rules,
    List<String> problems) {

  /** Copies the lists. */
  public ConformanceResult {
    rules = List.copyOf(rules);
    problems = List.copyOf(problems);
  }

  /** Whether the store conforms: some rules were tried, and it broke none. */
  public boolean passed() {
    return problems.isEmpty()
        && count(RuleResult.Status.FAILED) == 0
        && count(RuleResult.Status.PASSED) > 0;
  }

  /** What may be said of the store, in words. */
  public String verdict() {
    if (passed()) {
      return complete ? "conforms" : "keeps the rules tried";
    }
    boolean broken = !problems.isEmpty() || count(RuleResult.Status.FAILED) > 0;
    return broken ? "does not conform" : "nothing could be tried";
  }

  /**
   * How many rules ended so.
   *
   * @param status how
   */
  public int count(RuleResult.Status status) {
    return (int) rules.stream().filter(rule -> rule.status() == status).count();
  }

  /** One line: how many rules passed, failed and were skipped. */
  public String summary() {
    return "%d passed, %d failed, %d skipped"
        .formatted(
            count(RuleResult.Status.PASSED),
            count(RuleResult.Status.FAILED),
            count(RuleResult.Status.SKIPPED));
  }
}
