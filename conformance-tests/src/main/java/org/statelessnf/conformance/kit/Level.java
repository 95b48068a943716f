package org.statelessnf.conformance.kit;

import java.util.Locale;

/** How binding a rule is; the first word of its test's name. */
public enum Level {
  /** Every store must keep it. */
  REQUIRED,
  /** A store that declares the capability must keep it. */
  OPTIONAL,
  /** Must be kept; the test draws at random, and a broken store may pass it now and then. */
  STOCHASTIC;

  static Level of(String methodName) {
    int end = methodName.indexOf('_');
    return valueOf(methodName.substring(0, Math.max(0, end)).toUpperCase(Locale.ROOT));
  }
}
