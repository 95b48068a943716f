package org.statelessnf.io.wire;

/** What a wire did with frames beside the network function. One constant, one text, one counter. */
public enum WireEvent {
  /** A bridge let an ARP frame pass. */
  PASSED_ARP("passed: ARP"),
  /** A bridge let neighbour or router discovery pass. */
  PASSED_ND("passed: IPv6 neighbour discovery"),
  /** A bridge let LLDP, STP or their like pass. */
  PASSED_CONTROL("passed: link control"),
  /** A bridge let another frame pass that is not IP. */
  PASSED_OTHER("passed: not IP"),
  /** Policy says drop. */
  DROPPED_BY_POLICY("dropped: by --pass"),
  /** To another station's hardware address. */
  NOT_FOR_US("dropped: to another station"),
  /** Nothing that a router forwards: not IP, tagged, to a group. */
  NOT_ROUTABLE("dropped: not routable"),
  /** Headers that make no sense. */
  MALFORMED("dropped: malformed"),
  /** An ARP request or a neighbour solicitation was answered. */
  NEIGHBOR_ANSWERED("neighbour requests answered"),
  /** An ARP request or a neighbour solicitation was sent. */
  NEIGHBOR_ASKED("neighbour requests sent"),
  /** An own address, or one that is answered for, was announced. */
  ANNOUNCED("addresses announced"),
  /** A packet waited for its next hop's hardware address. */
  HELD("held for a neighbour's answer"),
  /** The next hop does not answer, or too many packets wait for it. */
  UNRESOLVED("dropped: neighbour unresolved"),
  /** No address, no gateway for this destination. */
  NO_ROUTE("dropped: no route"),
  /** An echo request to an own address was answered. */
  ECHO_ANSWERED("echo requests answered"),
  /** To an own address, and nothing that is answered. */
  LOCAL("dropped: to an own address"),
  /** The time to live has run out. */
  TTL_EXPIRED("dropped: time to live exceeded"),
  /** Longer than the way on allows. */
  TOO_BIG("dropped: larger than the MTU"),
  /** An ICMP error was sent. */
  ICMP_ERROR_SENT("ICMP errors sent"),
  /** The device takes no more frames. */
  EGRESS_FULL("dropped: egress full");

  private static final WireEvent[] VALUES = values();

  private final String text;

  WireEvent(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  static int count() {
    return VALUES.length;
  }
}
