package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.firewall.TcpTalk.ACK;
import static org.statelessnf.nf.firewall.TcpTalk.FIN;
import static org.statelessnf.nf.firewall.TcpTalk.RST;
import static org.statelessnf.nf.firewall.TcpTalk.RST_ACK;
import static org.statelessnf.nf.firewall.TcpTalk.SYN;
import static org.statelessnf.nf.firewall.TcpTalk.SYN_ACK;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;

/** Connections as RFC 9293 and RFC 5961 have them, in both modes. */
@ParameterizedClass(name = "strict {0}")
@ValueSource(booleans = {false, true})
class FirewallTcpTest {
  private final TcpTalk talk;

  FirewallTcpTest(boolean strict) {
    talk = new TcpTalk(FirewallConfig.defaults().withStrict(strict));
  }

  @AfterEach
  void close() {
    talk.close();
  }

  @Test
  @Requirement(rfc = 9293, id = "3.5")
  void rfc9293_3_5_shouldFollowTheThreeWayHandshake() {
    assertThat(talk.state()).isEqualTo("none");
    assertThat(talk.client(SYN, 0, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-sent");
    assertThat(talk.server(SYN_ACK, 0, 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-received");
    assertThat(talk.client(ACK, 1, 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  @Requirement(rfc = 9293, id = "3.5")
  void rfc9293_3_5_shouldFollowASimultaneousOpen() {
    assertThat(talk.client(SYN, 0, 0, 0).passes()).isTrue();
    assertThat(talk.server(SYN, 0, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-crossed");
    assertThat(talk.client(SYN_ACK, 0, 1, 0).passes()).isTrue();
    assertThat(talk.server(SYN_ACK, 0, 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-received");
    assertThat(talk.server(ACK, 1, 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  @Requirement(rfc = 9293, id = "3.6")
  void rfc9293_3_6_shouldFollowTheFourWayClose() {
    talk.conversation();
    assertThat(talk.client(FIN, 101, 101, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("fin-wait");
    assertThat(talk.server(ACK, 101, 102, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("close-wait");
    assertThat(talk.server(ACK, 101, 102, 100).passes()).as("half-closed").isTrue();
    assertThat(talk.client(ACK, 102, 201, 0).passes()).isTrue();
    assertThat(talk.server(FIN, 201, 102, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("last-ack");
    assertThat(talk.client(ACK, 102, 202, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("time-wait");
  }

  @Test
  @Requirement(rfc = 9293, id = "3.6")
  void rfc9293_3_6_shouldFollowASimultaneousClose() {
    talk.conversation();
    assertThat(talk.client(FIN, 101, 101, 0).passes()).isTrue();
    assertThat(talk.server(FIN, 101, 101, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("last-ack");
    assertThat(talk.client(ACK, 102, 102, 0).passes()).isTrue();
    assertThat(talk.server(ACK, 102, 102, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("time-wait");
  }

  @Test
  void shouldOpenByNothingButASyn() {
    for (int flags : new int[] {SYN_ACK, ACK, FIN, RST, RST_ACK}) {
      assertThat(talk.client(flags, 0, 0, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
      assertThat(talk.server(flags, 0, 0, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
    }
    assertThat(talk.records()).isZero();
  }

  @Test
  void shouldDropASynFromOutside() {
    assertThat(talk.server(SYN, 0, 0, 0).reason()).isEqualTo(DropReason.UNSOLICITED);
    assertThat(talk.records()).isZero();
  }

  @Test
  @Requirement(rfc = 9293, id = "3.10.7")
  void shouldDropFlagsThatMakeNoSense() {
    talk.conversation();
    for (int flags : new int[] {0, 0x01, 0x03, 0x06, 0x12 | 0x20, 0x24, 0x29 & ~0x10, 0x3f}) {
      assertThat(talk.client(flags, 101, 101, 0).reason()).isEqualTo(DropReason.MALFORMED);
    }
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldLetTheSynBeSentAgain() {
    for (int i = 0; i < 3; i++) {
      assertThat(talk.client(SYN, 0, 0, 0).passes()).isTrue();
    }
    assertThat(talk.server(SYN_ACK, 0, 1, 0).passes()).isTrue();
    assertThat(talk.server(SYN_ACK, 0, 1, 0).passes()).isTrue();
    assertThat(talk.client(SYN, 0, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-received");
  }

  @Test
  @Requirement(rfc = 9293, id = "3.10.7")
  @Requirement(rfc = 5961, id = "4.2")
  void rfc9293_3_10_7_4_shouldLetTheChallengeAckToASynPass() {
    talk.client(SYN, 0, 0, 0);
    assertThat(talk.server(ACK, 700, 300, 0).passes()).isTrue();
    assertThat(talk.state()).as("but not believe it").isEqualTo("syn-sent");
    assertThat(talk.client(ACK, 1, 1, 0).reason())
        .as("the opener has nothing to acknowledge")
        .isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  @Requirement(rfc = 9293, id = "3.5.2")
  void rfc9293_3_5_2_shouldForgetAConnectionThatIsRefused() {
    talk.client(SYN, 0, 0, 0);
    assertThat(talk.server(RST_ACK, -TcpTalk.SERVER_ISN, 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("none");
    assertThat(talk.server(SYN_ACK, 0, 1, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  @Requirement(rfc = 5961, id = "3.2")
  void rfc5961_3_shouldCloseByAResetThatMatchesExactly() {
    talk.conversation();
    for (int sent = 0; sent < 2 * 40_000; sent += 40_000) { // liberal mode writes every 64 KiB down
      talk.client(ACK, 101 + sent, 101, 40_000);
      talk.server(ACK, 101, 40_101 + sent, 0);
    }
    assertThat(talk.client(RST, 80_101, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("closed");
  }

  @Test
  @Requirement(rfc = 5961, id = "3.2")
  void rfc5961_3_shouldNotBelieveAResetThatIsMerelyInTheWindow() {
    talk.conversation();
    assertThat(talk.server(RST, 150, 0, 0).passes()).as("its receiver decides").isTrue();
    assertThat(talk.state()).isEqualTo("established");
    assertThat(talk.client(ACK, 101, 101, 0).passes()).as("the challenge ACK").isTrue();
    assertThat(talk.client(ACK, 101, 101, 100).passes()).isTrue();
    assertThat(talk.server(ACK, 101, 201, 0).passes()).isTrue();
    talk.pass(Duration.ofMinutes(4));
    assertThat(talk.client(ACK, 201, 101, 0).passes()).as("as alive as before").isTrue();
  }

  @Test
  @Requirement(rfc = 5961, id = "3.2")
  void rfc5961_3_shouldDropAResetFromThePast() {
    talk.conversation();
    assertThat(talk.server(RST, 0, 0, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
    assertThat(talk.client(RST, -5, 0, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldEndSoonAfterAResetThatNobodyAnswers() {
    talk.conversation();
    talk.server(RST, 150, 0, 0);
    talk.pass(Duration.ofSeconds(11));
    assertThat(talk.server(ACK, 101, 101, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldLetAnyResetEndAClosingConnection() {
    talk.conversation();
    talk.client(FIN, 101, 101, 0);
    assertThat(talk.client(RST, 7, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("closed");
  }

  @Test
  @Requirement(rfc = 5961, id = "4.2")
  void rfc5961_4_shouldLetASynIntoAConnectionPassUnbelieved() {
    talk.conversation();
    assertThat(talk.client(SYN, 5_000_000, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
    assertThat(talk.server(ACK, 101, 101, 0).passes()).as("the challenge ACK").isTrue();
    assertThat(talk.server(SYN, 9_000_000, 0, 0).reason())
        .as("not from the responder")
        .isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  @Requirement(rfc = 5961, id = "4.2")
  void rfc5961_4_shouldFollowAnOpenerThatHasRestarted() {
    talk.conversation();
    int isn = 5_000_000;
    assertThat(talk.client(SYN, isn, 0, 0).passes()).isTrue();
    assertThat(talk.server(SYN_ACK, 800_000, isn + 1, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-received");
    assertThat(talk.client(ACK, isn + 1, 800_001, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
    assertThat(talk.client(ACK, isn + 1, 800_001, 500).passes()).isTrue();
    assertThat(talk.server(ACK, 800_001, isn + 501, 0).passes()).isTrue();
  }

  @Test
  @Requirement(rfc = 5961, id = "4.2")
  void rfc5961_4_shouldNotTakeAChallengeAckForTheLastAck() {
    talk.conversation();
    talk.client(FIN, 101, 101, 0);
    talk.server(FIN, 101, 101, 0);
    assertThat(talk.state()).isEqualTo("last-ack");
    assertThat(talk.client(SYN, 5_000_000, 0, 0).passes()).isTrue();
    assertThat(talk.server(ACK, 102, 101, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("last-ack");
    assertThat(talk.server(ACK, 102, 102, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("time-wait");
  }

  @Test
  @Requirement(rfc = 9293, id = "3.6.1")
  void rfc9293_3_6_1_shouldReopenFromTimeWait() {
    talk.closed();
    assertThat(talk.state()).isEqualTo("time-wait");
    assertThat(talk.client(SYN, 100_000, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-sent");
    assertThat(talk.server(SYN_ACK, 100_000, 100_001, 0).passes()).isTrue();
    assertThat(talk.client(ACK, 100_001, 100_001, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("established");
  }

  @Test
  void shouldAskTheRulesWhenTheResponderReopens() {
    talk.closed();
    assertThat(talk.server(SYN, 100_000, 0, 0).reason()).isEqualTo(DropReason.UNSOLICITED);
    assertThat(talk.state()).as("the old connection is over all the same").isEqualTo("none");
  }

  @Test
  void shouldNotChangeAConnectionByWhatItDrops() {
    talk.conversation();
    FlowView before = talk.view();
    talk.server(SYN, 50, 0, 0);
    talk.client(SYN_ACK, 50, 50, 0);
    talk.server(0x3f, 1, 1, 0);
    assertThat(talk.view()).isEqualTo(before);
  }

  @Test
  void shouldKeepTheStatesOfTwoConnectionsApart() {
    talk.conversation();
    assertThat(talk.records()).isEqualTo(1);
    var other =
        FrameBuilder.tcp("192.0.2.9", 443, "10.0.0.2", 40_000, ACK)
            .fromOutside()
            .at(1_700_000_000_000_000_000L)
            .build();
    assertThat(talk.runner.run(other).reason()).isEqualTo(DropReason.INVALID_STATE);
  }
}
