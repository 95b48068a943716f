package org.statelessnf.nf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;

class PacketRewriterTest {
  private static final String V6A = "2001:db8::1";
  private static final String V6B = "2001:db8:ffff::2";
  private static final long HIGH = 0x2001_0db8_abcd_0000L;
  private static final long LOW = 0x1234_5678_9abc_def0L;

  private final Rewrite rewrite = new Rewrite();

  @Test
  void shouldRewriteTcpOverIpv4() {
    Packet p = FrameBuilder.tcp("10.0.0.1", 4242, "192.0.2.9", 80, TcpHeader.SYN).build();
    rewrite.source(0, 0xcb007107L, 6000);
    rewrite.destination(0, 0x0a0000ffL, 8080);
    Packet out = apply(p);
    assertThat(out).hasToString("tcp 203.0.113.7:6000 > 10.0.0.255:8080 [S] payload 0, frame 54");
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldLeaveAPortOfMinusOne() {
    Packet p = FrameBuilder.udp("10.0.0.1", 4242, "192.0.2.9", 53).payload((byte) 1).build();
    rewrite.source(0, 0xcb007107L, -1);
    Packet out = apply(p);
    assertThat(out.sourcePort()).isEqualTo(4242);
    assertThat(out.destinationPort()).isEqualTo(53);
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldRewriteIpv6AndItsPseudoHeader() {
    for (FrameBuilder b :
        new FrameBuilder[] {
          FrameBuilder.tcp(V6A, 1, V6B, 2, TcpHeader.ACK).payload((byte) 9),
          FrameBuilder.udp(V6A, 1, V6B, 2),
          FrameBuilder.icmp(V6A, V6B, Icmpv6Header.ECHO_REQUEST, 0, 77),
        }) {
      rewrite.clear();
      rewrite.source(HIGH, LOW, 500);
      rewrite.destination(LOW, HIGH, -1);
      Packet out = apply(b.build());
      assertThat(out.sourcePort()).isEqualTo(500);
      assertThat(ReferenceChecksum.faults(out)).isEmpty();
    }
  }

  @Test
  void shouldTakeTheSourcePortAsIdentifierOfAnEcho() {
    rewrite.source(0, 5, 999);
    Packet out =
        apply(FrameBuilder.icmp("10.0.0.1", "10.0.0.2", IcmpHeader.ECHO_REQUEST, 0, 77).build());
    assertThat(out.sourcePort()).isEqualTo(999);
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldKeepAUdpChecksumOfZero() {
    rewrite.source(0, 5, 999);
    Packet out = apply(FrameBuilder.udp("10.0.0.1", 1, "10.0.0.2", 2).withoutChecksum().build());
    assertThat(UdpHeader.checksum(out.memory(), out.l4Start())).isZero();
    assertThat(out.sourcePort()).isEqualTo(999);
  }

  @Test
  void rfc768_shouldSendAUdpChecksumThatComesOutAsZeroAsAllOnes() {
    // Choose the new port so that the words sum up to 0xffff: the checksum's complement is added.
    Packet p = FrameBuilder.udp("10.0.0.1", 0, "10.0.0.2", 2).build();
    int checksum = UdpHeader.checksum(p.memory(), p.l4Start());
    rewrite.source(0, 0x0a000001L, checksum);
    Packet out = apply(p);
    assertThat(UdpHeader.checksum(out.memory(), out.l4Start())).isEqualTo(0xffff);
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldKeepAWrongChecksumWrongByTheSame() {
    Packet p = FrameBuilder.tcp("10.0.0.1", 4242, "192.0.2.9", 80, TcpHeader.SYN).build();
    long at = p.l4Start() + TcpHeader.CHECKSUM_OFFSET;
    Wire.put16(p.memory(), at, Wire.u16(p.memory(), at) ^ 0x0100);
    rewrite.source(0, 0xcb007107L, 6000);
    assertThat(ReferenceChecksum.faults(apply(p))).containsExactly("tcp");
  }

  @Test
  void shouldRewriteOnlyTheAddressesOfALaterFragment() {
    byte[] data = {1, 2, 3, 4, 5, 6, 7, 8};
    Packet p =
        FrameBuilder.other("10.0.0.1", "192.0.2.9", IpProtocol.UDP, data).fragment(185).build();
    rewrite.source(0, 0xcb007107L, 6000);
    Packet out = apply(p);
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
    byte[] ip = FrameBuilder.ipPacket(out);
    assertThat(Arrays.copyOfRange(ip, 20, 28)).isEqualTo(data);
    assertThat(Arrays.copyOfRange(ip, 12, 16)).isEqualTo(Addresses.parse("203.0.113.7"));
  }

  @Test
  void shouldNotTouchBytesOfOtherProtocols() {
    Packet p =
        FrameBuilder.other("10.0.0.1", "192.0.2.9", IpProtocol.GRE, new byte[] {1, 2, 3, 4})
            .build();
    rewrite.source(0, 0xcb007107L, 6000);
    rewrite.destination(0, 0xcb007108L, 6000);
    Packet out = apply(p);
    assertThat(Arrays.copyOfRange(FrameBuilder.ipPacket(out), 20, 24))
        .isEqualTo(new byte[] {1, 2, 3, 4});
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldNotTouchTheIpPacketIfItsHeadersAreBad() {
    byte[] frame =
        FrameBuilder.bytes(
            FrameBuilder.tcp("10.0.0.1", 4242, "192.0.2.9", 80, TcpHeader.SYN).build());
    byte[] cut = Arrays.copyOf(frame, 14 + 20 + 10);
    Packet p = FrameBuilder.packet(cut, 0, true);
    rewrite.source(0, 5, 6);
    rewrite.destinationMac(0x0a0b_0c0d_0e0fL);
    PacketRewriter.apply(p, rewrite);
    byte[] out = FrameBuilder.bytes(p);
    assertThat(HexFormat.of().formatHex(out, 0, 6)).isEqualTo("0a0b0c0d0e0f");
    assertThat(Arrays.copyOfRange(out, 14, out.length))
        .isEqualTo(Arrays.copyOfRange(cut, 14, cut.length));
  }

  @Test
  void rfc5508_req4_shouldRewriteTheQuotedPacketAndEveryChecksum() {
    Packet quotedTcp =
        FrameBuilder.tcp("203.0.113.7", 6000, "192.0.2.9", 80, TcpHeader.ACK)
            .payload(new byte[30])
            .build();
    Packet quotedUdp = FrameBuilder.udp("203.0.113.7", 6000, "192.0.2.9", 80).build();
    Packet quotedEcho =
        FrameBuilder.icmp("203.0.113.7", "192.0.2.9", IcmpHeader.ECHO_REQUEST, 0, 6000).build();
    for (Packet quoted : new Packet[] {quotedTcp, quotedUdp, quotedEcho}) {
      for (int length : new int[] {28, 37, 38, 1000}) {
        Packet p =
            FrameBuilder.icmpError("198.51.100.1", "203.0.113.7", 3, 1, quoted, length).build();
        rewrite.clear();
        rewrite.destination(0, 0x0a000001L, -1);
        rewrite.innerSource(0, 0x0a000001L, 4242);
        Packet out = apply(p);
        assertThat(out.innerSourcePort()).isEqualTo(4242);
        assertThat(Wire.u32(out.memory(), out.innerL3Start() + 12)).isEqualTo(0x0a000001L);
        assertThat(ReferenceChecksum.faults(out)).as("%s, quoted %d", quoted, length).isEmpty();
      }
    }
  }

  @Test
  void shouldRewriteAnIcmpv6ErrorAndItsQuote() {
    Packet quoted = FrameBuilder.udp(V6A, 1, V6B, 2).payload(new byte[40]).build();
    Packet p = FrameBuilder.icmpError(V6B, V6A, 1, 4, quoted, 1000).build();
    rewrite.destination(HIGH, LOW, -1);
    rewrite.innerSource(HIGH, LOW, 4242);
    rewrite.innerDestination(LOW, HIGH, 80);
    Packet out = apply(p);
    assertThat(out.innerSourcePort()).isEqualTo(4242);
    assertThat(out.innerDestinationPort()).isEqualTo(80);
    assertThat(ReferenceChecksum.faults(out)).isEmpty();
  }

  @Test
  void shouldKeepEveryChecksumRightWhateverIsRewritten() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      Packet out = apply(randomPacket(random), random);
      assertThat(ReferenceChecksum.faults(out)).as("%d: %s", i, out).isEmpty();
    }
  }

  private static Packet randomPacket(Random random) {
    boolean v4 = random.nextBoolean();
    String a = v4 ? "10.0.0." + random.nextInt(256) : V6A;
    String b = v4 ? "192.0.2." + random.nextInt(256) : V6B;
    byte[] payload = new byte[random.nextInt(20)];
    random.nextBytes(payload);
    FrameBuilder builder =
        switch (random.nextInt(4)) {
          case 0 -> FrameBuilder.tcp(a, random.nextInt(65536), b, 80, TcpHeader.ACK);
          case 1 -> FrameBuilder.udp(a, random.nextInt(65536), b, 53);
          case 2 -> FrameBuilder.icmp(a, b, v4 ? 8 : 128, 0, random.nextInt(65536));
          default -> FrameBuilder.udp(a, random.nextInt(65536), b, 53).withoutChecksum();
        };
    Packet packet = builder.payload(payload).build();
    return random.nextInt(3) > 0
        ? packet
        : FrameBuilder.icmpError(b, a, v4 ? 11 : 3, 0, packet, 28 + random.nextInt(100)).build();
  }

  private Packet apply(Packet packet, Random random) {
    rewrite.clear();
    if (random.nextBoolean()) {
      rewrite.source(random.nextLong(), random.nextLong(), random.nextInt(65537) - 1);
    }
    if (random.nextBoolean()) {
      rewrite.destination(random.nextLong(), random.nextLong(), random.nextInt(65537) - 1);
    }
    if (random.nextBoolean()) {
      rewrite.innerSource(random.nextLong(), random.nextLong(), random.nextInt(65537) - 1);
    }
    if (random.nextBoolean()) {
      rewrite.innerDestination(random.nextLong(), random.nextLong(), random.nextInt(65537) - 1);
    }
    return apply(packet);
  }

  private Packet apply(Packet packet) {
    PacketRewriter.apply(packet, rewrite);
    return FrameBuilder.reparsed(packet, packet.fromInside());
  }
}
