package org.statelessnf.host.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.statelessnf.nf.packet.Packet;

/**
 * Hosts around a load balancer: back ends answer with their own address, clients see the virtual
 * one. A connection must stay with its back end.
 */
final class BalancerPeer implements Peer {
  private final long virtual;
  private final Set<Long> backends;
  private final Map<Long, Long> backendOf = new HashMap<>();

  BalancerPeer(long virtual, Set<Long> backends) {
    this.virtual = virtual;
    this.backends = Set.copyOf(backends);
  }

  @Override
  public void depart(Packet p) {
    if (p.ipVersion() == 4 && Frames.source(p) == virtual) {
      Long backend = backendOf.get(Frames.destination(p));
      if (backend != null) {
        Frames.writeSource(p, backend);
      }
    }
  }

  @Override
  public boolean accept(Packet out, Packet original) {
    if (original.ipVersion() != 4) {
      return Frames.isSame(out, original);
    }
    if (!Frames.hasRightChecksums(out) || !Frames.hasSamePayload(out, original)) {
      return false;
    }
    if (Frames.destination(original) == virtual) {
      long backend = Frames.destination(out);
      Long before = backendOf.putIfAbsent(Frames.source(original), backend);
      return backends.contains(backend) && (before == null || before == backend);
    }
    return Frames.source(out) == Frames.source(original);
  }
}
