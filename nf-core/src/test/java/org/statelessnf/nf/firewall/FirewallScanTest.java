package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** A real port scan, 1,994 connections begun and hardly any answered, while others go on. */
class FirewallScanTest {
  private static final String SCANNER = "172.16.0.8";
  private static final String OTHER = "172.16.0.9";
  private static final String SERVER = "192.0.2.9";
  private static final int PORT = 4000;
  private static final int LIMIT = 100;
  private static final long HOUR = 3_600_000_000_000L;

  @ParameterizedTest
  @ValueSource(strings = {SCANNER, OTHER})
  void shouldBoundWhatAScanLeavesAndLetOpenConnectionsGoOn(String host) throws IOException {
    FirewallConfig config = FirewallConfig.defaults().withLimits(new Limits(LIMIT, 0));
    Firewall firewall = new Firewall(config);
    int limited = 0;
    int most = 0;
    try (SequentialRunner runner =
        new SequentialRunner(List.of(firewall, new Firewall(config), new Firewall(config)))) {
      List<Captures.Frame> frames = Captures.read("mid/synscan.pcap");
      open(runner, host, frames.getFirst().timestampNanos);
      for (Captures.Frame frame : frames) {
        Packet packet =
            FrameBuilder.packet(frame.bytes, frame.timestampNanos, true, frame.linkType);
        packet.fromInside(CidrSet.PRIVATE.containsSource(packet));
        Verdict verdict = runner.run(packet);
        limited += verdict.reason() == DropReason.LIMIT ? 1 : 0;
        most = Math.max(most, runner.size(firewall.flows()));
        assertThat(runner.run(data(host).at(frame.timestampNanos).build()).passes()).isTrue();
      }
      assertThat(most).isLessThanOrEqualTo(LIMIT + 1);
      assertThat(limited).isGreaterThan(1_500);
      runner.advanceTo(frames.getLast().timestampNanos + 1_000 * HOUR);
      for (StateTable table : firewall.layout().tables()) {
        assertThat(runner.size(table)).as(table.name()).isZero();
      }
    }
  }

  private static void open(SequentialRunner runner, String host, long nanos) {
    for (FrameBuilder frame :
        List.of(
            FrameBuilder.tcp(host, PORT, SERVER, 80, TcpTalk.SYN).numbers(100, 0),
            FrameBuilder.tcp(SERVER, 80, host, PORT, TcpTalk.SYN_ACK)
                .numbers(500, 101)
                .fromOutside(),
            FrameBuilder.tcp(host, PORT, SERVER, 80, TcpTalk.ACK).numbers(101, 501))) {
      assertThat(runner.run(frame.at(nanos).build()).passes()).isTrue();
    }
  }

  private static FrameBuilder data(String host) {
    return FrameBuilder.tcp(host, PORT, SERVER, 80, TcpTalk.ACK)
        .numbers(101, 501)
        .payload(new byte[20]);
  }
}
