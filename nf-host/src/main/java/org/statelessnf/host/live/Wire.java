package org.statelessnf.host.live;

import java.util.Map;
import org.statelessnf.io.wire.WireCounters;
import org.statelessnf.nf.engine.PipePorts;

/**
 * Two joined devices as a pipe sees them.
 *
 * @param ports what the pipe receives from and transmits to
 * @param counters what was done beside the network function, by side; empty if nothing can be
 */
public record Wire(PipePorts ports, Map<String, WireCounters> counters) {

  /** Gives back the packets that the wire itself holds. The pipe must have ended. */
  void close() {
    if (!counters.isEmpty()) {
      ports.toOutside().close();
      ports.toInside().close();
    }
  }
}
