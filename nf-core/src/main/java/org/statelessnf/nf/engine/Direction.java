package org.statelessnf.nf.engine;

import org.statelessnf.nf.packet.Packet;

/** Tells which side a packet comes from. Called on the thread that receives. */
@FunctionalInterface
public interface Direction {

  /**
   * Whether a packet comes from inside.
   *
   * @param packet parsed
   */
  boolean isFromInside(Packet packet);
}
