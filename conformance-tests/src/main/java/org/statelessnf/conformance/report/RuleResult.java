package org.statelessnf.conformance.report;

import java.time.Duration;
import java.util.Map;
import org.statelessnf.conformance.kit.RuleInfo;

/**
 * What became of a rule.
 *
 * @param rule the rule
 * @param status passed, failed or skipped
 * @param reason why it was skipped, or what failed, in a line; empty if it passed
 * @param details the whole failure with its stack trace; empty otherwise
 * @param took how long it ran
 * @param measurements what it measured, in the order reported
 */
public record RuleResult(
    RuleInfo rule,
    Status status,
    String reason,
    String details,
    Duration took,
    Map<String, String> measurements) {

  /** How a rule can end. */
  public enum Status {
    /** The store keeps it. */
    PASSED,
    /** The store breaks it. */
    FAILED,
    /** It does not apply, or could not be tried. */
    SKIPPED
  }
}
