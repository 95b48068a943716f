package org.statelessnf.host.lab;

import org.jspecify.annotations.Nullable;

/** Something that a lab needs is missing, or a command of it failed. The message is one line. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What went wrong.
   *
   * @param message one line
   */
  public LabException(String message) {
    this(message, null);
  }

  /**
   * What went wrong, and why.
   *
   * @param message one line
   */
  public LabException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
