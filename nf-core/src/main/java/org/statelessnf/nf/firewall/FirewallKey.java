package org.statelessnf.nf.firewall;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;

/**
 * Keys of flow records: the bidirectional keys of {@link FlowKeys}, with one change. ICMP queries
 * are told apart by identifier, kind of request and which end asks, so that an answer belongs to a
 * request and a request to no other one. In place of the ports they have:
 *
 * <pre>
 *  +-------------------------------+---------------+---------------+
 *  |          identifier           | request type  | 1: first asks |
 *  +-------------------------------+---------------+---------------+
 * </pre>
 */
final class FirewallKey {
  private FirewallKey() {}

  /** Writes the key of the packet's flow. */
  static int write(Packet p, MemorySegment key, long at) {
    int length = FlowKeys.writeBidirectional(p, key, at);
    if (isQuery(p)) {
      boolean firstAsks = FlowKeys.sourceFirst(p) == isRequest(p);
      query(key, at + length, p.sourcePort(), p.ipVersion(), p.icmpType(), firstAsks);
    }
    return length;
  }

  /**
   * Writes the key of the flow that an ICMP error is about.
   *
   * @return 0 if it quotes too little
   */
  static int writeInner(Packet p, MemorySegment key, long at) {
    int length = FlowKeys.writeInnerBidirectional(p, key, at);
    if (length > 0 && isIcmp(p.innerIpVersion(), p.innerProtocol())) {
      int type = IcmpHeader.type(p.memory(), p.innerL4Start());
      boolean firstAsks = FlowKeys.innerSourceFirst(p) == isRequest(p.innerIpVersion(), type);
      query(key, at + length, p.innerSourcePort(), p.innerIpVersion(), type, firstAsks);
    }
    return length;
  }

  /** ICMP or ICMPv6, as its IP version has it. */
  static boolean isIcmp(Packet p) {
    return isIcmp(p.ipVersion(), p.protocol());
  }

  /** A request or an answer with an identifier. */
  static boolean isQuery(Packet p) {
    return isIcmp(p)
        && (p.ipVersion() == 4
            ? IcmpHeader.isQuery(p.icmpType())
            : Icmpv6Header.isQuery(p.icmpType()));
  }

  /** Of two kinds of query, the one that asks. */
  static boolean isRequest(Packet p) {
    return isRequest(p.ipVersion(), p.icmpType());
  }

  private static boolean isRequest(int ipVersion, int type) {
    return ipVersion == 4 ? IcmpHeader.isRequest(type) : type == Icmpv6Header.ECHO_REQUEST;
  }

  private static boolean isIcmp(int ipVersion, int protocol) {
    return protocol == (ipVersion == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6);
  }

  private static void query(
      MemorySegment key, long end, int identifier, int ipVersion, int type, boolean firstAsks) {
    Wire.put16(key, end - 4, identifier);
    Wire.put8(key, end - 2, requestType(ipVersion, type));
    Wire.put8(key, end - 1, firstAsks ? 1 : 0);
  }

  private static int requestType(int ipVersion, int type) {
    if (isRequest(ipVersion, type)) {
      return type;
    }
    if (ipVersion == 6) {
      return Icmpv6Header.ECHO_REQUEST;
    }
    return type == IcmpHeader.ECHO_REPLY ? IcmpHeader.ECHO_REQUEST : type - 1; // 14, 16, 18
  }
}
