package org.statelessnf.conformance;

import java.util.List;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;

/** Told how a run gets on; called on the thread that runs it. */
public interface ConformanceListener {
  /** Hears nothing. */
  ConformanceListener NONE = new ConformanceListener() {};

  /**
   * The store is open, the rules are known.
   *
   * @param store what is tested
   * @param rules all that will be tried, in their order
   * @param seed of the run
   */
  default void started(StoreFacts store, List<RuleInfo> rules, long seed) {}

  /**
   * A rule is about to be tried.
   *
   * @param rule which
   * @param done how many were tried before it
   */
  default void ruleStarted(RuleInfo rule, int done) {}

  /**
   * A rule was tried.
   *
   * @param result what became of it
   * @param done how many were tried, it included
   */
  default void ruleFinished(RuleResult result, int done) {}
}
