package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.nat.NatFixture.EXTERNAL;
import static org.statelessnf.nf.nat.NatFixture.HOST_A;
import static org.statelessnf.nf.nat.NatFixture.HOST_B;
import static org.statelessnf.nf.nat.NatFixture.OTHER_REMOTE;
import static org.statelessnf.nf.nat.NatFixture.REMOTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;

/** Requirements of the RFCs that no other test has come across. */
class NatRequirementTest {
  private static final int UNREACHABLE = 3;
  private static final int TOO_BIG = 4;
  private static final int ROUTER_ADVERTISEMENT = 9;

  private static NatConfig.Builder config() {
    return NatConfig.builder(ExternalPool.parse(EXTERNAL));
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-5b")
  @Requirement(rfc = 5382, id = "REQ-5a")
  @Requirement(rfc = 5508, id = "REQ-2a")
  void timesAreConfigurable() {
    NatTimeouts times =
        NatTimeouts.DEFAULT
            .withUdp(Duration.ofSeconds(200))
            .withIcmp(Duration.ofSeconds(100))
            .withTcp(Duration.ofSeconds(300), Duration.ofSeconds(400));
    try (NatFixture nat = new NatFixture(config().timeouts(times).build())) {
      Endpoint udp = nat.udp(HOST_A, 5000, REMOTE, 53);
      Endpoint opening = nat.tcp(HOST_A, 5000, REMOTE, 80, TcpHeader.SYN);
      Endpoint open = nat.connect(HOST_A, 5001, REMOTE, 80);
      int identifier =
          nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 7))
              .sourcePort();
      FrameBuilder answer =
          FrameBuilder.icmp(REMOTE, EXTERNAL, IcmpHeader.ECHO_REPLY, 0, identifier).fromOutside();
      nat.after(99);
      nat.forwarded(answer);
      nat.after(3);
      nat.dropped(DropReason.NO_MAPPING, answer);
      nat.after(97);
      nat.reply(REMOTE, 53, udp);
      nat.after(4);
      nat.dropped(DropReason.NO_MAPPING, udpIn(REMOTE, 53, udp));
      nat.after(96);
      nat.tcpReply(REMOTE, 80, opening, TcpHeader.ACK);
      nat.after(5);
      nat.dropped(DropReason.NO_MAPPING, tcpIn(REMOTE, 80, opening));
      nat.after(94);
      nat.tcpReply(REMOTE, 80, open, TcpHeader.ACK);
      nat.after(8);
      nat.dropped(DropReason.NO_MAPPING, tcpIn(REMOTE, 80, open));
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-10")
  @Requirement(rfc = 5382, id = "REQ-6")
  void noProtocolHasAGateway() {
    byte[] port = "PORT 10,0,0,1,19,136\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] invite = "INVITE sip:a@10.0.0.1:5000 SIP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);
    try (NatFixture nat = new NatFixture()) {
      Packet ftp =
          nat.forwarded(FrameBuilder.tcp(HOST_A, 5000, REMOTE, 21, TcpHeader.ACK).payload(port));
      Packet sip = nat.forwarded(FrameBuilder.udp(HOST_A, 5060, REMOTE, 5060).payload(invite));
      assertThat(payload(ftp)).isEqualTo(port);
      assertThat(payload(sip)).isEqualTo(invite);
      assertThat(nat.mappings()).isEqualTo(2);
    }
  }

  @Test
  @Requirement(
      rfc = 5382,
      id = {"REQ-3", "REQ-3a"})
  void rfc5382_req3_filteringOfTcpIsAsConfigured() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      assertThat(nat.tcpReply(OTHER_REMOTE, 1, external, TcpHeader.SYN))
          .isEqualTo(new Endpoint(HOST_A, 5000));
    }
    try (NatFixture nat = new NatFixture(config().filtering(Filtering.ADDRESS_DEPENDENT).build())) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.tcpReply(REMOTE, 1, external, TcpHeader.SYN);
      nat.dropped(DropReason.UNSOLICITED, tcpIn(OTHER_REMOTE, 80, external));
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "6")
  void rfc7857_6_aMappingOfUdpLetsNoTcpIn() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.dropped(DropReason.NO_MAPPING, tcpIn(REMOTE, 53, external));
      nat.reply(REMOTE, 53, external);
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "12")
  void rfc7857_12_hairpinsOfQueries() {
    try (NatFixture nat = new NatFixture()) {
      int identifier =
          nat.forwarded(FrameBuilder.icmp(HOST_B, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 7))
              .sourcePort();
      Packet request =
          nat.hairpinned(
              FrameBuilder.icmp(HOST_A, EXTERNAL, IcmpHeader.ECHO_REQUEST, 0, identifier));
      assertThat(NatFixture.destination(request).address()).isEqualTo(HOST_B);
      assertThat(NatFixture.source(request).address()).isEqualTo(EXTERNAL);
    }
  }

  // --- ICMP ---

  @Test
  @Requirement(rfc = 5508, id = "REQ-3")
  void rfc5508_req3_errorsWhoseChecksumIsWrongAreDropped() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      byte[] frame = FrameBuilder.bytes(error(sent, 28).build());
      frame[frame.length - 1] ^= 1;
      assertThat(nat.run(FrameBuilder.packet(frame, nat.now(), false)).reason())
          .isEqualTo(DropReason.BAD_CHECKSUM);
      nat.forwarded(error(sent, 28));
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-3b")
  void rfc5508_req3b_optionsOfTheQuotedHeaderArePassedOver() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      byte[] plain = FrameBuilder.ipPacket(sent);
      byte[] quoted = new byte[32];
      System.arraycopy(plain, 0, quoted, 0, 20);
      Arrays.fill(quoted, 20, 24, (byte) 1);
      System.arraycopy(plain, 20, quoted, 24, 8);
      quoted[0] = 0x46;
      quoted[3] = (byte) (quoted[3] + 4);
      quoted[10] = 0;
      quoted[11] = 0;
      int checksum = ReferenceChecksum.of(Arrays.copyOf(quoted, 24));
      quoted[10] = (byte) (checksum >>> 8);
      quoted[11] = (byte) checksum;
      Packet error =
          nat.forwarded(
              FrameBuilder.icmp(REMOTE, EXTERNAL, UNREACHABLE, TOO_BIG, 0)
                  .payload(quoted)
                  .fromOutside());
      assertThat(NatFixture.innerSource(error)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-3c")
  void rfc5508_req3c_theQuotedTransportChecksumIsNotLookedAt() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      byte[] quoted = FrameBuilder.ipPacket(sent);
      quoted[26] ^= 0x55;
      Packet packet =
          FrameBuilder.icmp(REMOTE, EXTERNAL, UNREACHABLE, TOO_BIG, 0)
              .payload(quoted)
              .fromOutside()
              .build();
      assertThat(nat.run(packet).passes()).isTrue();
      Packet out = FrameBuilder.reparsed(packet, false);
      assertThat(NatFixture.innerSource(out)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-3d")
  void rfc5508_req3d_extensionsAreNotTakenForTheQuotedPacket() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      byte[] extended = Arrays.copyOf(FrameBuilder.ipPacket(sent), 128 + 12);
      byte[] extension = {0x20, 0, 0, 0, 0, 8, 1, 1, 10, 0, 0, 1};
      System.arraycopy(extension, 0, extended, 128, extension.length);
      Packet error =
          nat.forwarded(
              FrameBuilder.icmp(REMOTE, EXTERNAL, UNREACHABLE, TOO_BIG, 0)
                  .payload(extended)
                  .fromOutside());
      assertThat(NatFixture.innerSource(error)).isEqualTo(new Endpoint(HOST_A, 5000));
      byte[] after = FrameBuilder.ipPacket(error);
      assertThat(Arrays.copyOfRange(after, after.length - 12, after.length)).isEqualTo(extension);
      assertThat(Arrays.copyOfRange(after, 28 + 28, 28 + 128)).containsOnly(0);
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-11")
  void rfc5508_req11_otherMessagesAreDropped() {
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(
          DropReason.PROTOCOL, FrameBuilder.icmp(HOST_A, REMOTE, ROUTER_ADVERTISEMENT, 0, 0));
    }
  }

  private static FrameBuilder error(Packet about, int quoted) {
    return FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, TOO_BIG, about, quoted)
        .fromOutside();
  }

  private static FrameBuilder udpIn(String remote, int port, Endpoint external) {
    return FrameBuilder.udp(remote, port, external.address(), external.port()).fromOutside();
  }

  private static FrameBuilder tcpIn(String remote, int port, Endpoint external) {
    return FrameBuilder.tcp(remote, port, external.address(), external.port(), TcpHeader.ACK)
        .fromOutside();
  }

  private static byte[] payload(Packet packet) {
    MemorySegment memory = packet.memory();
    return memory
        .asSlice(packet.offset() + packet.payloadOffset(), packet.payloadLength())
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
