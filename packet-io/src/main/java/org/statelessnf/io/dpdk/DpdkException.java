package org.statelessnf.io.dpdk;

import org.jspecify.annotations.Nullable;

/**
 * DPDK is not there, or something that was asked of it failed. The message is one line for the
 * user.
 */
public class DpdkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DpdkException(String message) {
    super(message);
  }

  DpdkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
