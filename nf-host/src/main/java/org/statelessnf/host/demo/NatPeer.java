package org.statelessnf.host.demo;

import java.util.HashMap;
import java.util.Map;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;

/**
 * Hosts around a NAT: the outside answers to the endpoint that it has seen. Every inside endpoint
 * must keep one external endpoint, and no two may share one.
 */
final class NatPeer implements Peer {
  private final CidrSet inside;
  private final Map<Long, Long> external = new HashMap<>();
  private final Map<Long, Long> internal = new HashMap<>();

  NatPeer(CidrSet inside) {
    this.inside = inside;
  }

  @Override
  public void depart(Packet p) {
    if (!isTranslated(p) || inside.containsSource(p)) {
      return;
    }
    if (p.isIcmpError()) {
      Long seen = external.get(key(p.innerProtocol(), Frames.quotedSource(p)));
      if (seen != null) {
        Frames.writeQuotedSource(p, endpoint(seen));
      }
      return;
    }
    Long seen = external.get(key(p.protocol(), Frames.destination(p)));
    if (seen != null) {
      Frames.writeDestination(p, endpoint(seen));
    }
  }

  @Override
  public boolean accept(Packet out, Packet original) {
    if (!isTranslated(original)) {
      return Frames.isSame(out, original);
    }
    if (!Frames.hasRightChecksums(out)) {
      return false;
    }
    if (original.isIcmpError()) {
      return Frames.quotedSource(out) == Frames.quotedSource(original);
    }
    if (!Frames.hasSamePayload(out, original)) {
      return false;
    }
    if (!inside.containsSource(original)) {
      return Frames.destination(out) == Frames.destination(original);
    }
    long from = key(original.protocol(), Frames.source(original));
    long to = key(original.protocol(), Frames.source(out));
    Long before = external.putIfAbsent(from, to);
    Long owner = internal.putIfAbsent(to, from);
    return (before == null || before == to)
        && (owner == null || owner == from)
        && !inside.containsSource(out);
  }

  /** IPv6 and whatever is no IP passes untouched. */
  private static boolean isTranslated(Packet p) {
    return p.ipVersion() == 4;
  }

  private static long key(int protocol, long endpoint) {
    return (long) protocol << 48 | endpoint;
  }

  private static long endpoint(long key) {
    return key & 0xffff_ffff_ffffL;
  }
}
