package org.statelessnf.nf.ips;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Cidr;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;

/**
 * A rule as it was read. Immutable; asking it allocates nothing.
 *
 * @param action what it does
 * @param protocols which packets it speaks of
 * @param source where they come from
 * @param destination where they go
 * @param bothWays whether also those from the destination to the source
 * @param contents what is to be found
 * @param scope where it is searched for
 * @param flow what is asked of the flow, flags of {@link FlowTest}
 * @param tests what is asked of the packet beside
 * @param identity what an alert says
 */
record Signature(
    Action action,
    Protocols protocols,
    Endpoint source,
    Endpoint destination,
    boolean bothWays,
    List<Content> contents,
    Scope scope,
    int flow,
    PacketTests tests,
    Identity identity) {

  /** Where contents are searched for. */
  enum Scope {
    /** In the payload of each packet. */
    PACKET,
    /** In the TCP stream of a direction; in the payload of what is not TCP. */
    STREAM,
    /** Both, and either suffices. */
    BOTH
  }

  /**
   * Addresses and ports.
   *
   * @param hosts the addresses; null for any
   * @param ports the ports; null for any
   */
  record Endpoint(@Nullable Terms<Cidr> hosts, @Nullable Terms<NumberTest> ports) {

    boolean matches(Packet p, boolean source) {
      if (ports != null) {
        int port = source ? p.sourcePort() : p.destinationPort();
        if (!ports.matches(range -> range.matches(port))) {
          return false;
        }
      }
      if (hosts == null) {
        return true;
      }
      int version = p.ipVersion();
      long address =
          p.l3Start()
              + (version == 4
                  ? source ? Ipv4Header.SOURCE_OFFSET : Ipv4Header.DESTINATION_OFFSET
                  : source ? Ipv6Header.SOURCE_OFFSET : Ipv6Header.DESTINATION_OFFSET);
      return hosts.matches(block -> block.contains(p.memory(), address, version));
    }
  }

  /**
   * What an alert says about the rule.
   *
   * @param gid generator, 1 unless the rule says otherwise
   * @param sid number of the rule
   * @param rev its revision
   * @param message its msg
   * @param category its classtype, as it is
   * @param priority 1 (worst) to 255, 3 unless the rule says otherwise
   * @param silent whether no alert is written (noalert)
   */
  record Identity(
      int gid, int sid, int rev, String message, String category, int priority, boolean silent) {}

  boolean inPacket() {
    return scope != Scope.STREAM;
  }

  boolean inStream() {
    return scope != Scope.PACKET;
  }

  /** Whether protocol, addresses and ports are the rule's. */
  boolean matchesHeader(Packet p) {
    if (!protocols.matches(p) || !p.hasAddresses()) {
      return false;
    }
    return (source.matches(p, true) && destination.matches(p, false))
        || (bothWays && source.matches(p, false) && destination.matches(p, true));
  }
}
