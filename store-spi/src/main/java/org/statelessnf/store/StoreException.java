package org.statelessnf.store;

/**
 * A failure to open or use a store that is not the outcome of a single slot. The message is one
 * line that says what is wrong and where, without secrets, fit to be shown to a user.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message only.
   *
   * @param message one line
   */
  public StoreException(String message) {
    super(message);
  }

  /**
   * With the cause.
   *
   * @param message one line
   * @param cause what the backend's library threw
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
