package org.statelessnf.nf.packet;

/** {@link Packet#toString()}. */
final class PacketText {
  private PacketText() {}

  static String describe(Packet p) {
    StringBuilder text = new StringBuilder(96);
    if (p.vlanCount() > 0) {
      text.append("vlan x").append(p.vlanCount()).append(' ');
    }
    switch (p.parseStatus()) {
      case ParseStatus.OK -> addresses(text, p);
      case ParseStatus.UNPARSED -> text.append(ParseStatus.text(ParseStatus.UNPARSED));
      default -> {
        text.append(ParseStatus.text(p.parseStatus()));
        text.append(" (").append(ParseReason.text(p.parseReason())).append(')');
        if (p.parseStatus() == ParseStatus.NOT_IP) {
          text.append(" ethertype 0x").append(Integer.toHexString(p.etherType()));
        }
      }
    }
    return text.append(", frame ").append(p.length()).toString();
  }

  private static void addresses(StringBuilder text, Packet p) {
    boolean v4 = p.ipVersion() == 4;
    int source = v4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET;
    int destination = v4 ? Ipv4Header.DESTINATION_OFFSET : Ipv6Header.DESTINATION_OFFSET;
    boolean ports = IpProtocol.hasPorts(p.protocol()) && p.l4Offset() >= 0;
    text.append(IpProtocol.text(p.protocol())).append(' ');
    endpoint(text, p, source, ports, p.sourcePort());
    text.append(" > ");
    endpoint(text, p, destination, ports, p.destinationPort());
    if (p.isFragment()) {
      text.append(" fragment at ").append(p.fragmentOffset());
      if (p.moreFragments()) {
        text.append('+');
      }
    }
    if (p.protocol() == IpProtocol.TCP && p.l4Offset() >= 0) {
      text.append(" [").append(TcpHeader.flagsText(p.tcpFlags())).append(']');
    } else if ((p.protocol() == IpProtocol.ICMP || p.protocol() == IpProtocol.ICMPV6)
        && p.l4HeaderLength() > 0) {
      text.append(" type ").append(p.icmpType()).append(" code ").append(p.icmpCode());
    }
    text.append(" payload ").append(p.payloadLength());
    if (p.truncated()) {
      text.append(" (cut)");
    }
  }

  private static void endpoint(
      StringBuilder text, Packet p, int addressOffset, boolean withPort, int port) {
    boolean v4 = p.ipVersion() == 4;
    String address = Addresses.format(p.memory(), p.l3Start() + addressOffset, v4 ? 4 : 6);
    if (!withPort) {
      text.append(address);
    } else if (v4) {
      text.append(address).append(':').append(port);
    } else {
      text.append('[').append(address).append("]:").append(port);
    }
  }
}
