package org.statelessnf.host.replay;

import java.util.HashSet;
import java.util.Set;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;

/**
 * Which packets belong together: both directions of a flow, ICMP errors about it, and fragments.
 *
 * <p>Fragments do not carry ports. From the first one that two hosts exchange, all packets between
 * them count as one flow; the change-over is made while nothing is under way, so that no packet is
 * known by two names at a time. An ICMP error between other hosts may quote such a packet; once
 * there are fragments, errors go alone.
 *
 * <p>One thread only.
 */
final class FlowIdentity {
  private final Set<Long> fragmenting = new HashSet<>();

  /** Whether the packet must wait until nothing is under way. */
  boolean needsQuiet(Packet packet) {
    return goesAlone(packet)
        || (packet.isFragment() && !fragmenting.contains(FlowKeys.addressHash(packet)));
  }

  /** Whether nothing may follow the packet until it has left. */
  boolean goesAlone(Packet packet) {
    return packet.isIcmpError() && !fragmenting.isEmpty();
  }

  /** The flow's hash. */
  long of(Packet packet) {
    if (packet.isFragment()) {
      long pair = FlowKeys.addressHash(packet);
      fragmenting.add(pair);
      return pair;
    }
    if (!fragmenting.isEmpty()) {
      long pair = FlowKeys.addressHash(packet);
      if (fragmenting.contains(pair)) {
        return pair;
      }
    }
    return FlowKeys.flowHash(packet);
  }
}
