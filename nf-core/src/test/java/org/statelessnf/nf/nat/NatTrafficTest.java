package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.nat.NatFixture.EXTERNAL;
import static org.statelessnf.nf.nat.NatFixture.HOST_A;
import static org.statelessnf.nf.nat.NatFixture.HOST_B;
import static org.statelessnf.nf.nat.NatFixture.OTHER_REMOTE;
import static org.statelessnf.nf.nat.NatFixture.REMOTE;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.packet.UdpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.ReferenceChecksum;
import org.statelessnf.nf.testing.Verdict;

/** Which packets go where: filtering, hairpins, ICMP errors, fragments, and what is no NAT's. */
class NatTrafficTest {
  private static final int UNREACHABLE = IcmpHeader.DESTINATION_UNREACHABLE;
  private static final int EXCEEDED = IcmpHeader.TIME_EXCEEDED;
  private static final int MORE_FRAGMENTS = 0x2000;

  private static NatConfig.Builder config() {
    return NatConfig.builder(ExternalPool.parse(EXTERNAL));
  }

  // --- filtering ---

  @Test
  @Requirement(rfc = 4787, id = "REQ-8")
  @Requirement(rfc = 6888, id = "REQ-7")
  void rfc4787_req8_filteringIsEndpointIndependentUnlessConfigured() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      assertThat(nat.reply(OTHER_REMOTE, 1234, external)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  @Requirement(
      rfc = 4787,
      id = {"REQ-8", "REQ-8a"})
  void rfc4787_req8_filteringMayDependOnTheAddress() {
    NatConfig config = config().filtering(Filtering.ADDRESS_DEPENDENT).build();
    try (NatFixture nat = new NatFixture(config)) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.reply(REMOTE, 1234, external);
      nat.dropped(DropReason.UNSOLICITED, udpIn(OTHER_REMOTE, 53, external));
      nat.udp(HOST_A, 5000, OTHER_REMOTE, 7);
      nat.reply(OTHER_REMOTE, 53, external);
      nat.after(200);
      nat.udp(HOST_A, 5000, OTHER_REMOTE, 7);
      nat.after(200);
      nat.reply(OTHER_REMOTE, 53, external);
      nat.dropped(DropReason.UNSOLICITED, udpIn(REMOTE, 53, external));
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-8a")
  void rfc4787_req8_filteringMayDependOnAddressAndPort() {
    NatConfig config = config().filtering(Filtering.ADDRESS_AND_PORT_DEPENDENT).build();
    try (NatFixture nat = new NatFixture(config)) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.reply(REMOTE, 53, external);
      nat.dropped(DropReason.UNSOLICITED, udpIn(REMOTE, 54, external));
      nat.after(1000);
      assertThat(nat.runner.size(new NatTables().permissions)).isZero();
    }
  }

  @Test
  void unsolicitedPacketsFromOutsideShouldBeDropped() {
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(DropReason.NO_MAPPING, udpIn(REMOTE, 53, new Endpoint(EXTERNAL, 5000)));
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.icmp(REMOTE, EXTERNAL, IcmpHeader.ECHO_REQUEST, 0, 5).fromOutside());
      nat.dropped(DropReason.NO_MAPPING, FrameBuilder.udp(REMOTE, 53, HOST_A, 5000).fromOutside());
      nat.dropped(
          DropReason.NO_MAPPING, FrameBuilder.udp(REMOTE, 53, OTHER_REMOTE, 5000).fromOutside());
      assertThat(nat.claims()).isZero();
    }
  }

  @Test
  @Requirement(
      rfc = 5382,
      id = {"REQ-4", "REQ-4a"})
  void rfc5382_req4_anUnsolicitedSynIsNotAnsweredAndDoesNotHinderOneGoingOut() {
    try (NatFixture nat = new NatFixture(config().ports(2000, 2000).build())) {
      FrameBuilder syn = FrameBuilder.tcp(REMOTE, 80, EXTERNAL, 2000, TcpHeader.SYN).fromOutside();
      nat.dropped(DropReason.NO_MAPPING, syn);
      nat.tcp(HOST_A, 5000, REMOTE, 80, TcpHeader.SYN);
      nat.forwarded(syn);
    }
  }

  // --- hairpins ---

  @Test
  @Requirement(
      rfc = 4787,
      id = {"REQ-9", "REQ-9a"})
  void rfc4787_req9_hairpinsHaveTheExternalSource() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint a = nat.udp(HOST_A, 5000, REMOTE, 53);
      Endpoint b = nat.udp(HOST_B, 6000, REMOTE, 53);
      Packet there = nat.hairpinned(FrameBuilder.udp(HOST_A, 5000, b.address(), b.port()));
      assertThat(NatFixture.source(there)).isEqualTo(a);
      assertThat(NatFixture.destination(there)).isEqualTo(new Endpoint(HOST_B, 6000));
      Packet back = nat.hairpinned(FrameBuilder.udp(HOST_B, 6000, a.address(), a.port()));
      assertThat(NatFixture.source(back)).isEqualTo(b);
      assertThat(NatFixture.destination(back)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  @Requirement(
      rfc = 5382,
      id = {"REQ-8", "REQ-8a"})
  void rfc5382_req8_hairpinsOfTcp() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint b = nat.tcp(HOST_B, 6000, REMOTE, 80, TcpHeader.SYN);
      Packet there =
          nat.hairpinned(FrameBuilder.tcp(HOST_A, 5000, b.address(), b.port(), TcpHeader.SYN));
      assertThat(NatFixture.destination(there)).isEqualTo(new Endpoint(HOST_B, 6000));
      assertThat(NatFixture.source(there).address()).isEqualTo(EXTERNAL);
    }
  }

  @Test
  void aHairpinToNobodyShouldBeDroppedAndMakeNoMapping() {
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(DropReason.NO_MAPPING, FrameBuilder.udp(HOST_A, 5000, EXTERNAL, 4000));
      assertThat(nat.claims()).isZero();
    }
  }

  @Test
  void hairpinsShouldPassTheFilterOfTheirDestination() {
    NatConfig config = config().filtering(Filtering.ADDRESS_DEPENDENT).build();
    try (NatFixture nat = new NatFixture(config)) {
      Endpoint a = nat.udp(HOST_A, 5000, REMOTE, 53);
      Endpoint b = nat.udp(HOST_B, 6000, REMOTE, 53);
      FrameBuilder toB = FrameBuilder.udp(HOST_A, 5000, b.address(), b.port());
      nat.dropped(DropReason.UNSOLICITED, toB);
      nat.hairpinned(FrameBuilder.udp(HOST_B, 6000, a.address(), a.port()));
      nat.hairpinned(toB);
    }
  }

  // --- ICMP errors ---

  @Test
  @Requirement(
      rfc = 4787,
      id = {"REQ-12a", "REQ-12b"})
  @Requirement(rfc = 5382, id = "REQ-9")
  @Requirement(
      rfc = 5508,
      id = {"REQ-4", "REQ-10"})
  void rfc5508_req4_errorsFromOutsideAreTurnedBack() {
    try (NatFixture nat = new NatFixture()) {
      for (Packet sent :
          new Packet[] {
            nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53).payload(new byte[40])),
            nat.forwarded(FrameBuilder.tcp(HOST_A, 5000, REMOTE, 80, TcpHeader.SYN)),
            nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 5000)),
          }) {
        Packet error =
            nat.forwarded(
                FrameBuilder.icmpError(OTHER_REMOTE, EXTERNAL, EXCEEDED, 0, sent, 28)
                    .fromOutside());
        assertThat(NatFixture.innerSource(error)).isEqualTo(new Endpoint(HOST_A, 5000));
        assertThat(NatFixture.destination(error).address()).isEqualTo(HOST_A);
        assertThat(NatFixture.source(error).address()).isEqualTo(OTHER_REMOTE);
        assertThat(error.icmpType()).isEqualTo(EXCEEDED);
      }
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-5")
  void rfc5508_req5_errorsFromInsideAreTurnedBack() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      Packet received = nat.forwarded(udpIn(REMOTE, 53, external).payload(new byte[60]));
      for (String sender : new String[] {HOST_A, "10.9.9.9"}) {
        Packet error =
            nat.forwarded(FrameBuilder.icmpError(sender, REMOTE, UNREACHABLE, 3, received, 1000));
        assertThat(NatFixture.source(error).address()).isEqualTo(EXTERNAL);
        assertThat(NatFixture.innerDestination(error)).isEqualTo(external);
        assertThat(NatFixture.innerSource(error)).isEqualTo(new Endpoint(REMOTE, 53));
        assertThat(NatFixture.destination(error).address()).isEqualTo(REMOTE);
      }
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-7")
  @Requirement(rfc = 7857, id = "12")
  void rfc5508_req7_errorsOfHairpinsAreTurnedBackOnBothSides() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint a = nat.udp(HOST_A, 5000, REMOTE, 53);
      Endpoint b = nat.udp(HOST_B, 6000, REMOTE, 53);
      Packet there = nat.hairpinned(FrameBuilder.udp(HOST_A, 5000, b.address(), b.port()));
      Packet error =
          nat.hairpinned(FrameBuilder.icmpError(HOST_B, a.address(), UNREACHABLE, 3, there, 1000));
      assertThat(NatFixture.source(error).address()).isEqualTo(EXTERNAL);
      assertThat(NatFixture.destination(error).address()).isEqualTo(HOST_A);
      assertThat(NatFixture.innerSource(error)).isEqualTo(new Endpoint(HOST_A, 5000));
      assertThat(NatFixture.innerDestination(error)).isEqualTo(b);
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-4")
  void rfc5508_req4_errorsAboutNoMappingAreDropped() {
    try (NatFixture nat = new NatFixture()) {
      Packet strange = FrameBuilder.udp(EXTERNAL, 4000, REMOTE, 53).build();
      nat.dropped(
          DropReason.ICMP_UNRELATED,
          FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, 3, strange, 28).fromOutside());
      Packet inside = FrameBuilder.udp(REMOTE, 53, HOST_A, 5000).build();
      nat.dropped(
          DropReason.ICMP_UNRELATED,
          FrameBuilder.icmpError(HOST_A, REMOTE, UNREACHABLE, 3, inside, 28));
    }
  }

  @Test
  void errorsThatContradictTheirQuoteShouldBeDropped() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      nat.dropped(
          DropReason.ICMP_UNRELATED,
          FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, 3, sent, 24).fromOutside());
      Packet other = FrameBuilder.udp(OTHER_REMOTE, 5000, REMOTE, 53).build();
      nat.dropped(
          DropReason.ICMP_UNRELATED,
          FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, 3, other, 28).fromOutside());
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-3a")
  void rfc5508_req3a_errorsWhoseQuotedHeaderIsDamagedAreDropped() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      Ipv4Header.ttl(sent.memory(), sent.l3Start(), 17);
      nat.dropped(
          DropReason.BAD_CHECKSUM,
          FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, 3, sent, 28).fromOutside());
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-12")
  @Requirement(rfc = 5382, id = "REQ-10")
  @Requirement(rfc = 5508, id = "REQ-6")
  @Requirement(rfc = 7857, id = "7.1")
  void rfc5508_req6_errorsNeitherRefreshNorEndAMapping() {
    try (NatFixture nat = new NatFixture()) {
      Packet sent = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53));
      Endpoint external = NatFixture.source(sent);
      FrameBuilder error =
          FrameBuilder.icmpError(REMOTE, EXTERNAL, UNREACHABLE, 3, sent, 28).fromOutside();
      long writes = nat.runner.writes();
      nat.forwarded(error);
      assertThat(nat.runner.writes()).isEqualTo(writes);
      nat.reply(REMOTE, 53, external);
      nat.after(250);
      nat.forwarded(error);
      nat.after(60);
      nat.dropped(DropReason.NO_MAPPING, udpIn(REMOTE, 53, external));
    }
  }

  // --- fragments ---

  @Test
  @Requirement(rfc = 4787, id = "REQ-14")
  void rfc4787_req14_laterFragmentsFollowTheFirst() {
    try (NatFixture nat = new NatFixture(NatConfig.of(EXTERNAL), 3)) {
      Packet first =
          nat.forwarded(
              FrameBuilder.udp(HOST_A, 5000, REMOTE, 53)
                  .payload(new byte[24])
                  .fragment(MORE_FRAGMENTS));
      Packet later = nat.forwarded(laterFragment(HOST_A, REMOTE));
      assertThat(NatFixture.source(later).address()).isEqualTo(EXTERNAL);
      nat.forwarded(
          FrameBuilder.udp(REMOTE, 53, EXTERNAL, first.sourcePort())
              .payload(new byte[24])
              .fragment(MORE_FRAGMENTS)
              .fromOutside());
      Packet in = nat.forwarded(laterFragment(REMOTE, EXTERNAL).fromOutside());
      assertThat(NatFixture.destination(in).address()).isEqualTo(HOST_A);
      nat.after(29);
      nat.forwarded(laterFragment(REMOTE, EXTERNAL).fromOutside());
      nat.after(2);
      nat.dropped(DropReason.FRAGMENT, laterFragment(REMOTE, EXTERNAL).fromOutside());
      assertThat(nat.runner.size(new NatTables().fragments)).isZero();
    }
  }

  @Test
  void fragmentsOfHairpinsShouldFollowTheFirst() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint b = nat.udp(HOST_B, 6000, REMOTE, 53);
      nat.hairpinned(
          FrameBuilder.udp(HOST_A, 5000, b.address(), b.port())
              .payload(new byte[24])
              .fragment(MORE_FRAGMENTS));
      Packet later = nat.hairpinned(laterFragment(HOST_A, b.address()));
      assertThat(NatFixture.source(later).address()).isEqualTo(EXTERNAL);
      assertThat(NatFixture.destination(later).address()).isEqualTo(HOST_B);
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-14a")
  void aFragmentBeforeTheFirstShouldBeDropped() {
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(DropReason.FRAGMENT, laterFragment(HOST_A, REMOTE));
    }
  }

  private static FrameBuilder laterFragment(String source, String destination) {
    return FrameBuilder.other(source, destination, IpProtocol.UDP, new byte[16]).fragment(4);
  }

  // --- what is no NAT's ---

  @Test
  void packetsWithinTheInsideShouldPassUntouched() {
    try (NatFixture nat = new NatFixture()) {
      Packet packet = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, HOST_B, 53));
      assertThat(packet).hasToString(FrameBuilder.udp(HOST_A, 5000, HOST_B, 53).build().toString());
      assertThat(nat.runner.reads()).isZero();
    }
  }

  @Test
  void ipv6AndNonIpShouldPassUnlessConfigured() {
    FrameBuilder v6 = FrameBuilder.udp("2001:db8::1", 1, "2001:db8::2", 2);
    byte[] arp = new byte[60];
    arp[12] = 8;
    arp[13] = 6;
    try (NatFixture nat = new NatFixture()) {
      nat.forwarded(v6);
      assertThat(nat.run(FrameBuilder.packet(arp, 0, true)).passes()).isTrue();
    }
    try (NatFixture nat = new NatFixture(config().passIpv6(false).passNonIp(false).build())) {
      nat.dropped(DropReason.NOT_IP, v6);
      Verdict verdict = nat.run(FrameBuilder.packet(arp, 0, true));
      assertThat(verdict.reason()).isEqualTo(DropReason.NOT_IP);
    }
  }

  @Test
  void multicastAndOtherProtocolsShouldNotPassUnlessConfigured() {
    FrameBuilder multicast = FrameBuilder.udp(HOST_A, 5000, "239.255.255.250", 1900);
    FrameBuilder gre = FrameBuilder.other(HOST_A, REMOTE, IpProtocol.GRE, new byte[8]);
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(DropReason.MULTICAST, multicast);
      nat.dropped(DropReason.PROTOCOL, gre);
    }
    NatConfig config = config().passMulticast(true).passOtherProtocols(true).build();
    try (NatFixture nat = new NatFixture(config)) {
      nat.forwarded(multicast);
      nat.forwarded(gre);
    }
  }

  @Test
  void malformedPacketsShouldBeDropped() {
    try (NatFixture nat = new NatFixture()) {
      byte[] frame = FrameBuilder.bytes(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53).build());
      for (int length = 15; length < frame.length; length++) {
        Packet cut = FrameBuilder.packet(Arrays.copyOf(frame, length), 0, true);
        assertThat(nat.run(cut).reason()).isEqualTo(DropReason.MALFORMED);
      }
    }
  }

  @Test
  void aUdpChecksumOfNoneShouldStayNone() {
    try (NatFixture nat = new NatFixture()) {
      Packet out = nat.forwarded(FrameBuilder.udp(HOST_A, 5000, REMOTE, 53).withoutChecksum());
      assertThat(ReferenceChecksum.faults(out)).isEmpty();
      assertThat(UdpHeader.checksum(out.memory(), out.l4Start())).isZero();
    }
  }

  private static FrameBuilder udpIn(String remote, int port, Endpoint external) {
    return FrameBuilder.udp(remote, port, external.address(), external.port()).fromOutside();
  }
}
