package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.packet.Frames.ETH4;
import static org.statelessnf.nf.packet.Frames.ETH6;
import static org.statelessnf.nf.packet.Frames.ipv4;
import static org.statelessnf.nf.packet.Frames.ipv6;
import static org.statelessnf.nf.packet.Frames.parse;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final String TCP = "1092 0050 00000001 00000000 50 10 ffff 0000 0000 ";

  @Test
  void shouldSumAsTheExampleOfRfc1071() {
    MemorySegment data = MemorySegment.ofArray(Frames.bytes("0001 f203 f4f5 f6f7"));
    assertThat(Checksum.sum(data, 0, 8)).isEqualTo(0xddf2);
    assertThat(Checksum.of(data, 0, 8)).isEqualTo(0x220d);
  }

  @Test
  void shouldSumLikeAPlainLoopAtEveryLengthAndAlignment_Rfc1071() {
    Random random = new Random(1);
    byte[] bytes = new byte[300];
    for (int round = 0; round < 200; round++) {
      random.nextBytes(bytes);
      if (round % 4 == 0) {
        Arrays.fill(bytes, (byte) 0xff);
      }
      MemorySegment data = MemorySegment.ofArray(bytes);
      int offset = random.nextInt(9);
      for (int length = 0; length + offset <= bytes.length; length++) {
        assertThat(Checksum.sum(data, offset, length))
            .as("offset %s length %s", offset, length)
            .isEqualTo(plainSum(bytes, offset, length));
      }
    }
  }

  @Test
  void shouldSumMoreThan64KiB() {
    byte[] bytes = new byte[262_143];
    new Random(2).nextBytes(bytes);
    assertThat(Checksum.sum(MemorySegment.ofArray(bytes), 0, bytes.length))
        .isEqualTo(plainSum(bytes, 0, bytes.length));
  }

  @Test
  void shouldFollowEquation3_Rfc1624Section4() {
    // The RFC's own example: equation 2 (RFC 1141) would give 0xffff.
    assertThat(Checksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
  }

  @Test
  void shouldUpdateAsAFullSumWould_Rfc1624() {
    Random random = new Random(3);
    byte[] bytes = new byte[40];
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (int round = 0; round < 200_000; round++) {
      // Few distinct bytes, so that sums of 0xffff and words of 0 and 0xffff come up often.
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (round % 2 == 0 ? -random.nextInt(2) : random.nextInt());
      }
      bytes[39] = 1; // real data are not all zero
      int before = Checksum.of(data, 0, 40);
      int at = 2 * random.nextInt(4);
      long oldHigh = Wire.i64(data, at);
      long oldLow = Wire.i64(data, at + 8);
      long high = random.nextInt(3) == 0 ? -random.nextInt(2) : random.nextLong();
      long low = random.nextInt(3) == 0 ? -random.nextInt(2) : random.nextLong();
      int after;
      switch (round % 3) {
        case 0 -> {
          Wire.put16(data, at, (int) high);
          after = Checksum.update16(before, (int) (oldHigh >>> 48), (int) high);
        }
        case 1 -> {
          Wire.put32(data, at, (int) high);
          after = Checksum.update32(before, (int) (oldHigh >>> 32), (int) high);
        }
        default -> {
          Wire.put64(data, at, high);
          Wire.put64(data, at + 8, low);
          after = Checksum.update128(before, oldHigh, oldLow, high, low);
        }
      }
      assertThat(after).as("round %s", round).isEqualTo(Checksum.of(data, 0, 40));
    }
  }

  @Test
  void shouldAddUpDifferences() {
    Packet p = parse(ETH4 + ipv4(6, 23, 0) + TCP + "616263");
    assertThat(Checksum.recompute(p)).isTrue();
    MemorySegment m = p.memory();
    int address = Checksum.difference32(Ipv4Header.source(m, p.l3Start()), 0xcb007101);
    int all = Checksum.add(address, Checksum.difference16(p.sourcePort(), 40_000));
    Ipv4Header.source(m, p.l3Start(), 0xcb007101);
    TcpHeader.sourcePort(m, p.l4Start(), 40_000);
    Ipv4Header.checksum(
        m, p.l3Start(), Checksum.apply(Ipv4Header.checksum(m, p.l3Start()), address));
    TcpHeader.checksum(m, p.l4Start(), Checksum.apply(TcpHeader.checksum(m, p.l4Start()), all));
    assertThat(Checksum.verifyIpv4Header(p)).isEqualTo(Checksum.VALID);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.VALID);
  }

  @Test
  void shouldKeepUdpWithoutChecksumSo_Rfc768() {
    assertThat(Checksum.applyUdp(0, 0x1234)).isZero();
    assertThat(Checksum.applyUdp(0xdd2f, Checksum.difference16(0x5555, 0x3285))).isEqualTo(0xffff);
    assertThat(Checksum.applyUdp(0xffff, Checksum.difference16(0x5555, 0x5555))).isEqualTo(0xffff);
  }

  @Test
  void shouldTakeUdpChecksumZeroForNoneOverIpv4Only_Rfc8200() {
    String udp = "1092 0035 000a 0000 6162";
    Packet v4 = parse(ETH4 + ipv4(17, 10, 0) + udp);
    assertThat(Checksum.verifyTransport(v4)).isEqualTo(Checksum.VALID);
    assertThat(Checksum.fixTransport(v4)).isTrue();
    assertThat(UdpHeader.checksum(v4.memory(), v4.l4Start())).isZero();
    Packet v6 = parse(ETH6 + ipv6(17, 10) + udp);
    assertThat(Checksum.verifyTransport(v6)).isEqualTo(Checksum.INVALID);
    assertThat(Checksum.fixTransport(v6)).isTrue();
    assertThat(Checksum.verifyTransport(v6)).isEqualTo(Checksum.VALID);
  }

  @Test
  void shouldSendAUdpChecksumOfZeroAsAllOnes_Rfc768() {
    // Payload chosen so that the sum is 0xffff without the checksum.
    Packet p = parse(ETH6 + ipv6(17, 10) + "1092 0035 000a 0000 0000");
    int sumSoFar = ~fixedChecksum(p) & 0xffff;
    Wire.put16(p.memory(), p.payloadStart(), ~sumSoFar & 0xffff);
    assertThat(fixedChecksum(p)).isEqualTo(0xffff);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.VALID);
  }

  private static int fixedChecksum(Packet p) {
    assertThat(Checksum.fixTransport(p)).isTrue();
    return UdpHeader.checksum(p.memory(), p.l4Start());
  }

  @Test
  void shouldCoverOnlyWhatTheUdpLengthSays_Rfc768() {
    Packet p = parse(ETH6 + ipv6(17, 14) + "1092 0035 0009 0001 61 ff00ff00ff");
    assertThat(Checksum.fixTransport(p)).isTrue();
    Wire.put16(p.memory(), p.payloadStart() + 2, 0x4711);
    assertThat(Checksum.verifyTransport(p)).as("behind the datagram").isEqualTo(Checksum.VALID);
    Wire.put8(p.memory(), p.payloadStart(), 0x62);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.INVALID);
  }

  @Test
  void shouldCoverOnlyWhatUdpLiteSays_Rfc3828() {
    Packet p = parse(ETH4 + ipv4(136, 12, 0) + "1092 0035 000a 0001 61626364");
    assertThat(Checksum.fixTransport(p)).isTrue();
    Wire.put16(p.memory(), p.payloadStart() + 2, 0x4711);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.VALID);
    Wire.put16(p.memory(), p.payloadStart(), 0x4711);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.INVALID);
    UdpHeader.checksum(p.memory(), p.l4Start(), 0);
    assertThat(Checksum.verifyTransport(p)).isEqualTo(Checksum.INVALID);
  }

  @Test
  void shouldCoverThePseudoHeaderInIcmpv6ButNotInIcmp_Rfc4443() {
    Packet v4 = parse(ETH4 + ipv4(1, 8, 0) + "08 00 e5ca 1234 0001");
    assertThat(Checksum.verifyTransport(v4)).isEqualTo(Checksum.VALID);
    Packet v6 = parse(ETH6 + ipv6(58, 8) + "80 00 0000 1234 0001");
    assertThat(Checksum.fixTransport(v6)).isTrue();
    assertThat(Checksum.verifyTransport(v6)).isEqualTo(Checksum.VALID);
    Wire.put8(v6.memory(), v6.l3Start() + Ipv6Header.SOURCE_OFFSET, 0x21);
    assertThat(Checksum.verifyTransport(v6)).isEqualTo(Checksum.INVALID);
  }

  @Test
  void shouldSumTheFinalDestinationOfARoutingHeader_Rfc8200() {
    String udp = "1092 0035 000a 0001 6162";
    String last = "20010db8000000000000000000000009";
    Packet direct =
        parse(ETH6 + ipv6(17, 10).replace("20010db8000000000000000000000002", last) + udp);
    assertThat(Checksum.fixTransport(direct)).isTrue();
    Packet routed = parse(ETH6 + ipv6(43, 34) + "11 02 00 01 00000000" + last + udp);
    assertThat(Checksum.fixTransport(routed)).isTrue();
    assertThat(UdpHeader.checksum(routed.memory(), routed.l4Start()))
        .isEqualTo(UdpHeader.checksum(direct.memory(), direct.l4Start()));
    Packet unknown = parse(ETH6 + ipv6(43, 34) + "11 02 09 01 00000000" + last + udp);
    assertThat(Checksum.verifyTransport(unknown)).isEqualTo(Checksum.UNVERIFIABLE);
  }

  @Test
  void shouldCallIncompletePacketsUnverifiable() {
    String udp = "1092 0035 0012 1234" + "00".repeat(8);
    assertThat(transport(ETH4 + ipv4(17, 16, 0x2000) + udp)).as("first fragment").isEqualTo(2);
    assertThat(transport(ETH4 + ipv4(17, 16, 3) + udp)).as("later fragment").isEqualTo(2);
    assertThat(transport(ETH4 + ipv4(6, 100, 0) + TCP)).as("cut").isEqualTo(2);
    assertThat(transport(ETH4 + ipv4(132, 16, 0) + udp)).as("SCTP").isEqualTo(2);
    assertThat(transport(ETH4 + ipv4(47, 16, 0) + udp)).as("GRE").isEqualTo(2);
    assertThat(transport(ETH4 + ipv4(17, 15, 0) + udp)).as("malformed").isEqualTo(2);
    Packet p = parse(ETH4 + ipv4(6, 100, 0) + TCP);
    assertThat(Checksum.fixTransport(p)).isFalse();
    assertThat(TcpHeader.checksum(p.memory(), p.l4Start())).isZero();
    assertThat(Checksum.verifyIpv4Header(parse(ETH6 + ipv6(59, 0)))).isEqualTo(2);
    assertThat(Checksum.verifyIpv4Header(parse(ETH4))).isEqualTo(2);
  }

  private static int transport(String frame) {
    return Checksum.verifyTransport(parse(frame));
  }

  @Test
  void shouldTellGoodFromBadTwins() throws IOException {
    assertThat(Checksum.verifyTransport(only("bad/ip4-tcp-good-chksum.pcap"))).isEqualTo(0);
    assertThat(Checksum.verifyTransport(only("bad/ip4-tcp-bad-chksum.pcap"))).isEqualTo(1);
    assertThat(Checksum.verifyTransport(only("bad/ip4-udp-good-chksum.pcap"))).isEqualTo(0);
    assertThat(Checksum.verifyTransport(only("bad/ip4-udp-bad-chksum.pcap"))).isEqualTo(1);
    assertThat(Checksum.verifyIpv4Header(only("bad/ip4-udp-good-chksum.pcap"))).isEqualTo(0);
    Packet bad = only("bad/ip4-bad-chksum.pcap");
    assertThat(Checksum.verifyIpv4Header(bad)).isEqualTo(1);
    Checksum.fixIpv4Header(bad.memory(), bad.l3Start(), bad.l3HeaderLength());
    assertThat(Checksum.verifyIpv4Header(bad)).isEqualTo(0);
  }

  @Test
  void shouldRestoreEveryGoodChecksumOfTheCaptures() throws IOException {
    int restored = 0;
    for (String name :
        new String[] {
          "tcp/lab-simopen-1.pcap",
          "mid/mix-dev.pcap",
          "ipv6/four_ipv6_http_streams.pcap",
          "udp/dnscrypt-v1-and-resolver-pings.pcap"
        }) {
      for (Captures.Frame frame : Captures.read(name)) {
        Packet p = Frames.packet(frame);
        PacketParser.parse(p);
        int field = Checksum.fieldOffset(p.protocol());
        if (Checksum.verifyTransport(p) != Checksum.VALID) {
          continue;
        }
        int good = Wire.u16(p.memory(), p.l4Start() + field);
        boolean none = p.protocol() == IpProtocol.UDP && good == 0;
        Wire.put16(p.memory(), p.l4Start() + field, none ? 0 : good == 1 ? 2 : 1);
        assertThat(Checksum.recompute(p)).isTrue();
        assertThat(Wire.u16(p.memory(), p.l4Start() + field)).isEqualTo(good);
        restored++;
      }
    }
    assertThat(restored).isGreaterThan(30_000);
  }

  private static Packet only(String capture) throws IOException {
    Packet p = Frames.packet(Captures.read(capture).getFirst());
    assertThat(PacketParser.parse(p)).isEqualTo(ParseStatus.OK);
    return p;
  }

  private static int plainSum(byte[] bytes, int offset, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      int value = bytes[offset + i] & 0xff;
      sum += i % 2 == 0 ? value << 8 : value;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
