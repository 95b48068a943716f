package org.statelessnf.host;

/** What the command's exit code says. */
public final class ExitCode {
  /** All is well. */
  public static final int OK = 0;

  /** Something failed while it ran. */
  public static final int RUNTIME = 1;

  /** A flag, a URI, a configuration, a rules file or a capture is wrong. */
  public static final int USAGE = 2;

  /** The store does not keep the contract. */
  public static final int CONFORMANCE_FAILED = 3;

  /** The store did not answer within its deadline. */
  public static final int STORE_UNREACHABLE = 4;

  private ExitCode() {}
}
