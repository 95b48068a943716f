package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.packet.Icmpv6Header;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.rfc.Requirement;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Packets that are judged without a flow. */
class FirewallPolicyTest {
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final String INSIDE = "10.0.0.1";
  private static final String OUTSIDE = "192.0.2.9";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"pass", "drop"})
  void shouldTreatByPolicyWhatBelongsToNoFlow(String policy) throws IOException {
    FirewallConfig config =
        load(
            """
            policy multicast POLICY
            policy non-ip POLICY
            policy link-local POLICY
            policy fragments POLICY
            policy store-failure POLICY
            """
                .replace("POLICY", policy));
    boolean passes = policy.equals("pass");
    assertThat(config.onStoreFailure()).isEqualTo(passes ? FailurePolicy.PASS : FailurePolicy.DROP);
    Verdict multicast =
        run(config, FrameBuilder.udp(OUTSIDE, 5353, "224.0.0.251", 5353).fromOutside().build());
    assertThat(multicast.reason()).isEqualTo(passes ? null : DropReason.MULTICAST);
    Verdict multicast6 =
        run(config, FrameBuilder.icmp("2001:db8::1", "ff02::1", 130, 0, 0).fromOutside().build());
    assertThat(multicast6.reason()).isEqualTo(passes ? null : DropReason.MULTICAST);
    Verdict broadcast =
        run(config, FrameBuilder.udp("0.0.0.0", 68, "255.255.255.255", 67).fromOutside().build());
    assertThat(broadcast.reason()).isEqualTo(passes ? null : DropReason.MULTICAST);
    Verdict arp = run(config, arp());
    assertThat(arp.reason()).isEqualTo(passes ? null : DropReason.NOT_IP);
    Verdict discovery = run(config, discovery().hops(255).fromOutside().build());
    assertThat(discovery.reason()).isEqualTo(passes ? null : DropReason.PROTOCOL);
    Verdict linkLocal =
        run(config, FrameBuilder.udp("fe80::1", 547, "fe80::2", 546).fromOutside().build());
    assertThat(linkLocal.reason()).isEqualTo(passes ? null : DropReason.PROTOCOL);
    Verdict fragment =
        run(config, FrameBuilder.udp(OUTSIDE, 1, INSIDE, 2).fragment(100).fromOutside().build());
    assertThat(fragment.reason()).isEqualTo(passes ? null : DropReason.FRAGMENT);
  }

  @Test
  void rfc4861_7_1_shouldNotTakeNeighbourDiscoveryFromAfarForLocal() {
    Verdict verdict = run(FirewallConfig.defaults(), discovery().hops(64).fromOutside().build());
    assertThat(verdict.reason()).isEqualTo(DropReason.INVALID_STATE);
  }

  @Test
  void rfc1858_2_shouldDropFragmentsThatSplitTheTransportHeader() {
    Packet tiny =
        FrameBuilder.other(INSIDE, OUTSIDE, IpProtocol.TCP, new byte[8])
            .fragment(MORE_FRAGMENTS)
            .build();
    assertThat(run(FirewallConfig.defaults(), tiny).reason()).isEqualTo(DropReason.FRAGMENT);
  }

  @Test
  @Requirement(rfc = 5722, id = "4")
  void rfc3128_shouldDropFragmentsThatOverwriteTheTransportHeader() {
    Packet overlapping =
        FrameBuilder.other(INSIDE, OUTSIDE, IpProtocol.TCP, new byte[32]).fragment(1).build();
    assertThat(run(FirewallConfig.defaults(), overlapping).reason()).isEqualTo(DropReason.FRAGMENT);
  }

  @Test
  void shouldJudgeAFirstFragmentLikeAWholePacket() {
    Packet fromOutside =
        FrameBuilder.udp(OUTSIDE, 53, INSIDE, 4000)
            .payload(new byte[64])
            .fragment(MORE_FRAGMENTS)
            .fromOutside()
            .build();
    try (SequentialRunner runner = runner(FirewallConfig.defaults())) {
      assertThat(runner.run(fromOutside).reason()).isEqualTo(DropReason.UNSOLICITED);
      assertThat(runner.run(FrameBuilder.udp(INSIDE, 4000, OUTSIDE, 53).build()).passes()).isTrue();
      assertThat(runner.run(fromOutside).passes()).isTrue();
    }
  }

  @Test
  void shouldDropWhatIsMalformed() {
    byte[] frame = FrameBuilder.bytes(FrameBuilder.tcp(INSIDE, 1, OUTSIDE, 2, TcpTalk.SYN).build());
    frame[14] = 0x43; // an IP header of 12 bytes
    assertThat(run(FirewallConfig.defaults(), FrameBuilder.packet(frame, 0, true)).reason())
        .isEqualTo(DropReason.MALFORMED);
  }

  @Test
  void rfc1122_3_2_1_3_shouldDropWhatAGroupSends() {
    Packet packet = FrameBuilder.udp("224.0.0.5", 1, OUTSIDE, 2).build();
    assertThat(run(FirewallConfig.defaults(), packet).reason()).isEqualTo(DropReason.MALFORMED);
    Packet packet6 = FrameBuilder.udp("ff02::1", 1, "2001:db8::1", 2).build();
    assertThat(run(FirewallConfig.defaults(), packet6).reason()).isEqualTo(DropReason.MALFORMED);
  }

  @Test
  void shouldTouchTheStoreOnlyForFlows() {
    try (SequentialRunner runner = runner(FirewallConfig.defaults())) {
      runner.run(arp());
      runner.run(FrameBuilder.udp(OUTSIDE, 5353, "224.0.0.251", 5353).build());
      runner.run(FrameBuilder.udp(OUTSIDE, 1, INSIDE, 2).fragment(100).build());
      assertThat(runner.reads()).isZero();
      runner.run(FrameBuilder.tcp(OUTSIDE, 1, INSIDE, 2, TcpTalk.SYN).fromOutside().build());
      assertThat(runner.reads()).isEqualTo(1);
      assertThat(runner.writes()).as("what is denied leaves no trace").isZero();
      assertThat(runner.pendingTimers()).isZero();
    }
  }

  private static FrameBuilder discovery() {
    return FrameBuilder.icmp(
        "2001:db8::1", "2001:db8::2", Icmpv6Header.NEIGHBOR_SOLICITATION, 0, 0);
  }

  private static Packet arp() {
    byte[] frame = new byte[60];
    frame[12] = 0x08;
    frame[13] = 0x06;
    return FrameBuilder.packet(frame, 0, false);
  }

  private FirewallConfig load(String text) throws IOException {
    return FirewallConfig.load(Files.writeString(directory.resolve("firewall.conf"), text));
  }

  private static SequentialRunner runner(FirewallConfig config) {
    return new SequentialRunner(new Firewall(config));
  }

  private static Verdict run(FirewallConfig config, Packet packet) {
    try (SequentialRunner runner = runner(config)) {
      return runner.run(packet);
    }
  }
}
