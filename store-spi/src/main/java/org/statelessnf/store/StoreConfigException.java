package org.statelessnf.store;

/** The URI, an option or a spec is wrong: the caller's mistake, to be mended by the caller. */
public final class StoreConfigException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message only.
   *
   * @param message one line
   */
  public StoreConfigException(String message) {
    super(message);
  }

  /**
   * With the cause.
   *
   * @param message one line
   * @param cause what was thrown below
   */
  public StoreConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
