package org.statelessnf.nf.ips;

/** What a signature does. Those that come first are asked first, as in Suricata. */
enum Action {
  /** The packet passes, and with it the rest of its flow; no other signature is told. */
  PASS,
  /** The packet is dropped; if a stream matched, the rest of its flow too. */
  DROP,
  /** As drop, and the sender is told: a TCP reset or an ICMP error. */
  REJECT,
  /** An alert, nothing else. */
  ALERT;

  /** Whether the packet does not pass. */
  boolean blocks() {
    return this == DROP || this == REJECT;
  }
}
