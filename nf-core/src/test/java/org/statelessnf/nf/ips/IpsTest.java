package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.Verdict;

final class IpsTest {
  private static final String EVIL = "alert tcp any any -> any any (content:\"EVIL\"; sid:1;)";

  @Test
  void shouldFindAPatternInPiecesThatGoToDifferentInstances() {
    for (int cut = 1; cut < 4; cut++) {
      try (IpsCase c = new IpsCase(3, EVIL)) {
        c.handshake();
        c.client("xx" + "EVIL".substring(0, cut));
        c.client("EVIL".substring(cut) + "yy");
        assertThat(c.counts()).as("cut at %d", cut).isEqualTo(Map.of(1, 1));
      }
    }
  }

  @Test
  void shouldFindAPatternThoughTheInstanceThatSawItsBeginDied() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake(); // instances 0, 1, 0
      c.client("EV"); // instance 1
      c.runner.kill(1);
      c.client("IL");
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
    }
  }

  @Test
  void shouldKeepDirectionsApart() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake();
      c.client("EV");
      c.server("IL");
      assertThat(c.counts()).isEmpty();
      c.client("IL");
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
    }
  }

  @Test
  void shouldNotTellTwiceWhatIsRetransmitted() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake();
      c.client("EVIL");
      c.clientNext -= 4;
      c.client("EVIL");
      c.clientNext -= 2;
      c.client("ILxxEVIL");
      assertThat(c.counts()).isEqualTo(Map.of(1, 2));
    }
  }

  @Test
  void shouldGoOnBehindAGapAndSearchWhatFillsItByItself() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake();
      c.client("EV");
      int missing = c.clientNext;
      c.clientNext += 6;
      c.client("IL");
      assertThat(c.counts()).isEmpty();
      c.client("EVIL");
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
      c.run(c.tcp(true, IpsCase.ACK, missing, 0, "xEVILx"));
      assertThat(c.counts()).isEqualTo(Map.of(1, 2));
    }
  }

  @Test
  void shouldCrossTheEndOfTheSequenceNumbers() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.clientNext = -4;
      c.handshake();
      c.client("xEV");
      c.client("IL");
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "content:\"AB\"; content:\"CD\"; distance:1; within:2;~ABxCD~1",
        "content:\"AB\"; content:\"CD\"; distance:1; within:2;~ABCD~0",
        "content:\"AB\"; content:\"CD\"; distance:1; within:2;~ABxxCD~0",
        "content:\"AB\"; content:\"CD\"; distance:1; within:3;~ABxxCD~1",
        "content:\"AB\"; content:\"CD\"; within:4;~ABxxxABxxCD~1",
        "content:\"AB\"; content:\"CD\"; distance:0;~CDABxxxxxxxxxCD~1",
        "content:\"AB\"; content:\"CD\"; distance:0;~CDABxxxxxxxxx~0",
        "content:\"AB\"; content:\"CD\";~CDxxxAB~1",
        "content:\"AB\"; content:\"BC\"; distance:-1; within:2;~xABC~1",
        "content:\"AB\"; offset:2;~ABx~0",
        "content:\"AB\"; offset:2;~xxAB~1",
        "content:\"AB\"; depth:3;~xAB~1",
        "content:\"AB\"; depth:3;~xxAB~0",
        "content:\"AB\"; offset:1; depth:2;~xAB~1",
        "content:\"AB\"; startswith;~xAB~0",
        "content:\"ab\"; nocase;~xAbx~1",
        "content:\"ab\";~xAbx~0",
        "content:\"A\"; content:\"B\"; within:1; content:\"C\"; within:1;~ABxABC~1",
        "content:\"A\"; content:\"B\"; distance:0; content:\"Z\"; depth:3;~xxZAxxxB~1"
      })
  void shouldPutContentsTogetherHoweverTheStreamIsCut(String options, String stream, int alerts) {
    Random random = new Random(7);
    String rule = "alert tcp-stream any any -> any any (" + options + " sid:1;)";
    for (int round = 0; round < 20; round++) {
      try (IpsCase c = new IpsCase(2, rule)) {
        c.handshake();
        for (int at = 0; at < stream.length(); ) {
          int length = Math.min(stream.length() - at, 1 + random.nextInt(stream.length()));
          c.client(stream.substring(at, at + length));
          at += length;
        }
        assertThat(c.alerts).as("seed 7, round %d", round).hasSize(alerts);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "content:\"AB\"; content:!\"CD\";~xABx~1",
        "content:\"AB\"; content:!\"CD\";~xABxCD~0",
        "content:\"AB\"; content:!\"CD\"; depth:3;~xABxCD~1",
        "content:!\"CD\"; dsize:>2;~xABx~1",
        "content:!\"CD\"; dsize:>2;~xCDx~0",
        "content:\"AB\"; endswith;~xxAB~1",
        "content:\"AB\"; endswith;~xABx~0",
        "dsize:4;~xABx~1",
        "dsize:<4;~xABx~0",
        "flags:A; dsize:>0;~x~1",
        "flags:S; dsize:>0;~x~0",
        "flags:+A; ttl:64; ip_proto:6; dsize:>0;~x~1"
      })
  void shouldJudgeSinglePackets(String options, String payload, int alerts) {
    try (IpsCase c = new IpsCase(1, "alert tcp any any -> any any (" + options + " sid:1;)")) {
      c.handshake();
      c.alerts.clear();
      c.client(payload);
      assertThat(c.alerts).hasSize(alerts);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "to_server, 1, 0",
    "from_server, 0, 1",
    "established, 1, 1",
    "'established,to_client', 0, 1",
    "not_established, 0, 0",
    "stateless, 1, 1"
  })
  void shouldKnowTheFlow(String flow, int fromClient, int fromServer) {
    String rule = "alert tcp any any -> any any (flow:" + flow + "; content:\"E\"; sid:1;)";
    try (IpsCase c = new IpsCase(2, rule)) {
      c.handshake();
      c.client("E");
      assertThat(c.alerts).hasSize(fromClient);
      c.alerts.clear();
      c.server("E");
      assertThat(c.alerts).hasSize(fromServer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'tcp 10.0.0.0/8 any -> any 80', 1, 0",
    "'tcp any 80 -> 10.0.0.0/8 any', 0, 1",
    "'tcp any any <> any 80', 1, 1",
    "'tcp !10.0.0.1 any -> any any', 0, 1",
    "'tcp [10.0.0.0/8,!10.0.0.1] any -> any any', 0, 0",
    "'tcp $EXTERNAL_NET any -> $HOME_NET ![81:90]', 0, 1",
    "'udp any any -> any any', 0, 0",
    "'ip any any -> any any', 1, 1",
    "'ipv6 any any -> any any', 0, 0"
  })
  void shouldHeedTheHeader(String header, int fromClient, int fromServer) {
    try (IpsCase c = new IpsCase(1, "alert " + header + " (content:\"E\"; sid:1;)")) {
      c.handshake();
      c.client("E");
      assertThat(c.alerts).hasSize(fromClient);
      c.alerts.clear();
      c.server("E");
      assertThat(c.alerts).hasSize(fromServer);
    }
  }

  @Test
  void shouldDropTheRestOfAFlowWhoseStreamMatched() {
    try (IpsCase c = new IpsCase(2, EVIL.replace("alert", "drop"))) {
      c.handshake();
      assertThat(c.client("EV").passes()).isTrue();
      assertThat(c.client("IL").reason()).isEqualTo(DropReason.RULE);
      assertThat(c.server("x").reason()).isEqualTo(DropReason.RULE);
      assertThat(c.client("x").reason()).isEqualTo(DropReason.RULE);
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
      assertThat(c.alerts.getFirst().blocked()).isTrue();
    }
  }

  @Test
  void shouldDropOnlyThePacketIfAPacketMatched() {
    try (IpsCase c = new IpsCase(2, "drop tcp-pkt any any -> any any (content:\"EVIL\"; sid:1;)")) {
      c.handshake();
      assertThat(c.client("EVIL").passes()).isFalse();
      assertThat(c.client("good").passes()).isTrue();
    }
  }

  @Test
  void shouldLetAPassRuleSaveTheFlow() {
    try (IpsCase c =
        new IpsCase(2, EVIL, "pass tcp any any -> any any (content:\"GOOD\"; sid:2;)")) {
      c.handshake();
      c.client("GOOD EVIL");
      c.client("EVIL");
      assertThat(c.counts()).isEmpty();
    }
  }

  @Test
  void shouldResetTheSenderOfWhatIsRejected() {
    try (IpsCase c = new IpsCase(1, EVIL.replace("alert", "reject"))) {
      c.handshake();
      Verdict verdict = c.client("EVIL");
      assertThat(verdict.reason()).isEqualTo(DropReason.RULE);
      assertThat(verdict.after()).hasSize(1);
      assertThat(verdict.after().getFirst().toOutside()).isFalse();
      Packet reset = FrameBuilder.packet(verdict.after().getFirst().bytes(), 0, false);
      assertThat(reset.toString()).contains("tcp 198.51.100.7:80 > 10.0.0.1:4242").contains("[R]");
      assertThat(TcpHeader.sequence(reset.memory(), reset.l4Start())).isEqualTo(c.serverNext);
      assertThat(Checksum.verifyTransport(reset)).isEqualTo(Checksum.VALID);
      assertThat(Checksum.verifyIpv4Header(reset)).isEqualTo(Checksum.VALID);
    }
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1, 10.0.0.9, icmp", "2001:db8::1, 2001:db8::2, icmpv6"})
  void shouldTellTheSenderOfADatagramThatItIsProhibited(String from, String to, String protocol) {
    try (IpsCase c = new IpsCase(1, "reject udp any any -> any 53 (content:\"EVIL\"; sid:1;)")) {
      Packet packet =
          FrameBuilder.udp(from, 999, to, 53)
              .payload("xEVILx".getBytes(StandardCharsets.US_ASCII))
              .fromOutside()
              .build();
      Verdict verdict = c.run(packet);
      assertThat(verdict.passes()).isFalse();
      assertThat(verdict.after().getFirst().toOutside()).isTrue();
      Packet error = FrameBuilder.packet(verdict.after().getFirst().bytes(), 0, true);
      assertThat(error.toString()).contains(protocol + " " + to + " > " + from);
      assertThat(error.isIcmpError()).isTrue();
      assertThat(error.innerDestinationPort()).isEqualTo(53);
      assertThat(Checksum.verifyTransport(error)).isEqualTo(Checksum.VALID);
    }
  }

  @Test
  void shouldSearchDatagramsWithoutAnyState() {
    try (IpsCase c = new IpsCase(1, "alert udp any any -> any 53 (content:\"EVIL\"; sid:1;)")) {
      c.run(c.udp(true, 53, "EV"));
      c.run(c.udp(true, 53, "IL"));
      c.run(c.udp(true, 53, "EVIL"));
      c.run(c.udp(true, 54, "EVIL"));
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
      assertThat(c.runner.reads()).isZero();
    }
  }

  @Test
  void shouldKnowTheFlowOfDatagramsIfARuleAsks() {
    String rule = "alert udp any any -> any any (flow:established,to_client; sid:1;)";
    try (IpsCase c = new IpsCase(2, rule)) {
      c.run(c.udp(true, 53, "a"));
      assertThat(c.alerts).isEmpty();
      c.run(c.udp(false, 53, "b"));
      assertThat(c.counts()).isEqualTo(Map.of(1, 1));
    }
  }

  @Test
  void shouldForgetFlowsThatAreIdleOrClosed() {
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake().client("x");
      c.run(c.tcp(true, IpsCase.ACK | TcpHeader.FIN, c.clientNext, c.serverNext, ""));
      assertThat(c.runner.size(c.any.flows())).isEqualTo(1);
      c.run(c.tcp(false, IpsCase.ACK | TcpHeader.FIN, c.serverNext, c.clientNext + 1, ""));
      c.runner.advanceTo(c.nanos + 11_000_000_000L);
      assertThat(c.runner.size(c.any.flows())).isZero();
      assertThat(c.runner.pendingTimers()).isZero();
    }
    try (IpsCase c = new IpsCase(2, EVIL)) {
      c.handshake().client("x");
      c.runner.advanceTo(c.nanos + 600_000_000_000L);
      assertThat(c.runner.size(c.any.flows())).isEqualTo(1);
      c.runner.advanceTo(c.nanos + 610_000_000_000L);
      assertThat(c.runner.size(c.any.flows())).isZero();
      assertThat(c.runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldSearchStreamsAnewUnderOtherRules() {
    try (IpsCase c = new IpsCase(1, EVIL)) {
      c.handshake().client("EV");
      IpsFlow flow = new IpsFlow();
      flow.open(IpsFlow.ESTABLISHED, 1, 0);
      flow.state(0, 99);
      flow.parts(1).add(3, 4);
      flow.forgetMatches(2);
      assertThat(flow.state(0)).isEqualTo(ByteDfa.START);
      assertThat(flow.length()).isEqualTo(IpsFlow.LENGTH);
      assertThat(flow.fingerprint()).isEqualTo(2);
    }
  }

  @Test
  void shouldWriteAlertsAsEveJson() {
    String rule =
        "drop tcp any any -> any 80 (msg:\"say \\\"no\\\"\"; content:\"EVIL\"; classtype:bad;"
            + " priority:2; sid:12; rev:3;)";
    try (IpsCase c = new IpsCase(1, rule)) {
      c.nanos = 1_700_000_000_123_000_000L;
      c.handshake().client("EVIL");
      assertThat(c.alerts.getFirst().eveJson())
          .isEqualTo(
              "{\"timestamp\":\"2023-11-14T22:13:20.127000+0000\",\"event_type\":\"alert\","
                  + "\"src_ip\":\"10.0.0.1\",\"src_port\":4242,\"dest_ip\":\"198.51.100.7\","
                  + "\"dest_port\":80,\"proto\":\"TCP\",\"alert\":{\"action\":\"blocked\","
                  + "\"gid\":1,\"signature_id\":12,\"rev\":3,\"signature\":\"say \\\"no\\\"\","
                  + "\"category\":\"bad\",\"severity\":2}}");
    }
  }
}
