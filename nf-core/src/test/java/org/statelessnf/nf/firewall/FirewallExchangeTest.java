package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** UDP, ICMP queries, other protocols, and ICMP errors about all of them. */
class FirewallExchangeTest {
  private static final String INSIDE = "10.0.0.1";
  private static final String OUTSIDE = "192.0.2.9";
  private static final String INSIDE6 = "fd00::1";
  private static final String OUTSIDE6 = "2001:db8::9";

  private final SequentialRunner runner =
      new SequentialRunner(new Firewall(FirewallConfig.defaults()));
  private long nowNanos = 1_700_000_000_000_000_000L;

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void shouldLetUdpOutAndItsAnswersIn() {
    assertThat(in(udpIn()).reason()).isEqualTo(DropReason.UNSOLICITED);
    assertThat(out(udpOut()).passes()).isTrue();
    assertThat(in(udpIn()).passes()).isTrue();
    assertThat(in(FrameBuilder.udp(OUTSIDE, 54, INSIDE, 4000)).reason())
        .as("another port")
        .isEqualTo(DropReason.UNSOLICITED);
  }

  @Test
  void shouldKeepUnansweredUdpForHalfAMinute() {
    out(udpOut());
    pass(29);
    assertThat(in(udpIn()).passes()).isTrue();
    pass(31);
    assertThat(in(udpIn()).reason()).isEqualTo(DropReason.UNSOLICITED);
  }

  @Test
  void shouldKeepAUdpStreamForTwoMinutes() {
    out(udpOut());
    in(udpIn());
    pass(3);
    out(udpOut());
    pass(119);
    assertThat(in(udpIn()).passes()).isTrue();
    pass(122);
    assertThat(in(udpIn()).reason()).isEqualTo(DropReason.UNSOLICITED);
  }

  @Test
  void shouldNotTakeAQuickExchangeForAStream() {
    out(udpOut());
    in(udpIn());
    pass(1);
    out(udpOut());
    in(udpIn());
    pass(32);
    assertThat(in(udpIn()).reason()).isEqualTo(DropReason.UNSOLICITED);
  }

  @Test
  void shouldRefreshAFlowThatIsInUse() {
    out(udpOut());
    for (int i = 0; i < 100; i++) {
      pass(20);
      assertThat((i % 2 == 0 ? in(udpIn()) : out(udpOut())).passes()).isTrue();
    }
  }

  @Test
  void rfc792_shouldLetAnswersToAnEchoIn() {
    assertThat(in(echo(OUTSIDE, INSIDE, false, 7)).reason()).isEqualTo(DropReason.INVALID_STATE);
    assertThat(out(echo(INSIDE, OUTSIDE, true, 7)).passes()).isTrue();
    assertThat(in(echo(OUTSIDE, INSIDE, false, 7)).passes()).isTrue();
    assertThat(in(echo(OUTSIDE, INSIDE, false, 7)).passes()).as("twice").isTrue();
    assertThat(in(echo(OUTSIDE, INSIDE, false, 8)).reason())
        .as("another identifier")
        .isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldTellRequestsOfTheTwoEndsApart() {
    out(echo(INSIDE, OUTSIDE, true, 7));
    assertThat(in(echo(OUTSIDE, INSIDE, true, 7)).reason())
        .as("the same identifier, asked from outside")
        .isEqualTo(DropReason.UNSOLICITED);
    assertThat(out(echo(INSIDE, OUTSIDE, false, 7)).reason())
        .as("an answer to what was not asked")
        .isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldTellKindsOfRequestsApart() {
    out(FrameBuilder.icmp(INSIDE, OUTSIDE, IcmpHeader.TIMESTAMP_REQUEST, 0, 7));
    assertThat(in(echo(OUTSIDE, INSIDE, false, 7)).reason()).isEqualTo(DropReason.INVALID_STATE);
    assertThat(in(FrameBuilder.icmp(OUTSIDE, INSIDE, IcmpHeader.TIMESTAMP_REPLY, 0, 7)).passes())
        .isTrue();
  }

  @Test
  void rfc4443_4_shouldLetAnswersToAnIpv6EchoIn() {
    FrameBuilder answer = FrameBuilder.icmp(OUTSIDE6, INSIDE6, Icmpv6Header.ECHO_REPLY, 0, 7);
    assertThat(in(answer).reason()).isEqualTo(DropReason.INVALID_STATE);
    out(FrameBuilder.icmp(INSIDE6, OUTSIDE6, Icmpv6Header.ECHO_REQUEST, 0, 7));
    assertThat(in(answer).passes()).isTrue();
    pass(31);
    assertThat(in(answer).reason()).as("after half a minute").isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldDropIcmpThatIsNeitherQueryNorError() {
    assertThat(out(FrameBuilder.icmp(INSIDE, OUTSIDE, 9, 0, 0)).reason())
        .isEqualTo(DropReason.INVALID_STATE);
    assertThat(out(FrameBuilder.icmp(INSIDE, OUTSIDE, 40, 0, 0)).reason())
        .isEqualTo(DropReason.INVALID_STATE);
    assertThat(out(FrameBuilder.icmp(INSIDE6, OUTSIDE6, 200, 0, 0)).reason())
        .isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldKeepOtherProtocolsForTenMinutes() {
    FrameBuilder answer = FrameBuilder.other(OUTSIDE, INSIDE, IpProtocol.ESP, new byte[16]);
    assertThat(in(answer).reason()).isEqualTo(DropReason.UNSOLICITED);
    out(FrameBuilder.other(INSIDE, OUTSIDE, IpProtocol.ESP, new byte[16]));
    pass(590);
    assertThat(in(answer).passes()).isTrue();
    pass(610);
    assertThat(in(answer).reason()).isEqualTo(DropReason.UNSOLICITED);
  }

  @Test
  void shouldKeepProtocolsBetweenTheSameHostsApart() {
    out(udpOut());
    assertThat(in(FrameBuilder.other(OUTSIDE, INSIDE, IpProtocol.GRE, new byte[16])).passes())
        .isFalse();
  }

  @Test
  void rfc1122_3_2_2_shouldLetErrorsAboutKnownFlowsIn() {
    Packet sent = udpOut().at(nowNanos).build();
    FrameBuilder error =
        FrameBuilder.icmpError(
            "198.51.100.1", INSIDE, IcmpHeader.DESTINATION_UNREACHABLE, 1, sent, 28);
    assertThat(in(error).reason()).isEqualTo(DropReason.ICMP_UNRELATED);
    runner.run(sent);
    assertThat(in(error).passes()).as("from a router on the way").isTrue();
    assertThat(in(udpIn()).passes()).as("which ends nothing").isTrue();
    pass(60);
    assertThat(in(error).reason()).as("too late").isEqualTo(DropReason.ICMP_UNRELATED);
  }

  @Test
  void shouldLetErrorsAboutKnownFlowsOut() {
    out(udpOut());
    Packet answer = udpIn().fromOutside().at(nowNanos).build();
    FrameBuilder error =
        FrameBuilder.icmpError(INSIDE, OUTSIDE, IcmpHeader.DESTINATION_UNREACHABLE, 3, answer, 28);
    assertThat(out(error).passes()).isTrue();
  }

  @Test
  void rfc5508_7_shouldDropErrorsThatGoToAnotherThanTheQuotedSender() {
    Packet sent = udpOut().at(nowNanos).build();
    runner.run(sent);
    FrameBuilder error =
        FrameBuilder.icmpError(
            "198.51.100.1", "10.0.0.2", IcmpHeader.DESTINATION_UNREACHABLE, 1, sent, 28);
    assertThat(in(error).reason()).isEqualTo(DropReason.ICMP_UNRELATED);
  }

  @Test
  void shouldLetErrorsAboutQueriesIn() {
    Packet sent = echo(INSIDE, OUTSIDE, true, 7).at(nowNanos).build();
    runner.run(sent);
    assertThat(
            in(FrameBuilder.icmpError(
                    "198.51.100.1", INSIDE, IcmpHeader.TIME_EXCEEDED, 0, sent, 28))
                .passes())
        .isTrue();
    Packet never = echo(INSIDE, OUTSIDE, true, 8).at(nowNanos).build();
    assertThat(
            in(FrameBuilder.icmpError(
                    "198.51.100.1", INSIDE, IcmpHeader.TIME_EXCEEDED, 0, never, 28))
                .reason())
        .isEqualTo(DropReason.ICMP_UNRELATED);
  }

  @Test
  void rfc4890_4_3_1_shouldLetPacketTooBigAboutAKnownFlowIn() {
    Packet sent = FrameBuilder.tcp(INSIDE6, 4000, OUTSIDE6, 443, TcpTalk.SYN).at(nowNanos).build();
    runner.run(sent);
    assertThat(
            in(FrameBuilder.icmpError(
                    "2001:db8:ffff::1", INSIDE6, Icmpv6Header.PACKET_TOO_BIG, 0, sent, 1000))
                .passes())
        .isTrue();
  }

  @Test
  void shouldDropErrorsThatQuoteTooLittle() {
    Packet sent = udpOut().at(nowNanos).build();
    runner.run(sent);
    for (int quoted : new int[] {0, 8, 20, 27}) {
      assertThat(
              in(FrameBuilder.icmpError(
                      "198.51.100.1", INSIDE, IcmpHeader.TIME_EXCEEDED, 0, sent, quoted))
                  .reason())
          .isEqualTo(DropReason.ICMP_UNRELATED);
    }
  }

  private static FrameBuilder udpOut() {
    return FrameBuilder.udp(INSIDE, 4000, OUTSIDE, 53).payload(new byte[20]);
  }

  private static FrameBuilder udpIn() {
    return FrameBuilder.udp(OUTSIDE, 53, INSIDE, 4000).payload(new byte[40]);
  }

  private static FrameBuilder echo(String from, String to, boolean request, int identifier) {
    int type = request ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REPLY;
    return FrameBuilder.icmp(from, to, type, 0, identifier);
  }

  private void pass(int seconds) {
    nowNanos += Duration.ofSeconds(seconds).toNanos();
  }

  private Verdict out(FrameBuilder frame) {
    return runner.run(frame.at(nowNanos).build());
  }

  private Verdict in(FrameBuilder frame) {
    return runner.run(frame.fromOutside().at(nowNanos).build());
  }
}
