package org.statelessnf.host.replay;

/** How packets are dealt to the lanes (instances and their pipes). */
public enum Spray {
  /** Single packets in turn: neighbours of a flow meet in different instances. */
  PACKET,
  /** By the flow's hash: both directions of a flow, and ICMP errors about it, go the same way. */
  FLOW
}
