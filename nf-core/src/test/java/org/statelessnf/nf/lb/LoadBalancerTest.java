package org.statelessnf.nf.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/**
 * The load balancer, one packet at a time; what two instances do at once is in LoadBalancerRunTest.
 */
class LoadBalancerTest {
  private static final String VIP = "192.0.2.80";
  private static final String VIP6 = "2001:db8::80";
  private static final String CLIENT = "198.51.100.7";
  private static final String CLIENT6 = "2001:db8:1::7";
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;
  private static final int ACK = TcpHeader.ACK;
  private static final LbConfig CONFIG =
      new LbConfig(
          List.of(
              LbConfig.of(VIP + ":80", "10.0.0.1:8080,10.0.0.2:8080,10.0.0.3:8080")
                  .services()
                  .getFirst(),
              LbConfig.of("[" + VIP6 + "]:80", "[fd00::1]:8080,[fd00::2]:8080")
                  .services()
                  .getFirst()));

  private final SequentialRunner runner =
      new SequentialRunner(List.of(new LoadBalancer(CONFIG), new LoadBalancer(CONFIG)));

  /** Runs a packet and applies the verdict; null if it was dropped. */
  private Packet out(FrameBuilder frame, long seconds, boolean fromInside) {
    Packet packet = (fromInside ? frame : frame.fromOutside()).at(START + seconds * SECOND).build();
    Verdict verdict = runner.run(packet);
    assertThat(verdict.action()).as("%s", verdict.reason()).isEqualTo(Verdict.Action.FORWARD);
    PacketRewriter.apply(packet, verdict.rewrite());
    Packet sent = FrameBuilder.reparsed(packet, fromInside);
    assertThat(Checksum.verifyTransport(sent)).isNotEqualTo(Checksum.INVALID);
    if (sent.ipVersion() == 4) {
      assertThat(Checksum.verifyIpv4Header(sent)).isEqualTo(Checksum.VALID);
    }
    return sent;
  }

  private DropReason dropped(FrameBuilder frame, long seconds) {
    Verdict verdict = runner.run(frame.fromOutside().at(START + seconds * SECOND).build());
    assertThat(verdict.action()).isEqualTo(Verdict.Action.DROP);
    return verdict.reason() == null ? DropReason.NO_VERDICT : verdict.reason();
  }

  private static FrameBuilder fromClient(int port, int flags) {
    return FrameBuilder.tcp(CLIENT, port, VIP, 80, flags);
  }

  private static String destination(Packet p) {
    int offset = p.ipVersion() == 4 ? 16 : 24;
    return Addresses.format(p.memory(), p.l3Start() + offset, p.ipVersion());
  }

  private static String source(Packet p) {
    int offset = p.ipVersion() == 4 ? 12 : 8;
    return Addresses.format(p.memory(), p.l3Start() + offset, p.ipVersion());
  }

  @Test
  void shouldSendAFlowToOneBackEndAndItsAnswersBackAsTheVirtualAddress() {
    Packet syn = out(fromClient(4000, TcpHeader.SYN), 0, false);
    String backend = destination(syn);
    assertThat(backend).startsWith("10.0.0.");
    assertThat(syn.destinationPort()).isEqualTo(8080);
    Packet answer =
        out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.SYN | ACK), 0, true);
    assertThat(source(answer)).isEqualTo(VIP);
    assertThat(answer.sourcePort()).isEqualTo(80);
    for (int i = 1; i < 20; i++) {
      assertThat(destination(out(fromClient(4000, ACK), i, false))).isEqualTo(backend);
    }
  }

  @Test
  void shouldBalanceIpv6() {
    Packet syn = out(FrameBuilder.tcp(CLIENT6, 4000, VIP6, 80, TcpHeader.SYN), 0, false);
    String backend = destination(syn);
    assertThat(backend).startsWith("fd00::");
    Packet answer =
        out(FrameBuilder.tcp(backend, 8080, CLIENT6, 4000, TcpHeader.SYN | ACK), 0, true);
    assertThat(source(answer)).isEqualTo(VIP6);
  }

  @Test
  void shouldBalanceUdpFromTheFirstDatagram() {
    Packet query = out(FrameBuilder.udp(CLIENT, 5353, VIP, 80), 0, false);
    Packet answer = out(FrameBuilder.udp(destination(query), 8080, CLIENT, 5353), 0, true);
    assertThat(source(answer)).isEqualTo(VIP);
  }

  @Test
  void shouldSpreadFlowsOverAllBackEnds() {
    Set<String> used = new HashSet<>();
    for (int port = 1000; port < 1100; port++) {
      used.add(destination(out(fromClient(port, TcpHeader.SYN), 0, false)));
    }
    assertThat(used).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {TcpHeader.ACK, TcpHeader.SYN | TcpHeader.ACK, TcpHeader.RST, TcpHeader.FIN})
  void algorithm1_shouldDropSegmentsThatOpenNothingAndHaveNoRecord(int flags) {
    assertThat(dropped(fromClient(4000, flags), 0)).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldNotLetABackEndOutAsItself() {
    Verdict verdict =
        runner.run(FrameBuilder.tcp("10.0.0.1", 8080, CLIENT, 4000, ACK).at(START).build());
    assertThat(verdict.reason()).isEqualTo(DropReason.NO_MAPPING);
  }

  @Test
  void shouldLeaveOtherTrafficAlone() {
    Packet other = out(FrameBuilder.udp(CLIENT, 1, "192.0.2.99", 53), 0, false);
    assertThat(destination(other)).isEqualTo("192.0.2.99");
    Packet own = out(FrameBuilder.udp("10.0.0.1", 999, CLIENT, 53), 0, true);
    assertThat(source(own)).isEqualTo("10.0.0.1");
  }

  @Test
  @Requirement(rfc = 7690, id = "3")
  void rfc5508_req4_shouldTranslateAnErrorAboutAnAnswerForTheBackEnd() {
    String backend = destination(out(fromClient(4000, TcpHeader.SYN), 0, false));
    Packet answer =
        out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.SYN | ACK), 0, true);
    Packet error = out(FrameBuilder.icmpError("203.0.113.1", VIP, 3, 4, answer, 28), 1, false);
    assertThat(destination(error)).isEqualTo(backend);
    assertThat(Addresses.format(error.memory(), error.innerL3Start() + 12, 4)).isEqualTo(backend);
    assertThat(error.innerSourcePort()).isEqualTo(8080);
  }

  @Test
  void rfc5508_req5_shouldTranslateAnErrorOfABackEndForTheClient() {
    Packet syn = out(fromClient(4000, TcpHeader.SYN), 0, false);
    String backend = destination(syn);
    Packet error = out(FrameBuilder.icmpError(backend, CLIENT, 3, 3, syn, 28), 1, true);
    assertThat(source(error)).isEqualTo(VIP);
    assertThat(Addresses.format(error.memory(), error.innerL3Start() + 16, 4)).isEqualTo(VIP);
    assertThat(error.innerDestinationPort()).isEqualTo(80);
  }

  @Test
  void shouldDropErrorsAboutUnknownFlows() {
    Packet unknown = FrameBuilder.tcp(VIP, 80, CLIENT, 4000, ACK).build();
    assertThat(dropped(FrameBuilder.icmpError("203.0.113.1", VIP, 3, 1, unknown, 28), 0))
        .isEqualTo(DropReason.ICMP_UNRELATED);
  }

  @Test
  void shouldForgetAnIdleFlowByPacketTime() {
    out(fromClient(4000, TcpHeader.SYN), 0, false);
    assertThat(dropped(fromClient(4000, ACK), 250)).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void rfc5382_req5_shouldKeepAnEstablishedFlowForTwoHoursFourMinutes() {
    String backend = destination(out(fromClient(4000, TcpHeader.SYN), 0, false));
    out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.SYN | ACK), 0, true);
    assertThat(destination(out(fromClient(4000, ACK), 7_400, false))).isEqualTo(backend);
    assertThat(dropped(fromClient(4000, ACK), 15_000)).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldCleanUpClosedFlowsAndCountLoadsDown() {
    String backend = destination(out(fromClient(4000, TcpHeader.SYN), 0, false));
    out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.SYN | ACK), 0, true);
    LoadBalancer lb = new LoadBalancer(CONFIG);
    byte[] load = new byte[2 * Endpoint.LENGTH];
    java.lang.foreign.MemorySegment key = java.lang.foreign.MemorySegment.ofArray(load);
    Endpoint.parse(VIP + ":80").write(key, 0);
    Endpoint.parse(backend + ":8080").write(key, Endpoint.LENGTH);
    assertThat(runner.value(lb.layout().tables().get(2), load)).startsWith(1, 0);
    out(fromClient(4000, TcpHeader.FIN | ACK), 1, false);
    out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.FIN | ACK), 1, true);
    runner.advanceTo(START + 200 * SECOND);
    assertThat(runner.size(lb.layout().tables().getFirst())).isZero();
    assertThat(runner.pendingTimers()).isZero();
    assertThat(runner.value(lb.layout().tables().get(2), load)).startsWith(0, 0);
  }

  @Test
  void shouldGiveAClosedFlowsPortsToANewFlow() {
    out(fromClient(4000, TcpHeader.SYN), 0, false);
    out(fromClient(4000, TcpHeader.RST), 1, false);
    out(fromClient(4000, TcpHeader.SYN), 2, false);
  }

  @Test
  void shouldWriteNothingForAnEstablishedFlow() {
    String backend = destination(out(fromClient(4000, TcpHeader.SYN), 0, false));
    out(FrameBuilder.tcp(backend, 8080, CLIENT, 4000, TcpHeader.SYN | ACK), 0, true);
    long writes = runner.writes();
    for (int i = 0; i < 50; i++) {
      out(fromClient(4000, ACK), 1, false);
    }
    assertThat(runner.writes()).isEqualTo(writes);
  }

  @Test
  void shouldDropLaterFragmentsToAVirtualAddress() {
    assertThat(dropped(fromClient(4000, ACK).fragment(0x00b9), 0)).isEqualTo(DropReason.FRAGMENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "192.0.2.1",
        "192.0.2.1:",
        "192.0.2.1:0",
        "192.0.2.1:65536",
        "x:1",
        "2001:db8::1:80",
        "[2001:db8::1]"
      })
  void shouldRefuseBadEndpointsInOneLine(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("\n")
        .isNotEmpty();
  }

  @Test
  void shouldRefuseMixedVersionsAndDuplicates() {
    assertThatThrownBy(() -> LbConfig.of("192.0.2.1:80", "[fd00::1]:80"))
        .hasMessageContaining("IP version");
    assertThatThrownBy(() -> LbConfig.of("192.0.2.1:80", "10.0.0.1:80,10.0.0.1:80"))
        .hasMessageContaining("twice");
  }
}
