package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;
import static org.statelessnf.nf.packet.Frames.parse;

import org.junit.jupiter.api.Test;

/** Frames that lie, by the rule that they break. */
class HostileFrameTest {
  private static final int MF = 0x2000;
  private static final String TCP = "1092 0050 00000001 00000000 50 10 ffff 0000 0000 ";
  private static final String UDP = "1092 0035 0008 0000 ";

  @Test
  void shouldCallAnEmptyFrameTruncated() {
    expect("", ParseStatus.TRUNCATED, ParseReason.SHORT_LINK_HEADER);
    assertThat(parse("", LinkType.RAW_IP).parseStatus()).isEqualTo(ParseStatus.TRUNCATED);
    assertThat(parse("", LinkType.LINUX_SLL).parseStatus()).isEqualTo(ParseStatus.TRUNCATED);
  }

  @Test
  void shouldRefuseAnUnknownLinkType() {
    assertThat(parse(ETH4, 253).parseStatus()).isEqualTo(ParseStatus.UNSUPPORTED_LINK);
  }

  @Test
  void shouldCallACutVlanTagTruncated() {
    expect(
        "020000000001 020000000002 8100 0064",
        ParseStatus.TRUNCATED,
        ParseReason.SHORT_LINK_HEADER);
  }

  @Test
  void shouldRejectMoreVlanTagsThanTheLimit() {
    String tags = "8100 0001 ".repeat(PacketParser.MAX_VLAN_TAGS + 1);
    Packet p =
        expect(
            "020000000001 020000000002 " + tags + "0800 " + ipv4(17, 8, 0) + UDP,
            ParseStatus.MALFORMED,
            ParseReason.TOO_MANY_TAGS);
    assertThat(p.vlanCount()).isEqualTo(PacketParser.MAX_VLAN_TAGS);
  }

  @Test
  void shouldRejectIpv4VersionOtherThanTheEtherTypeSays() {
    expect(ETH4 + ipv6(17, 8) + UDP, ParseStatus.MALFORMED, ParseReason.BAD_IP_VERSION);
    expect(
        ETH6 + ipv4(17, 28, 0) + UDP + "00".repeat(20),
        ParseStatus.MALFORMED,
        ParseReason.BAD_IP_VERSION);
    assertThat(parse("50" + "00".repeat(40), LinkType.RAW_IP).parseReason())
        .isEqualTo(ParseReason.BAD_IP_VERSION);
  }

  @Test
  void shouldRejectIpv4HeaderLengthBelow20() {
    String header = "44" + ipv4(6, 20, 0).substring(2);
    expect(ETH4 + header + TCP, ParseStatus.MALFORMED, ParseReason.BAD_IP_HEADER_LENGTH);
  }

  @Test
  void shouldRejectIpv4HeaderLengthPastTheTotalLength() {
    String header = "4f" + ipv4(6, 20, 0).substring(2);
    expect(ETH4 + header + TCP, ParseStatus.MALFORMED, ParseReason.BAD_IP_TOTAL_LENGTH);
  }

  @Test
  void shouldRejectIpv4TotalLengthZeroAndBelowTheHeader() {
    String header = ipv4(6, 20, 0);
    for (String length : new String[] {"0000", "0013"}) {
      String lying = header.substring(0, 4) + length + header.substring(8);
      expect(ETH4 + lying + TCP, ParseStatus.MALFORMED, ParseReason.BAD_IP_TOTAL_LENGTH);
    }
  }

  @Test
  void shouldCallCutIpv4OptionsTruncated() {
    String header = "46" + ipv4(6, 24, 0).substring(2);
    Packet p = expect(ETH4 + header + "0101", ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
    assertThat(p.hasAddresses()).isTrue();
    assertThat(p.l3HeaderLength()).isZero();
  }

  @Test
  void shouldRejectIpv4DatagramPast65535Bytes_Rfc791() {
    // Ping of death: offset 65,512 + 24 bytes.
    expect(
        ETH4 + ipv4(1, 24, 0x1ffd) + "00".repeat(24),
        ParseStatus.MALFORMED,
        ParseReason.BAD_FRAGMENT);
  }

  @Test
  void shouldRejectAnEmptyFragment() {
    expect(ETH4 + ipv4(17, 0, MF), ParseStatus.MALFORMED, ParseReason.BAD_FRAGMENT);
    expect(ETH4 + ipv4(17, 0, 2), ParseStatus.MALFORMED, ParseReason.BAD_FRAGMENT);
  }

  @Test
  void shouldFlagFirstFragmentWithoutTheWholeTcpHeader_Rfc1858() {
    Packet p =
        expect(
            ETH4 + ipv4(6, 16, MF) + TCP.replace(" ", "").substring(0, 32),
            ParseStatus.TINY_FRAGMENT,
            ParseReason.SPLIT_TRANSPORT_HEADER);
    assertThat(p.destinationPort()).as("ports are there all the same").isEqualTo(80);
  }

  @Test
  void shouldFlagFirstFragmentThatCutsTheTcpOptions_Rfc1858() {
    String tcp = TCP.replace("50 10", "80 10") + "01010101";
    expect(
        ETH4 + ipv4(6, 24, MF) + tcp,
        ParseStatus.TINY_FRAGMENT,
        ParseReason.SPLIT_TRANSPORT_HEADER);
  }

  @Test
  void shouldFlagTcpFragmentAtOffset8_Rfc3128() {
    expect(
        ETH4 + ipv4(6, 16, 1) + "00".repeat(16),
        ParseStatus.TINY_FRAGMENT,
        ParseReason.OVERLAPPING_TCP_HEADER);
    expect(
        ETH4 + ipv4(6, 16, 2) + "00".repeat(16),
        ParseStatus.TINY_FRAGMENT,
        ParseReason.OVERLAPPING_TCP_HEADER);
    assertThat(parse(ETH4 + ipv4(6, 16, 3) + "00".repeat(16)).parseStatus())
        .isEqualTo(ParseStatus.OK);
    assertThat(parse(ETH4 + ipv4(17, 16, 1) + "00".repeat(16)).parseStatus())
        .isEqualTo(ParseStatus.OK);
  }

  @Test
  void shouldRejectTcpDataOffsetBelow5_Rfc9293() {
    expect(
        ETH4 + ipv4(6, 20, 0) + TCP.replace("50 10", "40 10"),
        ParseStatus.MALFORMED,
        ParseReason.BAD_DATA_OFFSET);
  }

  @Test
  void shouldRejectTcpDataOffsetPastTheSegment_Rfc9293() {
    // Padding behind the IP packet must not be taken for options.
    expect(
        ETH4 + ipv4(6, 20, 0) + TCP.replace("50 10", "60 10") + "00".repeat(6),
        ParseStatus.MALFORMED,
        ParseReason.BAD_DATA_OFFSET);
  }

  @Test
  void shouldRejectIpPacketTooShortForItsTransportHeader() {
    for (int protocol : new int[] {6, 17, 1, 132, 33, 136}) {
      expect(
          ETH4 + ipv4(protocol, 7, 0) + "00".repeat(40),
          ParseStatus.MALFORMED,
          ParseReason.NO_ROOM_FOR_TRANSPORT);
      expect(
          ETH4 + ipv4(protocol, 0, 0) + "00".repeat(40),
          ParseStatus.MALFORMED,
          ParseReason.NO_ROOM_FOR_TRANSPORT);
    }
  }

  @Test
  void shouldCallAHeaderBehindTheSnapLengthTruncated() {
    Packet p =
        expect(
            ETH4 + ipv4(6, 100, 0) + "1092 0050 00000001",
            ParseStatus.TRUNCATED,
            ParseReason.SHORT_TRANSPORT_HEADER);
    assertThat(p.sourcePort()).isEqualTo(4242);
    assertThat(p.destinationPort()).isEqualTo(80);
    assertThat(p.truncated()).isTrue();
    assertThat(p.payloadLength()).isEqualTo(8);
  }

  @Test
  void shouldRejectUdpLengthBelow8AndPastThePacket_Rfc768() {
    for (String length : new String[] {"0000", "0007", "0009", "ffff"}) {
      expect(
          ETH4 + ipv4(17, 8, 0) + UDP.replace("0008", length) + "00".repeat(18),
          ParseStatus.MALFORMED,
          ParseReason.BAD_UDP_LENGTH);
    }
  }

  @Test
  void shouldRejectUdpLiteCoverageWithinTheHeader_Rfc3828() {
    for (String coverage : new String[] {"0001", "0007", "0009"}) {
      expect(
          ETH4 + ipv4(136, 8, 0) + UDP.replace("0008", coverage),
          ParseStatus.MALFORMED,
          ParseReason.BAD_UDP_LENGTH);
    }
  }

  @Test
  void shouldRejectExtensionHeaderPastThePayloadLength_Rfc8200() {
    expect(
        ETH6 + ipv6(60, 8) + "11 01 0104 00000000" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_IPV6_EXTENSION);
    expect(
        ETH6 + ipv6(60, 4) + "11 00 0104 00000000" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_IPV6_EXTENSION);
    expect(
        ETH6 + ipv6(0, 0) + "11 00 0104 00000000" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_IPV6_EXTENSION);
  }

  @Test
  void shouldCallAnUncapturedExtensionHeaderTruncated() {
    expect(
        ETH6 + ipv6(60, 100) + "11 01 0104 00000000",
        ParseStatus.TRUNCATED,
        ParseReason.SHORT_IP_HEADER);
    expect(ETH6 + ipv6(60, 100) + "11 01", ParseStatus.TRUNCATED, ParseReason.SHORT_IP_HEADER);
  }

  @Test
  void shouldRejectMoreExtensionHeadersThanTheLimit_Rfc8504() {
    String chain = "3c 00 0104 00000000 ".repeat(PacketParser.MAX_IPV6_EXTENSIONS);
    expect(
        ETH6
            + ipv6(60, 8 * PacketParser.MAX_IPV6_EXTENSIONS + 16)
            + chain
            + "11 00 0104 00000000"
            + UDP,
        ParseStatus.MALFORMED,
        ParseReason.TOO_MANY_EXTENSIONS);
  }

  @Test
  void shouldRejectHopByHopOptionsBehindAnotherHeader_Rfc8200() {
    expect(
        ETH6 + ipv6(60, 24) + "00 00 0104 00000000" + "11 00 0104 00000000" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.MISPLACED_HOP_BY_HOP);
  }

  @Test
  void shouldRejectHopByHopOptionThatRunsPastItsHeader() {
    expect(
        ETH6 + ipv6(0, 16) + "11 00 05ff 00000000" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_IPV6_EXTENSION);
    expect(
        ETH6 + ipv6(0, 16) + "11 00 0000 00000005" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_IPV6_EXTENSION);
  }

  @Test
  void shouldRejectJumboOptionThatContradictsTheLength_Rfc2675() {
    String jumbo = "11 00 c204 00010001";
    expect(ETH6 + ipv6(0, 16) + jumbo + UDP, ParseStatus.MALFORMED, ParseReason.BAD_JUMBOGRAM);
    expect(
        ETH6 + ipv6(0, 0) + "11 00 c204 0000ffff" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_JUMBOGRAM);
    expect(
        ETH6 + ipv6(0, 0) + "2c 00 c204 00010001" + "11 00 0000 00000001" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_JUMBOGRAM);
  }

  @Test
  void shouldRejectIpv6FragmentOfOddLengthWithMoreToCome_Rfc8200() {
    expect(
        ETH6 + ipv6(44, 21) + "11 00 0009 00000001" + "00".repeat(13),
        ParseStatus.MALFORMED,
        ParseReason.BAD_FRAGMENT);
    assertThat(parse(ETH6 + ipv6(44, 21) + "11 00 0008 00000001" + "00".repeat(13)).parseStatus())
        .isEqualTo(ParseStatus.OK);
  }

  @Test
  void shouldRejectIpv6DatagramPast65535Bytes_Rfc8200() {
    expect(
        ETH6 + ipv6(44, 16) + "11 00 fff8 00000001" + "00".repeat(8),
        ParseStatus.MALFORMED,
        ParseReason.BAD_FRAGMENT);
  }

  @Test
  void shouldRejectASecondFragmentHeader() {
    expect(
        ETH6 + ipv6(44, 24) + "2c 00 0000 00000001" + "11 00 0000 00000001" + UDP,
        ParseStatus.MALFORMED,
        ParseReason.BAD_FRAGMENT);
  }

  @Test
  void shouldFlagFirstFragmentWithoutTheWholeHeaderChain_Rfc7112() {
    expect(
        ETH6 + ipv6(44, 16) + "3c 00 0001 00000001" + "11 01 0104 00000000",
        ParseStatus.TINY_FRAGMENT,
        ParseReason.SPLIT_TRANSPORT_HEADER);
    expect(
        ETH6 + ipv6(44, 24) + "06 00 0001 00000001" + "1092 0050 00000001 00000000 5010 ffff",
        ParseStatus.TINY_FRAGMENT,
        ParseReason.SPLIT_TRANSPORT_HEADER);
  }

  @Test
  void shouldNotReadPortsOfAProtocolThatHasNone() {
    Packet p = parse(ETH4 + ipv4(47, 8, 0) + "1111 2222 3333 4444");
    assertThat(p.parseStatus()).isEqualTo(ParseStatus.OK);
    assertThat(p.sourcePort()).isZero();
  }

  @Test
  void shouldNotDecodeIcmpOfTheOtherIpVersion() {
    assertThat(parse(ETH6 + ipv6(1, 8) + "08 00 0000 0007 0001").sourcePort()).isZero();
    assertThat(parse(ETH4 + ipv4(58, 8, 0) + "80 00 0000 0007 0001").sourcePort()).isZero();
  }

  @Test
  void shouldIgnoreAnUnusableQuotedPacket() {
    String icmp = "03 01 0000 00000000 ";
    String quoted = ipv4(17, 100, 0);
    String[] quotes = {
      "", // nothing
      quoted.replace(" ", "").substring(0, 38), // 19 bytes
      "44" + quoted.substring(2) + UDP, // header length 16
      "65" + quoted.substring(2) + UDP, // version 6
      "46" + quoted.substring(2), // options cut
      quoted.substring(0, 4) + "0013" + quoted.substring(8) + UDP, // total length 19
    };
    for (String quote : quotes) {
      int length = Frames.bytes(quote).length;
      Packet p = parse(ETH4 + ipv4(1, 8 + length, 0) + icmp + quote);
      assertThat(p.parseStatus()).as(quote).isEqualTo(ParseStatus.OK);
      assertThat(p.isIcmpError()).isTrue();
      assertThat(p.innerL3Offset()).as(quote).isEqualTo(-1);
      assertThat(p.innerL4Offset()).as(quote).isEqualTo(-1);
    }
  }

  @Test
  void shouldNotReadPortsBehindTheEndOfTheQuotedPacket() {
    // Total length 20: what follows is padding, and RFC 4884 extensions may follow that.
    Packet p = parse(ETH4 + ipv4(1, 36, 0) + "03 01 0000 00000000 " + ipv4(17, 0, 0) + UDP);
    assertThat(p.innerL3Offset()).isEqualTo(42);
    assertThat(p.innerL4Offset()).isEqualTo(-1);
    assertThat(p.innerSourcePort()).isZero();
  }

  private static Packet expect(String frame, int status, int reason) {
    Packet p = parse(frame);
    Invariants.check(p);
    assertThat(ParseStatus.text(p.parseStatus())).as(frame).isEqualTo(ParseStatus.text(status));
    assertThat(ParseReason.text(p.parseReason())).as(frame).isEqualTo(ParseReason.text(reason));
    assertThat(p.toString()).contains(ParseReason.text(reason));
    return p;
  }
}
