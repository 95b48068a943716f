package org.statelessnf.nf.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What holds for every parsed packet, good or bad. */
final class Invariants {
  private Invariants() {}

  /** Fails the test if the packet's results break a rule. */
  static void check(Packet p) {
    String violation = violation(p);
    if (violation != null) {
      throw new AssertionError(violation + ": " + p);
    }
  }

  /**
   * Everything that reads a parsed packet, for packets in memory of their exact size: a read out of
   * bounds throws.
   */
  static void use(Packet p, MemorySegment key) {
    Checksum.verifyIpv4Header(p);
    Checksum.verifyTransport(p);
    FlowKeys.flowHash(p);
    FlowKeys.writeBidirectional(p, key, 0);
    FlowKeys.writeInnerBidirectional(p, key, 0);
    FlowKeys.writeDatagram(p, key, 0);
    CidrSet.PRIVATE.containsSource(p);
    CidrSet.PRIVATE.containsDestination(p);
    if (p.parseStatus() == ParseStatus.OK && p.protocol() == IpProtocol.TCP && p.l4Offset() >= 0) {
      TcpOptions.isWellFormed(p.memory(), p.l4Start(), p.l4HeaderLength());
      TcpOptions.windowScale(p.memory(), p.l4Start(), p.l4HeaderLength());
    }
  }

  static @Nullable String violation(Packet p) {
    int length = p.length();
    boolean ok = p.parseStatus() == ParseStatus.OK;
    if (p.parseStatus() < 0 || p.parseStatus() >= ParseStatus.COUNT) {
      return "status out of range";
    }
    if (ok != (p.parseReason() == ParseReason.NONE) || p.parseReason() >= ParseReason.COUNT) {
      return "reason does not fit the status";
    }
    if (p.vlanCount() < 0 || p.vlanCount() > PacketParser.MAX_VLAN_TAGS) {
      return "vlan count";
    }
    if (!fits(p.l3Offset(), Math.max(p.l3HeaderLength(), p.l3TotalLength()), length)) {
      return "layer 3 out of bounds";
    }
    if (!fits(p.l4Offset(), p.l4HeaderLength(), length)) {
      return "layer 4 out of bounds";
    }
    if (!fits(p.payloadOffset(), p.payloadLength(), length)) {
      return "payload out of bounds";
    }
    if (!fits(p.fragmentHeaderOffset(), 8, length)) {
      return "fragment header out of bounds";
    }
    int address = p.ipVersion() == 4 ? 4 : 16;
    if (!fits(p.finalDestinationOffset(), address, length)) {
      return "final destination out of bounds";
    }
    if (p.hasAddresses() && !fits(p.l3Offset(), p.ipVersion() == 4 ? 20 : 40, length)) {
      return "addresses out of bounds";
    }
    if (!fits(p.innerL3Offset(), p.innerIpVersion() == 4 ? 20 : 40, length)) {
      return "quoted layer 3 out of bounds";
    }
    if (!fits(p.innerL4Offset(), 8, length)) {
      return "quoted layer 4 out of bounds";
    }
    if (p.innerL4Offset() >= 0 && (p.innerL3Offset() < 0 || !p.isIcmpError())) {
      return "quoted packet without an error";
    }
    if ((p.sourcePort() | p.destinationPort() | p.innerSourcePort() | p.innerDestinationPort())
            >>> 16
        != 0) {
      return "port out of range";
    }
    if (p.fragmentOffset() != 0 && (p.l4Offset() >= 0 || p.sourcePort() != 0)) {
      return "transport header in a later fragment";
    }
    return ok ? violationOfGood(p) : null;
  }

  private static @Nullable String violationOfGood(Packet p) {
    if (!p.hasAddresses() || (p.ipVersion() != 4 && p.ipVersion() != 6)) {
      return "good without addresses";
    }
    int headers = p.l3Offset() + p.l3HeaderLength();
    int end = p.l3Offset() + p.l3TotalLength();
    if (p.l3HeaderLength() < (p.ipVersion() == 4 ? 20 : 40) || headers > end) {
      return "good with a bad layer 3 length";
    }
    if (p.payloadOffset() < headers || p.payloadOffset() + p.payloadLength() > end) {
      return "good with payload outside the IP packet";
    }
    if (p.fragmentOffset() == 0 && p.protocol() == IpProtocol.TCP && p.l4HeaderLength() < 20) {
      return "good TCP without header";
    }
    if (p.fragmentOffset() == 0 && p.protocol() == IpProtocol.UDP && p.l4HeaderLength() != 8) {
      return "good UDP without header";
    }
    if (p.l4HeaderLength() > 0 && p.payloadOffset() != p.l4Offset() + p.l4HeaderLength()) {
      return "payload not behind the transport header";
    }
    return null;
  }

  private static boolean fits(int offset, int bytes, int length) {
    return offset == -1 || (offset >= 0 && bytes >= 0 && offset + bytes <= length);
  }
}
