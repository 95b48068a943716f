package org.statelessnf.host;

/** The user's mistake. The message is one line that says what is wrong and where. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message only.
   *
   * @param message one line
   */
  public UsageException(String message) {
    super(message);
  }

  /**
   * With what was thrown below.
   *
   * @param message one line
   * @param cause what was thrown
   */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
