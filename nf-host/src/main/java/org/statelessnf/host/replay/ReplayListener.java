package org.statelessnf.host.replay;

import org.statelessnf.nf.packet.Packet;

/** Told how a replay goes, by the thread that replays: must be quick and must not throw. */
public interface ReplayListener {
  /** Listens to nothing. */
  ReplayListener NONE = new ReplayListener() {};

  /**
   * Reading went on.
   *
   * @param bytesRead bytes of the source used so far
   * @param totalBytes its size, -1 if not known
   * @param packets packets dealt so far
   */
  default void onProgress(long bytesRead, long totalBytes, long packets) {}

  /**
   * A packet is about to be handed to an instance.
   *
   * @param packet parsed; the frame may be changed in place, such as an address that only earlier
   *     output tells. Its flow stays what it was when it was read
   * @param instance index of the instance
   */
  default void onDeparture(Packet packet, int instance) {}

  /**
   * An instance was killed.
   *
   * @param instance its name
   * @param packets packets dealt so far, to all instances
   * @param lost packets that died with it
   */
  default void onKill(String instance, long packets, long lost) {}
}
