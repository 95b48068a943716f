package org.statelessnf.host.replay;

import org.jspecify.annotations.Nullable;

/** A replay that cannot go on. The message is one line. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With what stands behind it.
   *
   * @param message one line
   * @param cause what was thrown below, or null
   */
  public ReplayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
