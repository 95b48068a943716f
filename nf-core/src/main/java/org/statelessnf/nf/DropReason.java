package org.statelessnf.nf;

/** Why a packet was dropped. One constant, one text, one counter. */
public enum DropReason {
  /** No step gave a verdict. */
  NO_VERDICT("no verdict"),
  /** Headers truncated, malformed or lying. */
  MALFORMED("malformed headers"),
  /** A checksum is wrong and checking was asked for. */
  BAD_CHECKSUM("bad checksum"),
  /** Not IP, and policy says drop. */
  NOT_IP("not IP"),
  /** A fragment that cannot be judged. */
  FRAGMENT("fragment"),
  /** To a group or a broadcast address, and policy says drop. */
  MULTICAST("multicast or broadcast"),
  /** An upper protocol that policy drops. */
  PROTOCOL("protocol not allowed"),
  /** The rules say drop. */
  RULE("denied by rule"),
  /** A new flow from outside. */
  UNSOLICITED("unsolicited from outside"),
  /** Does not fit the state of its flow, or has no flow. */
  INVALID_STATE("invalid in this state"),
  /** TCP sequence numbers out of window. */
  OUT_OF_WINDOW("out of window"),
  /** An ICMP error about a flow that is not known. */
  ICMP_UNRELATED("ICMP error about no known flow"),
  /** No mapping for this destination. */
  NO_MAPPING("no mapping"),
  /** No external port is free. */
  PORTS_EXHAUSTED("external ports exhausted"),
  /** The subscriber has used up its share. */
  LIMIT("limit reached"),
  /** No back end is in service. */
  NO_BACKEND("no back end in service"),
  /** The store does not answer. */
  STORE_UNAVAILABLE("store unavailable"),
  /** The store has no room for new state. */
  STORE_FULL("store full"),
  /** The store refused the request as such. */
  STORE_REFUSED("store refused"),
  /** The network function failed on this packet. */
  NF_FAILED("network function failed"),
  /** Records were changed by others again and again. */
  CONFLICT("too many conflicts"),
  /** The way out takes no more packets. */
  EGRESS_FULL("egress full"),
  /** No buffer was free for a frame to be emitted, or none is large enough. */
  NO_BUFFER("no packet buffer");

  private static final DropReason[] VALUES = values();

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Position of its counter. */
  @SuppressWarnings("EnumOrdinal") // an array index within one run, never stored
  public int index() {
    return ordinal();
  }

  /** How many reasons there are. */
  public static int count() {
    return VALUES.length;
  }

  /**
   * The reason of a counter's index.
   *
   * @param index {@link #index} of the reason
   */
  public static DropReason of(int index) {
    return VALUES[index];
  }
}
