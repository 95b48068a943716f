package org.statelessnf.store;

/**
 * The store cannot be reached, or did not answer within the deadline, while it was being opened.
 */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message only.
   *
   * @param message one line
   */
  public StoreUnavailableException(String message) {
    super(message);
  }

  /**
   * With the cause.
   *
   * @param message one line
   * @param cause what the backend's library threw
   */
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
