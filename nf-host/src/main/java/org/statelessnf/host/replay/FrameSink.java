package org.statelessnf.host.replay;

import java.io.IOException;
import org.statelessnf.nf.packet.Packet;

/** Where packets go that come out of the instances. One thread only. */
public interface FrameSink {

  /**
   * Takes a copy of a packet.
   *
   * @param packet stays the caller's
   * @throws IOException one line that names the sink
   */
  void write(Packet packet) throws IOException;

  /** Nothing has come for a while: what was taken may be handed on. */
  default void flush() throws IOException {}
}
