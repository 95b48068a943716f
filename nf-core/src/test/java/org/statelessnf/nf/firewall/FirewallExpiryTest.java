package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.statelessnf.nf.firewall.TcpTalk.ACK;
import static org.statelessnf.nf.firewall.TcpTalk.FIN;
import static org.statelessnf.nf.firewall.TcpTalk.SYN;
import static org.statelessnf.nf.firewall.TcpTalk.SYN_ACK;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.testing.FrameBuilder;

/** A record idle past its timeout counts as absent, and its timer removes it. */
class FirewallExpiryTest {
  private final TcpTalk talk = TcpTalk.liberal();

  @AfterEach
  void close() {
    talk.close();
  }

  @Test
  void shouldForgetAnUnansweredSyn() {
    talk.client(SYN, 0, 0, 0);
    talk.pass(Duration.ofSeconds(119));
    assertThat(talk.server(SYN_ACK, 0, 1, 0).passes()).isTrue();
    talk.pass(Duration.ofSeconds(62));
    assertThat(talk.client(ACK, 1, 1, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void rfc5382_5_shouldKeepAnIdleConnectionForDays() {
    talk.conversation();
    talk.pass(Duration.ofHours(119));
    assertThat(talk.server(ACK, 101, 101, 0).passes()).isTrue();
    talk.pass(Duration.ofHours(119));
    assertThat(talk.client(ACK, 101, 101, 0).passes())
        .as("which counts from the last use")
        .isTrue();
    talk.pass(Duration.ofHours(122));
    assertThat(talk.server(ACK, 101, 101, 0).reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void shouldOpenAnewOverARecordThatIsExpired() {
    talk.conversation();
    FrameBuilder server = FrameBuilder.tcp("192.0.2.9", 443, "10.0.0.1", 40_000, SYN).fromOutside();
    assertThat(talk.runner.run(server.build()).passes()).isFalse();
    talk.pass(Duration.ofDays(6));
    assertThat(talk.client(SYN, 9000, 0, 0).passes()).isTrue();
    assertThat(talk.state()).isEqualTo("syn-sent");
    assertThat(Objects.requireNonNull(talk.view()).replied()).isFalse();
  }

  @Test
  void shouldRemoveWhatIsExpired() {
    talk.client(SYN, 0, 0, 0);
    assertThat(talk.runner.pendingTimers()).isEqualTo(1);
    talk.idle(Duration.ofSeconds(119));
    assertThat(talk.records()).isEqualTo(1);
    talk.idle(Duration.ofSeconds(3));
    assertThat(talk.records()).isZero();
    assertThat(talk.runner.pendingTimers()).isZero();
  }

  @Test
  void shouldKeepWhatIsInUseWhenItsTimerFires() {
    talk.conversation();
    talk.idle(Duration.ofMinutes(10));
    assertThat(talk.records()).isEqualTo(1);
    assertThat(talk.runner.pendingTimers()).as("armed again").isEqualTo(1);
    talk.idle(Duration.ofDays(6));
    assertThat(talk.records()).isZero();
    assertThat(talk.runner.pendingTimers()).isZero();
  }

  @Test
  void shouldNotWaitForDaysToRemoveAConnectionThatIsClosed() {
    talk.conversation();
    talk.idle(Duration.ofMinutes(10)); // now its timer is days ahead
    talk.client(FIN, 101, 101, 0);
    talk.server(ACK, 101, 102, 0);
    talk.server(FIN, 101, 102, 0);
    talk.client(ACK, 102, 102, 0);
    talk.idle(Duration.ofSeconds(241));
    assertThat(talk.records()).isZero();
  }

  @Test
  void shouldWriteNothingWhenATimerFiresEarly() {
    talk.conversation();
    long writes = talk.runner.writes();
    talk.idle(Duration.ofSeconds(130));
    assertThat(talk.runner.writes())
        .as("a timer that fires early writes nothing")
        .isEqualTo(writes);
  }

  @Test
  void shouldWriteTheTimeOfLastUseLazily() {
    talk.conversation();
    long writes = talk.runner.writes();
    for (int i = 0; i < 1000; i++) {
      talk.pass(Duration.ofMillis(100));
      assertThat(talk.client(ACK, 101, 101, 10).passes()).isTrue();
      assertThat(talk.server(ACK, 101, 111, 10).passes()).isTrue();
    }
    assertThat(talk.runner.writes())
        .as("an established connection needs no write")
        .isEqualTo(writes);
  }

  @Test
  void shouldAcceptPacketsThatAreOlderThanTheRecord() {
    talk.conversation();
    talk.pass(Duration.ofHours(2));
    talk.client(ACK, 101, 101, 0);
    talk.pass(Duration.ofHours(-1));
    assertThat(talk.server(ACK, 101, 101, 0).passes()).isTrue();
    talk.pass(Duration.ofDays(5));
    assertThat(talk.server(ACK, 101, 101, 0).passes()).isTrue();
  }
}
