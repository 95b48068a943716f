package org.statelessnf.nf.firewall;

/** What becomes of packets that belong to no flow. */
public enum Policy {
  /** They pass, as through a wire. */
  PASS,
  /** They are dropped. */
  DROP
}
