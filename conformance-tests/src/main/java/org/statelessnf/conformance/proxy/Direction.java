package org.statelessnf.conformance.proxy;

/** Which way data flows, as Toxiproxy calls it. */
public enum Direction {
  /** From the client to the server. */
  UPSTREAM,
  /** From the server to the client. */
  DOWNSTREAM
}
