package org.statelessnf.nf.packet;

/** Whoever a packet's buffer goes back to: a pool, or a port whose driver owns the buffers. */
public interface PacketOwner {
  /**
   * Takes the packet back. The caller must own it, and must not touch it or its memory afterwards.
   * Any thread may call.
   */
  void release(Packet packet);
}
