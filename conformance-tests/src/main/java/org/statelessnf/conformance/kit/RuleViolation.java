package org.statelessnf.conformance.kit;

/** A rule was broken: says which, where to look, and how to repeat it. */
public final class RuleViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** The rule's id. */
  private final String ruleId;

  RuleViolation(Rule rule, long seed, Throwable cause) {
    super(
        "%s: %s%n  %s%n  look at: %s%n  repeat with: -Dsnf.seed=%d"
            .formatted(rule.id(), cause.getMessage(), rule.text(), rule.lookAt(), seed),
        cause);
    this.ruleId = rule.id();
  }

  /** The rule's id. */
  public String ruleId() {
    return ruleId;
  }
}
