package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;
import static org.statelessnf.nf.packet.Frames.parse;

import org.junit.jupiter.api.Test;

/** The good cases: every field where it belongs. Bad ones are in {@code HostileFrameTest}. */
class PacketParserTest {
  private static final String TCP_SYN =
      "1092 0050 00000001 00000000 60 02 ffff 0000 0000 020405b4 ";

  @Test
  void shouldDecodeTcpOverIpv4() {
    Packet p = parse(ETH4 + ipv4(6, 27, 0x4000) + TCP_SYN + "616263");
    assertThat(p.parseStatus()).isEqualTo(ParseStatus.OK);
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
    Packet p = parse(ETH6 + ipv6(17, 10) + "0035 1092 000a 0000 6162");
    assertThat(p.parseStatus()).isEqualTo(ParseStatus.OK);
    assertThat(p.ipVersion()).isEqualTo(6);
    assertThat(p.l3HeaderLength()).isEqualTo(40);
    assertThat(p.l3TotalLength()).isEqualTo(50);
    assertThat(p.l4Offset()).isEqualTo(54);
    assertThat(p.payloadLength()).isEqualTo(2);
    assertThat(p.sourcePort()).isEqualTo(53);
    assertThat(p).hasToString("udp [2001:db8::1]:53 > [2001:db8::2]:4242 payload 2, frame 64");
  }
}
