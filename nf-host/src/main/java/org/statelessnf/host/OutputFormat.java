package org.statelessnf.host;

/** How results are printed. */
public enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs: one JSON document. */
  JSON
}
