package org.statelessnf.host.demo;

import org.statelessnf.nf.packet.Packet;

/**
 * The hosts on both sides of a network function. A trace shows packets as the hosts themselves saw
 * them; where a network function translates, the far side sees other addresses and answers to
 * those. One object serves one run.
 */
interface Peer {

  /**
   * A packet is about to depart: it is made what the hosts would have sent, after what they have
   * seen so far.
   *
   * @param packet parsed; its memory may be changed, not its length
   */
  void depart(Packet packet);

  /**
   * A packet came out.
   *
   * @param out parsed, as it came out
   * @param original parsed, as the trace has it
   * @return whether the hosts can go on with it: it is the right one, and its checksums are right
   */
  boolean accept(Packet out, Packet original);

  /** Hosts around a network function that changes nothing. */
  static Peer transparent() {
    return new Peer() {
      @Override
      public void depart(Packet packet) {}

      @Override
      public boolean accept(Packet out, Packet original) {
        return Frames.isSame(out, original);
      }
    };
  }
}
