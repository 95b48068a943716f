package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.firewall.TcpTalk.ACK;
import static org.statelessnf.nf.firewall.TcpTalk.FIN;
import static org.statelessnf.nf.firewall.TcpTalk.RST;
import static org.statelessnf.nf.firewall.TcpTalk.SYN;
import static org.statelessnf.nf.firewall.TcpTalk.SYN_ACK;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Sequence windows (RFC 9293 section 3.4), which strict mode follows. */
class FirewallWindowTest {
  private final TcpTalk talk = TcpTalk.strict();

  @AfterEach
  void close() {
    talk.close();
  }

  @Test
  @Requirement(rfc = 9293, id = "3.8.6")
  void shouldDropDataAboveTheReceiversWindow() {
    talk.conversation();
    assertOutside(talk.client(ACK, 101 + 2 * 65_536, 101, 100));
    assertThat(talk.client(ACK, 101, 101, 100).passes()).isTrue();
  }

  @Test
  @Requirement(rfc = 5961, id = "5.2")
  void shouldDropAnAcknowledgmentOfWhatWasNotSent() {
    talk.conversation();
    assertOutside(talk.client(ACK, 101, 102, 0));
    assertOutside(talk.client(ACK, 101, 1_000_000, 0));
  }

  @Test
  void shouldLetLateAndRepeatedSegmentsPass() {
    talk.conversation();
    assertThat(talk.client(ACK, 1, 1, 100).passes()).as("sent again").isTrue();
    assertThat(talk.server(ACK, -70_000, 101, 100).passes()).as("far too late").isTrue();
    assertThat(talk.client(ACK, 101, -69_000, 0).passes()).as("an old acknowledgment").isTrue();
  }

  @Test
  void shouldLearnNothingFromALateSegment() {
    talk.conversation();
    FlowView before = talk.view();
    talk.pass(Duration.ofMinutes(1));
    assertThat(talk.server(ACK, -70_000, 101, 100).passes()).isTrue();
    assertThat(talk.view()).as("not even that it is in use").isEqualTo(before);
  }

  @Test
  void shouldForgiveAWindowThatIsOverrunByAWindow() {
    talk.window(1000).handshake();
    assertOutside(talk.client(ACK, 1002, 1, 1400));
    assertThat(talk.client(ACK, 1002, 1, 500).passes()).isTrue();
    assertThat(talk.server(ACK, 1, 1502, 0).passes()).as("its acknowledgment").isTrue();
  }

  @Test
  @Requirement(rfc = 9293, id = "3.8.6")
  void rfc7323_2_2_shouldScaleWindowsOnlyIfBothEndsOffer() {
    talk.options(1, 3, 3, 7).client(SYN, 0, 0, 0);
    talk.options(1, 3, 3, 7).server(SYN_ACK, 0, 1, 0);
    talk.client(ACK, 1, 1, 0);
    talk.server(ACK, 1, 1, 10);
    assertThat(talk.client(ACK, 1 + 1_000_000, 11, 100).passes()).isTrue();
  }

  @Test
  void rfc7323_2_2_shouldNotScaleWindowsIfOneEndDoesNotOffer() {
    talk.options(1, 3, 3, 7).client(SYN, 0, 0, 0);
    talk.server(SYN_ACK, 0, 1, 0);
    talk.client(ACK, 1, 1, 0);
    talk.server(ACK, 1, 1, 10);
    assertOutside(talk.client(ACK, 1 + 1_000_000, 11, 100));
  }

  @Test
  void rfc7323_2_3_shouldTakeAShiftAbove14For14() {
    talk.options(1, 3, 3, 200).client(SYN, 0, 0, 0);
    talk.options(1, 3, 3, 200).server(SYN_ACK, 0, 1, 0);
    talk.client(ACK, 1, 1, 0);
    talk.server(ACK, 1, 1, 10);
    int window = 0xffff << 14;
    assertThat(talk.client(ACK, 1 + window - 1000, 11, 100).passes()).isTrue();
  }

  @Test
  void rfc2018_3_shouldTakeSelectiveAcknowledgmentsForAcknowledgments() {
    talk.options(4, 2, 1, 1).client(SYN, 0, 0, 0);
    talk.options(4, 2, 1, 1).server(SYN_ACK, 0, 1, 0);
    talk.client(ACK, 1, 1, 0);
    talk.server(ACK, 1, 1, 100);
    int right = TcpTalk.SERVER_ISN + 5000;
    int left = right - 100;
    assertOutside(
        talk.options(1, 1, 5, 10, 0, 0, left >> 8, left & 255, 0, 0, right >> 8, right & 255)
            .client(ACK, 1, 1, 0));
  }

  @Test
  void shouldDropAFinOutOfWindowWithoutClosing() {
    talk.conversation();
    assertOutside(talk.client(FIN, 1_000_000, 101, 0));
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldForgetSoonerWhenBothEndsCloseOutOfWindow() {
    talk.conversation();
    assertOutside(talk.client(FIN, 1_000_000, 101, 0));
    assertOutside(talk.server(FIN, 1_000_000, 101, 0));
    talk.pass(Duration.ofSeconds(310));
    assertThat(talk.client(ACK, 101, 101, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  @Requirement(rfc = 5961, id = "3.2")
  void rfc5961_3_shouldDropAResetAboveTheWindow() {
    talk.conversation();
    assertOutside(talk.server(RST, 5_000_000, 0, 0));
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldFollowAnOpenerThatBeginsAnewBeforeItIsAnswered() {
    talk.client(SYN, 0, 0, 0);
    assertThat(talk.client(SYN, 77_000, 0, 0).passes()).isTrue();
    assertThat(talk.server(SYN_ACK, 0, 77_001, 0).passes()).isTrue();
    assertThat(talk.client(ACK, 77_001, 1, 100).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldWaitLessLongForWhatIsNotAcknowledged() {
    talk.conversation();
    talk.client(ACK, 101, 101, 500);
    talk.pass(Duration.ofSeconds(310));
    assertThat(talk.server(ACK, 101, 601, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  @Requirement(rfc = 9293, id = "3.4")
  void shouldCompareNumbersAcrossTheWrap() {
    int nearTop = -300 - TcpTalk.CLIENT_ISN;
    talk.client(SYN, nearTop, 0, 0);
    talk.server(SYN_ACK, 0, nearTop + 1, 0);
    talk.client(ACK, nearTop + 1, 1, 0);
    for (int sent = 0; sent < 1000; sent += 100) {
      assertThat(talk.client(ACK, nearTop + 1 + sent, 1, 100).passes()).isTrue();
      assertThat(talk.server(ACK, 1, nearTop + 101 + sent, 0).passes()).isTrue();
    }
    assertOutside(talk.server(ACK, 1, nearTop + 1102, 0));
  }

  @Test
  void shouldJudgeConnectionsOfLiberalModeWithoutWindows() {
    FirewallConfig liberal = FirewallConfig.defaults();
    List<Firewall> both = List.of(new Firewall(liberal), new Firewall(liberal.withStrict(true)));
    try (SequentialRunner runner = new SequentialRunner(both)) {
      runner.run(talk.clientPacket(SYN, 0, 0, 0), 0);
      runner.run(talk.serverPacket(SYN_ACK, 0, 1, 0), 1);
      runner.run(talk.clientPacket(ACK, 1, 1, 0), 0);
      assertThat(runner.run(talk.clientPacket(ACK, 5_000_000, 1, 0), 1).passes()).isTrue();
      assertThat(runner.run(talk.clientPacket(SYN_ACK, 1, 1, 0), 1).passes()).isFalse();
    }
  }

  private static void assertOutside(Verdict verdict) {
    assertThat(verdict.reason()).isEqualTo(DropReason.OUT_OF_WINDOW);
  }
}
