package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The good cases: every field where it belongs. Bad ones are in {@link HostileFrameTest}. */
class PacketParserTest {
  private static final int MF = 0x2000;
  private static final String MACS = "020000000001 020000000002 ";
  private static final String TCP_SYN =
      "1092 0050 00000001 00000000 60 02 ffff 0000 0000 020405b4 ";
  private static final String UDP = "1092 0035 000a 0000 6162 ";

  @Test
  void shouldDecodeTcpOverIpv4() {
    Packet p = parse(ETH4 + ipv4(6, 27, 0x4000) + TCP_SYN + "616263");
    assertThat(p.etherType()).isEqualTo(0x800);
    assertThat(p.vlanCount()).isZero();
    assertThat(p.l3Offset()).isEqualTo(14);
    assertThat(p.ipVersion()).isEqualTo(4);
    assertThat(p.l3HeaderLength()).isEqualTo(20);
    assertThat(p.l3TotalLength()).isEqualTo(47);
    assertThat(p.protocol()).isEqualTo(IpProtocol.TCP);
    assertThat(p.ttl()).isEqualTo(64);
    assertThat(p.l4Offset()).isEqualTo(34);
    assertThat(p.l4HeaderLength()).isEqualTo(24);
    assertThat(p.payloadOffset()).isEqualTo(58);
    assertThat(p.payloadLength()).isEqualTo(3);
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p.destinationPort()).isEqualTo(80);
    assertThat(p.tcpFlags()).isEqualTo(TcpHeader.SYN);
    assertThat(p.isFragment()).isFalse();
    assertThat(p.isMulticast()).isFalse();
    assertThat(p.truncated()).isFalse();
    assertThat(p.innerL3Offset()).isEqualTo(-1);
    assertThat(p).hasToString("tcp 10.0.0.1:4242 > 10.0.0.2:80 [S] payload 3, frame 61");
  }

  @Test
  void shouldDecodeUdpOverIpv6() {
    Packet p = parse(ETH6 + ipv6(17, 10) + UDP);
    assertThat(p.ipVersion()).isEqualTo(6);
    assertThat(p.l3HeaderLength()).isEqualTo(40);
    assertThat(p.l3TotalLength()).isEqualTo(50);
    assertThat(p.l4Offset()).isEqualTo(54);
    assertThat(p.payloadLength()).isEqualTo(2);
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p).hasToString("udp [2001:db8::1]:4242 > [2001:db8::2]:53 payload 2, frame 64");
  }

  @Test
  void shouldTakeAnUnparsedPacketForNothingElse() {
    Packet p = Frames.packet(Frames.bytes(ETH4 + ipv4(17, 10, 0) + UDP), LinkType.ETHERNET);
    assertThat(p.parseStatus()).isEqualTo(ParseStatus.UNPARSED);
    assertThat(p).hasToString("not parsed, frame 44");
    Invariants.use(p, MemorySegment.ofArray(new byte[FlowKeys.MAX_LENGTH]));
    assertThat(FlowKeys.flowHash(p)).isZero();
    PacketParser.parse(p);
    p.wrap(p.memory(), p.offset(), p.length(), p.length(), 0);
    assertThat(p.parseStatus()).isEqualTo(ParseStatus.UNPARSED);
  }

  @Test
  void shouldForgetTheLastPacketsResults() {
    Packet p =
        parse(
            ETH4
                + ipv4(1, 36, 0)
                + "03 01 0000 00000000 "
                + ipv4(17, 20, 0)
                + UDP.substring(0, 20));
    assertThat(p.innerL4Offset()).isPositive();
    byte[] arp = Frames.bytes(MACS + "0806 0001 0800 06 04 0001" + "00".repeat(20));
    Packet other = Frames.packet(arp, LinkType.ETHERNET);
    p.wrap(other.memory(), other.offset(), other.length(), other.wireLength(), 0);
    assertThat(PacketParser.parse(p)).isEqualTo(ParseStatus.NOT_IP);
    assertThat(p.innerL4Offset()).isEqualTo(-1);
    assertThat(p.isIcmpError()).isFalse();
    assertThat(p.ipVersion()).isZero();
    assertThat(p.protocol()).isZero();
    assertThat(p.l4Offset()).isEqualTo(-1);
  }

  @Test
  void shouldLookBehindVlanTags_Ieee8021Q() {
    Packet p = parse(MACS + "88a8 2064 8100 a0c8 0800 " + ipv4(17, 10, 0) + UDP);
    assertThat(p.vlanCount()).isEqualTo(2);
    assertThat(p.etherType()).isEqualTo(0x800);
    assertThat(p.l3Offset()).isEqualTo(22);
    assertThat(p.sourcePort()).isEqualTo(4242);
    long tag = p.offset() + VlanTag.FIRST_TAG_OFFSET;
    assertThat(VlanTag.tpid(p.memory(), tag)).isEqualTo(0x88a8);
    assertThat(VlanTag.id(p.memory(), tag)).isEqualTo(100);
    assertThat(VlanTag.id(p.memory(), tag + VlanTag.LENGTH)).isEqualTo(200);
    assertThat(VlanTag.priority(p.memory(), tag + VlanTag.LENGTH)).isEqualTo(5);
  }

  @Test
  void shouldCallOtherEtherTypesNotIp() {
    String arp = MACS + "0806 0001 0800 06 04 0002 020000000002 0a000001 020000000001 0a000002";
    Packet p = parseAs(ParseStatus.NOT_IP, arp, LinkType.ETHERNET);
    assertThat(p.l3Offset()).isEqualTo(14);
    assertThat(ArpPacket.isIpv4OverEthernet(p.memory(), p.l3Start())).isTrue();
    assertThat(ArpPacket.operation(p.memory(), p.l3Start())).isEqualTo(ArpPacket.OPERATION_REPLY);
    assertThat(ArpPacket.senderProtocol(p.memory(), p.l3Start())).isEqualTo(0x0a000001);
    assertThat(ArpPacket.targetHardware(p.memory(), p.l3Start())).isEqualTo(0x020000000001L);
    assertThat(p).hasToString("not ip (ethertype is not ip) ethertype 0x806, frame 42");
    for (String type : new String[] {"8847", "8864", "0026", "88cc"}) {
      parseAs(ParseStatus.NOT_IP, MACS + type + "4500".repeat(20), LinkType.ETHERNET);
    }
    parseAs(ParseStatus.TRUNCATED, arp.substring(0, arp.length() - 2), LinkType.ETHERNET);
  }

  @Test
  void shouldDecodeRawIpLinks() {
    String v4 = ipv4(17, 10, 0) + UDP;
    String v6 = ipv6(17, 10) + UDP;
    assertThat(parseAs(0, v4, LinkType.RAW_IP).l4Offset()).isEqualTo(20);
    assertThat(parseAs(0, v6, LinkType.RAW_IP).l4Offset()).isEqualTo(40);
    assertThat(parseAs(0, v6, LinkType.RAW_IP).etherType()).isEqualTo(0x86dd);
    assertThat(parseAs(0, v6, LinkType.RAW_IP_12).l4Offset()).isEqualTo(40);
    assertThat(parseAs(0, v4, LinkType.RAW_IP_14).l4Offset()).isEqualTo(20);
    assertThat(parseAs(0, v4, LinkType.RAW_IPV4).ipVersion()).isEqualTo(4);
    assertThat(parseAs(0, v6, LinkType.RAW_IPV6).ipVersion()).isEqualTo(6);
    parseAs(ParseStatus.MALFORMED, v6, LinkType.RAW_IPV4);
  }

  @Test
  void shouldDecodeLinuxCookedLinks() {
    String header = "0002 0001 0006 020000000001 0000 ";
    Packet p = parseAs(0, header + "0800" + ipv4(17, 10, 0) + UDP, LinkType.LINUX_SLL);
    assertThat(p.l3Offset()).isEqualTo(16);
    assertThat(p.isMulticast()).as("packet type 2").isTrue();
    p = parseAs(0, header + "8100 0064 0800" + ipv4(17, 10, 0) + UDP, LinkType.LINUX_SLL);
    assertThat(p.l3Offset()).isEqualTo(20);
    assertThat(p.vlanCount()).isEqualTo(1);
    String header2 = "86dd 0000 00000003 0001 00 06 020000000001 0000 ";
    p = parseAs(0, header2 + ipv6(17, 10) + UDP, LinkType.LINUX_SLL2);
    assertThat(p.l3Offset()).isEqualTo(20);
    assertThat(p.isMulticast()).isFalse();
  }

  @Test
  void shouldStepOverIpv4Options_Rfc791() {
    String header = "47" + ipv4(17, 18, 0).substring(2);
    Packet p = parse(ETH4 + header + "0101010101010100" + UDP);
    assertThat(p.l3HeaderLength()).isEqualTo(28);
    assertThat(p.l4Offset()).isEqualTo(42);
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p.payloadLength()).isEqualTo(2);
  }

  @Test
  void shouldNotCountEthernetPaddingAsPayload() {
    Packet p = parse(ETH4 + ipv4(6, 24, 0) + TCP_SYN + "ff".repeat(2));
    assertThat(p.payloadLength()).isZero();
    assertThat(p.l3TotalLength()).isEqualTo(44);
    assertThat(p.truncated()).isFalse();
    // UDP's own length bounds the payload too.
    p = parse(ETH4 + ipv4(17, 20, 0) + UDP + "ff".repeat(10));
    assertThat(p.payloadLength()).isEqualTo(2);
  }

  @Test
  void shouldAcceptASnapLengthThatOnlyCutsPayload() {
    Packet p = parse(ETH4 + ipv4(6, 1024, 0) + TCP_SYN + "6162");
    assertThat(p.truncated()).isTrue();
    assertThat(p.l3TotalLength()).isEqualTo(46);
    assertThat(p.payloadLength()).isEqualTo(2);
    p = Frames.packet(Frames.bytes(ETH4 + ipv4(17, 10, 0) + UDP), LinkType.ETHERNET);
    p.wireLength(60);
    PacketParser.parse(p);
    assertThat(p.truncated()).as("padding cut").isTrue();
    assertThat(p.payloadLength()).isEqualTo(2);
  }

  @Test
  void shouldReadPortsInTheFirstFragmentOnly_Rfc791() {
    Packet p = parse(ETH4 + ipv4(17, 16, MF) + "1092 0035 0100 0000" + "00".repeat(8));
    assertThat(p.isFragment()).isTrue();
    assertThat(p.moreFragments()).isTrue();
    assertThat(p.fragmentOffset()).isZero();
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p.payloadLength()).isEqualTo(8);
    p = parse(ETH4 + ipv4(17, 16, MF | 3) + "1092 0035 0100 0000" + "00".repeat(8));
    assertThat(p.isFragment()).isTrue();
    assertThat(p.fragmentOffset()).isEqualTo(24);
    assertThat(p.l4Offset()).isEqualTo(-1);
    assertThat(p.sourcePort()).isZero();
    assertThat(p.payloadOffset()).isEqualTo(34);
    assertThat(p.payloadLength()).isEqualTo(16);
    assertThat(p).hasToString("udp 10.0.0.1 > 10.0.0.2 fragment at 24+ payload 16, frame 50");
  }

  @Test
  void shouldWalkIpv6ExtensionHeaders_Rfc8200() {
    String hopByHop = "2b 00 0104 00000000";
    String routing = "33 02 0000 00000000" + "20010db8000000000000000000000009";
    String authentication = "3c 01 0000 00000001 00000002";
    String destination = "06 01 0104 00000000 0104 00000000 0000";
    int extensions = 8 + 24 + 12 + 16;
    Packet p =
        parse(
            ETH6
                + ipv6(0, extensions + 24)
                + hopByHop
                + routing
                + authentication
                + destination
                + TCP_SYN);
    assertThat(p.l3HeaderLength()).isEqualTo(40 + extensions);
    assertThat(p.protocol()).isEqualTo(IpProtocol.TCP);
    assertThat(p.l4Offset()).isEqualTo(54 + extensions);
    assertThat(p.destinationPort()).isEqualTo(80);
    assertThat(p.finalDestinationOffset()).as("no segments left").isEqualTo(38);
  }

  @Test
  void shouldFindTheFinalDestinationOfARoutingHeader_Rfc8200() {
    String body = "20010db8000000000000000000000008" + "20010db8000000000000000000000009";
    assertThat(routed("11 04 00 02 00000000" + body, 40)).as("type 0: the last").isEqualTo(54 + 24);
    assertThat(routed("11 04 04 01 01000000" + body, 40))
        .as("RFC 8754: the first")
        .isEqualTo(54 + 8);
    assertThat(routed("11 04 09 01 00000000" + body, 40)).as("unknown type").isEqualTo(-1);
    assertThat(routed("11 04 00 03 00000000" + body, 40)).as("more left than listed").isEqualTo(-1);
    assertThat(routed("11 00 02 01 00000000", 8)).as("no room for an address").isEqualTo(-1);
  }

  private static int routed(String header, int length) {
    return parse(ETH6 + ipv6(43, length + 10) + header + UDP).finalDestinationOffset();
  }

  @Test
  void shouldDecodeIpv6Fragments_Rfc8200() {
    Packet p =
        parse(ETH6 + ipv6(44, 24) + "11 00 0001 0000abcd" + "1092 0035 0100 0000" + "00".repeat(8));
    assertThat(p.isFragment()).isTrue();
    assertThat(p.fragmentHeaderOffset()).isEqualTo(54);
    assertThat(p.sourcePort()).isEqualTo(4242);
    p = parse(ETH6 + ipv6(44, 24) + "11 00 0059 0000abcd" + "1092 0035 0100 0000" + "00".repeat(8));
    assertThat(p.fragmentOffset()).isEqualTo(88);
    assertThat(p.moreFragments()).isTrue();
    assertThat(p.l4Offset()).isEqualTo(-1);
    assertThat(p.payloadOffset()).isEqualTo(62);
    assertThat(p.payloadLength()).isEqualTo(16);
  }

  @Test
  void shouldTreatAnAtomicFragmentAsAWholeDatagram_Rfc6946() {
    Packet p = parse(ETH6 + ipv6(44, 18) + "11 00 0000 0000abcd" + UDP);
    assertThat(p.isFragment()).isFalse();
    assertThat(p.fragmentHeaderOffset()).isEqualTo(54);
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p.payloadLength()).isEqualTo(2);
  }

  @Test
  void shouldStopAtNoNextHeader_Rfc8200() {
    Packet p = parse(ETH6 + ipv6(59, 4) + "ffffffff");
    assertThat(p.protocol()).isEqualTo(IpProtocol.NO_NEXT);
    assertThat(p.l4Offset()).isEqualTo(-1);
    p = parse(ETH6 + ipv6(59, 0));
    assertThat(p.payloadLength()).isZero();
  }

  @Test
  void shouldAcceptAJumbogram_Rfc2675() {
    int udpBytes = 65_536;
    String frame = ETH6 + ipv6(0, 0) + "11 00 c204 00010008" + "1092 0035 0000 0000";
    Packet p = parse(frame + "00".repeat(udpBytes - 8));
    assertThat(p.l3TotalLength()).isEqualTo(40 + 8 + udpBytes);
    assertThat(p.payloadLength()).isEqualTo(udpBytes - 8);
    assertThat(p.truncated()).isFalse();
    p = parse(frame + "00".repeat(100));
    assertThat(p.truncated()).isTrue();
    assertThat(p.payloadLength()).isEqualTo(100);
  }

  @Test
  void shouldReadPortsOfAllTransportsThatHaveThem() {
    String ports = "1092 0050 ";
    assertThat(parse(ETH4 + ipv4(132, 12, 0) + ports + "00".repeat(8)).l4HeaderLength())
        .isEqualTo(12);
    assertThat(parse(ETH4 + ipv4(136, 9, 0) + ports + "0000 ffff 61").payloadLength()).isEqualTo(1);
    Packet dccp = parse(ETH4 + ipv4(33, 16, 0) + ports + "04 00 0000" + "00".repeat(8));
    assertThat(dccp.l4HeaderLength()).isEqualTo(16);
    assertThat(dccp.destinationPort()).isEqualTo(80);
  }

  @Test
  void shouldTakeTheIdentifierOfAnIcmpQueryForBothPorts_Rfc792() {
    for (int type : new int[] {0, 8, 13, 14, 15, 16, 17, 18}) {
      Packet p =
          parse(
              ETH4
                  + ipv4(1, 8, 0)
                  + Integer.toHexString(0x100 | type).substring(1)
                  + "00 0000 1234 0001");
      assertThat(p.icmpType()).isEqualTo(type);
      assertThat(p.sourcePort()).isEqualTo(0x1234);
      assertThat(p.destinationPort()).isEqualTo(0x1234);
      assertThat(p.isIcmpError()).isFalse();
    }
    Packet p = parse(ETH6 + ipv6(58, 8) + "81 00 0000 1234 0001");
    assertThat(p.sourcePort()).isEqualTo(0x1234);
    p = parse(ETH6 + ipv6(58, 24) + "87 00 0000 12340001" + "00".repeat(16));
    assertThat(p.sourcePort()).as("neighbour solicitation").isZero();
    assertThat(p.icmpType()).isEqualTo(135);
  }

  @Test
  void shouldDecodeThePacketAnIcmpErrorQuotes_Rfc792() {
    for (String type : new String[] {"03", "04", "05", "0b", "0c"}) {
      Packet p =
          parse(
              ETH4
                  + ipv4(1, 36, 0)
                  + type
                  + "04 0000 000005dc"
                  + ipv4(6, 500, 0)
                  + "0050 1092 00000007");
      assertThat(p.isIcmpError()).isTrue();
      assertThat(p.innerL3Offset()).isEqualTo(42);
      assertThat(p.innerIpVersion()).isEqualTo(4);
      assertThat(p.innerProtocol()).isEqualTo(IpProtocol.TCP);
      assertThat(p.innerL4Offset()).isEqualTo(62);
      assertThat(p.innerSourcePort()).isEqualTo(80);
      assertThat(p.innerDestinationPort()).isEqualTo(4242);
      assertThat(p.sourcePort()).isZero();
    }
  }

  @Test
  void shouldDecodeTheQueryAnIcmpErrorQuotes_Rfc5508() {
    Packet p =
        parse(
            ETH4
                + ipv4(1, 36, 0)
                + "0b00 0000 00000000"
                + ipv4(1, 500, 0)
                + "08 00 0000 1234 0001");
    assertThat(p.innerSourcePort()).isEqualTo(0x1234);
    assertThat(p.innerDestinationPort()).isEqualTo(0x1234);
  }

  @Test
  void shouldNotReadPortsOfAQuotedLaterFragment() {
    Packet p =
        parse(
            ETH4 + ipv4(1, 36, 0) + "0b00 0000 00000000" + ipv4(17, 500, 3) + "0050 1092 00000007");
    assertThat(p.innerL3Offset()).isEqualTo(42);
    assertThat(p.innerL4Offset()).isEqualTo(-1);
    assertThat(p.innerSourcePort()).isZero();
  }

  @Test
  void shouldDecodeThePacketAnIcmpv6ErrorQuotes_Rfc4443() {
    String quoted =
        ipv6(60, 500) + "2c 00 0104 00000000" + "11 00 0001 0000abcd" + "0050 1092 0100 0000";
    for (String type : new String[] {"01", "02", "03", "04"}) {
      Packet p = parse(ETH6 + ipv6(58, 72) + type + "00 0000 00000500" + quoted);
      assertThat(p.isIcmpError()).isTrue();
      assertThat(p.innerL3Offset()).isEqualTo(62);
      assertThat(p.innerIpVersion()).isEqualTo(6);
      assertThat(p.innerProtocol()).isEqualTo(IpProtocol.UDP);
      assertThat(p.innerL4Offset()).isEqualTo(118);
      assertThat(p.innerSourcePort()).isEqualTo(80);
    }
    Packet later =
        parse(ETH6 + ipv6(58, 72) + "0100 0000 00000000" + quoted.replace("0001", "0009"));
    assertThat(later.innerL3Offset()).isEqualTo(62);
    assertThat(later.innerL4Offset()).isEqualTo(-1);
  }

  @Test
  void shouldKnowMulticastOfEitherLayer() {
    String udp = ipv4(17, 10, 0) + UDP;
    assertThat(parse("ffffffffffff 020000000002 0800" + udp).isMulticast()).isTrue();
    assertThat(parse("01005e000001 020000000002 0800" + udp).isMulticast()).isTrue();
    assertThat(parse(ETH4 + udp.replace("0a000002", "efffffff")).isMulticast()).isTrue();
    assertThat(parse(ETH4 + udp.replace("0a000002", "ffffffff")).isMulticast()).isTrue();
    assertThat(parse(ETH4 + udp.replace("0a000002", "f0000001")).isMulticast()).isFalse();
    String mdns =
        ipv6(17, 10)
            .replace("20010db8000000000000000000000002", "ff0200000000000000000000000000fb");
    assertThat(parse(ETH6 + mdns + UDP).isMulticast()).isTrue();
  }

  @Test
  void shouldTreatTunnelsAsOpaque() {
    for (int protocol : new int[] {4, 41, 47, 50, 51}) {
      Packet p = parse(ETH4 + ipv4(protocol, 20, 0) + "45".repeat(20));
      assertThat(p.protocol()).isEqualTo(protocol);
      assertThat(p.l4Offset()).isEqualTo(34);
      assertThat(p.l4HeaderLength()).isZero();
      assertThat(p.payloadLength()).isEqualTo(20);
    }
  }

  private static Packet parse(String frame) {
    return parseAs(ParseStatus.OK, frame, LinkType.ETHERNET);
  }

  private static Packet parseAs(int status, String frame, int linkType) {
    Packet p = Frames.parse(frame, linkType);
    Invariants.check(p);
    assertThat(ParseStatus.text(p.parseStatus()))
        .as(() -> ParseReason.text(p.parseReason()))
        .isEqualTo(ParseStatus.text(status));
    return p;
  }
}
