package org.statelessnf.io.dpdk;

/** The user's mistake in a port's URI: what is wrong and where, in one line. */
public final class DpdkConfigException extends DpdkException {
  private static final long serialVersionUID = 1L;

  DpdkConfigException(String message) {
    super(message);
  }
}
