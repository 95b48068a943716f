package org.statelessnf.conformance.kit;

/** What a fixture can do to the store behind the tests' back. */
public enum Fault {
  /** Kill the server as by {@code kill -9}, and start it again. */
  KILL,
  /** Stop the server as by SIGSTOP, and let it go on. */
  STOP,
  /** Leave no room for a new record, and make room again. */
  FULL,
  /** Stand between client and server with a {@link org.statelessnf.conformance.proxy.TcpProxy}. */
  PROXY
}
