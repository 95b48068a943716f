package org.statelessnf.nf.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.nat.NatFixture.EXTERNAL;
import static org.statelessnf.nf.nat.NatFixture.HOST_A;
import static org.statelessnf.nf.nat.NatFixture.HOST_B;
import static org.statelessnf.nf.nat.NatFixture.OTHER_REMOTE;
import static org.statelessnf.nf.nat.NatFixture.REMOTE;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.nat.NatFixture.Endpoint;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;

/** Mappings, ports and timers of one instance. */
class NatMappingTest {
  private static final int SYN = TcpHeader.SYN;
  private static final int ACK = TcpHeader.ACK;
  private static final int FIN = TcpHeader.FIN | TcpHeader.ACK;
  private static final int RST = TcpHeader.RST;

  private static NatConfig.Builder config() {
    return NatConfig.builder(ExternalPool.parse(EXTERNAL));
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-1")
  @Requirement(rfc = 6888, id = "REQ-1")
  void rfc4787_req1_mappingIsEndpointIndependent() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint first = nat.udp(HOST_A, 5000, REMOTE, 53);
      assertThat(first.address()).isEqualTo(EXTERNAL);
      assertThat(nat.udp(HOST_A, 5000, REMOTE, 54)).isEqualTo(first);
      assertThat(nat.udp(HOST_A, 5000, OTHER_REMOTE, 53)).isEqualTo(first);
      assertThat(nat.udp(HOST_A, 5001, REMOTE, 53)).isNotEqualTo(first);
      assertThat(nat.udp(HOST_B, 5000, REMOTE, 53)).isNotEqualTo(first);
      assertThat(nat.mappings()).isEqualTo(3);
    }
  }

  @Test
  @Requirement(rfc = 5382, id = "REQ-1")
  void rfc5382_req1_mappingOfTcpIsEndpointIndependent() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint first = nat.connect(HOST_A, 5000, REMOTE, 80);
      assertThat(nat.tcp(HOST_A, 5000, OTHER_REMOTE, 443, SYN)).isEqualTo(first);
    }
  }

  @Test
  @Requirement(
      rfc = 5508,
      id = {"REQ-1", "REQ-1a"})
  void rfc5508_req1_queriesKeepTheirIdentifierWhateverTheRemote() {
    try (NatFixture nat = new NatFixture()) {
      Packet first =
          nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 77));
      Packet second =
          nat.forwarded(FrameBuilder.icmp(HOST_A, OTHER_REMOTE, IcmpHeader.ECHO_REQUEST, 0, 77));
      assertThat(NatFixture.source(second)).isEqualTo(NatFixture.source(first));
      Packet reply =
          nat.forwarded(
              FrameBuilder.icmp(REMOTE, EXTERNAL, IcmpHeader.ECHO_REPLY, 0, first.sourcePort())
                  .fromOutside());
      assertThat(NatFixture.destination(reply)).isEqualTo(new Endpoint(HOST_A, 77));
    }
  }

  @Test
  void shouldTranslateRepliesBack() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      assertThat(nat.reply(REMOTE, 53, external)).isEqualTo(new Endpoint(HOST_A, 5000));
      assertThat(nat.tcpReply(REMOTE, 80, nat.tcp(HOST_B, 6000, REMOTE, 80, SYN), SYN | ACK))
          .isEqualTo(new Endpoint(HOST_B, 6000));
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-2")
  @Requirement(rfc = 6888, id = "REQ-2")
  void rfc4787_req2_allMappingsOfAHostHaveOneExternalAddress() {
    try (NatFixture nat = new NatFixture(NatConfig.of("203.0.113.0-203.0.113.15"))) {
      Set<String> all = new HashSet<>();
      for (int host = 1; host < 60; host++) {
        Set<String> ofHost = new HashSet<>();
        for (int port = 1; port < 10; port++) {
          ofHost.add(nat.udp("10.0.0." + host, port, REMOTE, 53).address());
          ofHost.add(nat.tcp("10.0.0." + host, port, REMOTE, 80, SYN).address());
        }
        assertThat(ofHost).hasSize(1);
        all.addAll(ofHost);
      }
      assertThat(all).hasSizeGreaterThan(12);
    }
  }

  @Test
  @Requirement(
      rfc = 4787,
      id = {"REQ-3", "REQ-3a"})
  @Requirement(rfc = 5382, id = "REQ-7")
  void rfc4787_req3_noTwoMappingsShareAPort() {
    try (NatFixture nat = new NatFixture(config().blockPorts(16).build())) {
      Set<Endpoint> seen = new HashSet<>();
      for (int i = 0; i < 1000; i++) {
        assertThat(seen.add(nat.udp("10.0.1." + i % 250, 1000 + i, REMOTE, 53))).isTrue();
      }
      assertThat(seen).allMatch(e -> e.port() >= 1024);
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "5")
  void protocolsShouldHavePortsOfTheirOwn() {
    try (NatFixture nat = new NatFixture(config().ports(2000, 2000).build())) {
      assertThat(nat.udp(HOST_A, 5000, REMOTE, 53).port()).isEqualTo(2000);
      assertThat(nat.tcp(HOST_B, 5000, REMOTE, 80, SYN).port()).isEqualTo(2000);
      assertThat(
              nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 77))
                  .sourcePort())
          .isEqualTo(2000);
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-11")
  @Requirement(
      rfc = 6888,
      id = {"REQ-11", "REQ-13"})
  @Requirement(rfc = 7857, id = "4")
  void rfc6888_req11_exhaustionDropsAndNeverEvicts() {
    try (NatFixture nat = new NatFixture(config().ports(2000, 2009).blockPorts(4).build())) {
      for (int i = 0; i < 10; i++) {
        nat.udp(HOST_A, 5000 + i, REMOTE, 53);
      }
      for (int i = 0; i < 20; i++) {
        nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 7000 + i, REMOTE, 53));
      }
      assertThat(nat.mappings()).isEqualTo(10);
      nat.udp(HOST_A, 5003, REMOTE, 53);
    }
  }

  @Test
  @Requirement(rfc = 6888, id = "REQ-8")
  void rfc6888_req8_aReleasedPortRests120Seconds() {
    try (NatFixture nat = new NatFixture(config().ports(2000, 2000).build())) {
      nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.after(303); // the timeout and its lag
      Endpoint external = new Endpoint(EXTERNAL, 2000);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.udp(REMOTE, 53, external.address(), 2000).fromOutside());
      nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 7000, REMOTE, 53));
      nat.after(115);
      nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 7000, REMOTE, 53));
      nat.after(10);
      assertThat(nat.udp(HOST_B, 7000, REMOTE, 53)).isEqualTo(external);
      assertThat(nat.mappings()).isEqualTo(1);
    }
  }

  @Test
  void aPortIsFreeByPacketTimeWhetherOrNotItsTimerHasFired() {
    NatConfig config = config().ports(2000, 2003).blockPorts(2).portsPerSubscriber(4).build();
    try (NatFixture nat = NatFixture.withLateTimers(config)) {
      for (int i = 0; i < 4; i++) {
        nat.udp(HOST_A, 5000 + i, REMOTE, 53);
      }
      nat.after(420);
      nat.dropped(DropReason.PORTS_EXHAUSTED, FrameBuilder.udp(HOST_B, 7000, REMOTE, 53));
      nat.after(15);
      nat.udp(HOST_B, 7000, REMOTE, 53);
      nat.udp(HOST_B, 7001, REMOTE, 53);
      nat.udp(HOST_B, 7002, REMOTE, 53);
      assertThat(nat.mappings()).isEqualTo(3);
      assertThat(nat.claims()).isEqualTo(3);
      nat.udp(HOST_A, 6000, REMOTE, 53); // the subscriber's count went down, too
    }
  }

  @Test
  void anExpiredMappingShouldBeRevivedWhileItsPortRests() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.after(350);
      assertThat(nat.udp(HOST_A, 5000, REMOTE, 53)).isEqualTo(external);
      assertThat(nat.reply(REMOTE, 53, external)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  void anExpiredMappingShouldLeaveNoRecord() {
    try (NatFixture nat = new NatFixture()) {
      nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 77));
      assertThat(nat.mappings()).isEqualTo(3);
      nat.after(8_000);
      assertThat(nat.mappings()).isZero();
      assertThat(nat.claims()).isZero();
      assertThat(nat.runner.pendingTimers()).isZero();
    }
  }

  @Test
  @Requirement(
      rfc = 4787,
      id = {"REQ-5", "REQ-5c"})
  void rfc4787_req5_udpMappingLives300Seconds() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      nat.after(299);
      nat.reply(REMOTE, 53, external);
      nat.after(5);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.udp(REMOTE, 53, EXTERNAL, external.port()).fromOutside());
    }
  }

  @Test
  @Requirement(rfc = 4787, id = "REQ-6")
  @Requirement(rfc = 7857, id = "7")
  void rfc4787_req6_outboundRefreshesAndInboundDoesNot() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.udp(HOST_A, 5000, REMOTE, 53);
      for (int i = 0; i < 10; i++) {
        nat.after(290);
        assertThat(nat.udp(HOST_A, 5000, REMOTE, 53)).isEqualTo(external);
      }
      nat.after(200);
      nat.reply(REMOTE, 53, external);
      nat.after(150);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.udp(REMOTE, 53, EXTERNAL, external.port()).fromOutside());
    }
  }

  @Test
  @Requirement(rfc = 5508, id = "REQ-2")
  void rfc5508_req2_queryLives60Seconds() {
    try (NatFixture nat = new NatFixture()) {
      Packet request =
          nat.forwarded(FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REQUEST, 0, 77));
      nat.after(59);
      FrameBuilder reply =
          FrameBuilder.icmp(REMOTE, EXTERNAL, IcmpHeader.ECHO_REPLY, 0, request.sourcePort())
              .fromOutside();
      nat.forwarded(reply);
      nat.after(5);
      nat.dropped(DropReason.NO_MAPPING, reply);
    }
  }

  @Test
  @Requirement(rfc = 5382, id = "REQ-5")
  void rfc5382_req5_establishedLives2Hours4Minutes() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.after(7_439);
      nat.tcpReply(REMOTE, 80, external, ACK);
      nat.after(130);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.tcp(REMOTE, 80, EXTERNAL, external.port(), ACK).fromOutside());
    }
  }

  @Test
  @Requirement(
      rfc = 5382,
      id = {"REQ-2", "REQ-5"})
  @Requirement(rfc = 7857, id = "2.1")
  void rfc5382_req5_openingAndClosingLive4Minutes() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint opening = nat.tcp(HOST_A, 5000, REMOTE, 80, SYN);
      Endpoint closing = nat.connect(HOST_A, 5001, REMOTE, 80);
      nat.tcpReply(REMOTE, 80, closing, FIN);
      nat.tcp(HOST_A, 5001, REMOTE, 80, FIN);
      nat.tcp(HOST_A, 5001, REMOTE, 80, ACK);
      nat.after(239);
      nat.tcpReply(REMOTE, 80, opening, SYN | ACK);
      nat.tcpReply(REMOTE, 80, closing, ACK);
      nat.after(5);
      for (Endpoint external : new Endpoint[] {opening, closing}) {
        nat.dropped(
            DropReason.NO_MAPPING,
            FrameBuilder.tcp(REMOTE, 80, EXTERNAL, external.port(), ACK).fromOutside());
      }
      nat.after(125);
      assertThat(nat.claims()).as("timers came earlier with the shorter timeout").isZero();
    }
  }

  @Test
  void rfc5382_req5_theEndOfOneConnectionLeavesOthersTheirTime() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      assertThat(nat.connect(HOST_A, 5000, OTHER_REMOTE, 80)).isEqualTo(external);
      nat.tcp(HOST_A, 5000, OTHER_REMOTE, 80, FIN);
      nat.tcp(HOST_A, 5000, REMOTE, 80, ACK);
      nat.tcp(HOST_A, 5000, OTHER_REMOTE, 80, RST);
      nat.after(7_000);
      assertThat(nat.tcpReply(REMOTE, 80, external, ACK)).isEqualTo(new Endpoint(HOST_A, 5000));
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "2.2")
  void rfc7857_2_2_aResetFromOutsideLeavesTheMapping4Minutes() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.after(100);
      nat.tcpReply(REMOTE, 80, external, RST);
      nat.after(235);
      nat.tcpReply(REMOTE, 80, external, ACK);
      nat.after(10);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.tcp(REMOTE, 80, EXTERNAL, external.port(), ACK).fromOutside());
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "2.2")
  void rfc7857_2_2_aForgedResetIsOvercomeByTheNextSegment() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.tcpReply(REMOTE, 80, external, RST);
      nat.tcp(HOST_A, 5000, REMOTE, 80, ACK);
      nat.after(7_000);
      nat.tcpReply(REMOTE, 80, external, ACK);
    }
  }

  @Test
  void aResetFromAnotherRemoteShouldChangeNothing() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.tcpReply(OTHER_REMOTE, 80, external, RST);
      nat.after(7_000);
      nat.tcpReply(REMOTE, 80, external, ACK);
    }
  }

  @Test
  @Requirement(rfc = 7857, id = "7.1")
  void rfc7857_7_anOutboundResetDoesNotRefresh() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.tcp(HOST_A, 5000, REMOTE, 80, RST);
      for (int i = 0; i < 4; i++) {
        nat.after(60);
        assertThat(nat.tcp(HOST_A, 5000, REMOTE, 80, RST)).isEqualTo(external);
      }
      nat.after(5);
      nat.dropped(
          DropReason.NO_MAPPING,
          FrameBuilder.tcp(REMOTE, 80, EXTERNAL, external.port(), ACK).fromOutside());
      nat.dropped(DropReason.INVALID_STATE, FrameBuilder.tcp(HOST_A, 5000, REMOTE, 80, RST));
    }
  }

  @Test
  @Requirement(rfc = 5382, id = "REQ-2a")
  void rfc5382_req2_simultaneousOpenIsPossible() {
    try (NatFixture nat = new NatFixture()) {
      Endpoint external = nat.tcp(HOST_A, 5000, REMOTE, 80, SYN);
      assertThat(nat.tcpReply(REMOTE, 80, external, SYN)).isEqualTo(new Endpoint(HOST_A, 5000));
      assertThat(nat.tcp(HOST_A, 5000, REMOTE, 80, SYN | ACK)).isEqualTo(external);
      nat.tcpReply(REMOTE, 80, external, SYN | ACK);
    }
  }

  @Test
  @Requirement(
      rfc = 6888,
      id = {"REQ-4", "REQ-4a", "REQ-4b", "REQ-5"})
  void rfc6888_req4_portsPerSubscriberAreLimited() {
    try (NatFixture nat = new NatFixture(config().portsPerSubscriber(3).build())) {
      for (int i = 0; i < 3; i++) {
        nat.udp(HOST_A, 5000 + i, REMOTE, 53);
      }
      nat.dropped(DropReason.LIMIT, FrameBuilder.udp(HOST_A, 6000, REMOTE, 53));
      nat.udp(HOST_A, 5001, REMOTE, 53);
      nat.udp(HOST_B, 5000, REMOTE, 53);
      nat.tcp(HOST_A, 5000, REMOTE, 80, SYN);
      nat.after(500);
      nat.udp(HOST_A, 6000, REMOTE, 53);
      nat.udp(HOST_A, 6001, REMOTE, 53);
      nat.udp(HOST_A, 6002, REMOTE, 53);
      nat.dropped(DropReason.LIMIT, FrameBuilder.udp(HOST_A, 6003, REMOTE, 53));
    }
  }

  @Test
  void nothingButAStartShouldMakeAMapping() {
    try (NatFixture nat = new NatFixture()) {
      nat.dropped(DropReason.INVALID_STATE, FrameBuilder.tcp(HOST_A, 5000, REMOTE, 80, RST));
      nat.dropped(
          DropReason.INVALID_STATE,
          FrameBuilder.icmp(HOST_A, REMOTE, IcmpHeader.ECHO_REPLY, 0, 77));
      assertThat(nat.claims()).isZero();
      nat.tcp(HOST_A, 5000, REMOTE, 80, ACK); // a connection older than the store's memory
    }
  }

  @Test
  void anEstablishedFlowShouldCostOneReadAndNoWrite() {
    try (NatFixture nat = new NatFixture(config().leaseMillis(3_600_000).build())) {
      Endpoint external = nat.connect(HOST_A, 5000, REMOTE, 80);
      nat.after(1);
      long reads = nat.runner.reads();
      long writes = nat.runner.writes();
      for (int i = 0; i < 20; i++) {
        nat.after(1);
        nat.tcp(HOST_A, 5000, REMOTE, 80, ACK);
        nat.tcpReply(REMOTE, 80, external, ACK);
      }
      assertThat(nat.runner.reads() - reads).isEqualTo(40);
      assertThat(nat.runner.writes() - writes).isZero();
    }
  }
}
