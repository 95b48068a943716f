package org.statelessnf.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.host.Traces;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.oracle.Agreement.Reason;

/**
 * The firewall lets pass what the kernel's connection tracking lets pass, packet by packet, over
 * real captures, strict and liberal. Where it does not, a {@link Reason} says why, and how many
 * packets that are stands here: one more or less is a failure.
 */
class KernelOracleIT {
  private static final Logger LOG = LoggerFactory.getLogger(KernelOracleIT.class);
  private static final String PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16";

  /** As fast as the big ones may go without a packet overtaking another. */
  private static final int FAST = 3000;

  private static final int SLOW = 300;

  /** Two interfaces feed the kernel, so a busy machine may swap packets between the two. */
  private static final int ATTEMPTS = 2;

  private static final List<Case> CASES =
      List.of(
          new Case("mid/mix-dev.pcap", PRIVATE, FAST)
              .differs(Reason.NOT_IP, 328)
              .differs(Reason.IPV6, 118)
              .differs(Reason.GROUP, 435),
          new Case("mid/synscan.pcap", PRIVATE, FAST),
          new Case("mid/WebattackXSS.pcap", PRIVATE, FAST).unseen(1736),
          new Case("tcp/rst-inject-rae.pcap", "1.2.0.2/32", SLOW),
          new Case("tcp/handshake-reorder.pcap", "192.150.187.43/32", SLOW),
          new Case("tcp/lab-simopen-1.pcap", "10.77.0.1/32", SLOW),
          new Case("tcp/reassembly.pcap", "63.193.213.194/32", SLOW),
          new Case("tcp/retransmit-fast009.pcap", "10.0.88.85/32", SLOW).unseen(21),
          new Case("frag/ip4_fragments.pcap", "10.118.213.212/32", SLOW)
              .differs(Reason.REASSEMBLY, 14));

  private static final List<Case> MORE_CASES =
      List.of(
          new Case("frag/frag_http_req.pcap", "172.16.133.54/32", SLOW)
              .differs(Reason.REASSEMBLY, 10),
          new Case("frag/fragmented-1.pcap", "164.1.123.163/32", SLOW)
              .differs(Reason.REASSEMBLY, 3),
          new Case("frag/fragmented-syn.pcap", "192.168.1.100/32", SLOW)
              .differs(Reason.SPLIT_HEADER, 1),
          new Case("icmp/icmp-destunreach-no-context.pcap", "10.0.0.1/32", SLOW),
          new Case("icmp/icmp-destunreach-udp.pcap", "192.168.1.102/32", SLOW),
          new Case("icmp/icmp-timeexceeded.pcap", "10.0.0.1/32", SLOW),
          new Case("icmp/incoming-icmpv4-34toobig.pcap", "2.3.4.5/32", SLOW),
          new Case("tcp/one_tcp_stream.pcap", "10.0.0.1/32", SLOW),
          new Case("tcp/options.pcap", "192.168.1.102/32", SLOW),
          new Case("tcp/ssh-dups.pcap", "192.168.0.102/32", SLOW),
          new Case("tcp/syn-then-rst.pcap", "1.1.1.1/32", SLOW),
          new Case("tcp/tcp-fast-open.pcap", "10.99.99.1/32", SLOW),
          new Case("tcp/tcp-reassembly.pcap", "172.16.133.54/32", SLOW),
          new Case("tcp/three_http_streams.pcap", "172.16.133.132/32", SLOW),
          new Case("tcp/window-scale-range.pcap", "10.0.0.1/32", SLOW));

  @TempDir private Path directory;

  /**
   * A capture and what is expected of it, in both modes.
   *
   * @param capture below the captures' folder
   * @param inside addresses of the inside
   * @param packetsPerSecond pace
   * @param unseen packets that the kernel's firewall does not get to see
   * @param differences packets with different verdicts
   */
  record Case(
      String capture,
      String inside,
      int packetsPerSecond,
      int unseen,
      Map<Reason, Integer> differences) {
    Case(String capture, String inside, int packetsPerSecond) {
      this(capture, inside, packetsPerSecond, 0, Map.of());
    }

    Case unseen(int packets) {
      return new Case(capture, inside, packetsPerSecond, packets, differences);
    }

    Case differs(Reason reason, int packets) {
      Map<Reason, Integer> more =
          Stream.concat(differences.entrySet().stream(), Stream.of(Map.entry(reason, packets)))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      return new Case(capture, inside, packetsPerSecond, unseen, more);
    }

    @Override
    public String toString() {
      return capture;
    }
  }

  static Stream<Arguments> cases() {
    return inBothModes(CASES);
  }

  static Stream<Arguments> moreCases() {
    return inBothModes(MORE_CASES);
  }

  private static Stream<Arguments> inBothModes(List<Case> cases) {
    return cases.stream()
        .flatMap(c -> Stream.of(Arguments.of(c, "strict"), Arguments.of(c, "liberal")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldAgreeWithTheKernel(Case expected, String mode) throws Exception {
    check(expected, mode);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("moreCases")
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldAgreeWithTheKernelOnMore(Case expected, String mode) throws Exception {
    check(expected, mode);
  }

  private void check(Case expected, String mode) throws Exception {
    Path script = OracleTools.script();
    Path capture = Traces.file(expected.capture);
    boolean strict = mode.equals("strict");
    for (int attempt = 1; ; attempt++) {
      KernelReplay kernel =
          KernelReplay.run(
              script,
              capture,
              directory.resolve("attempt" + attempt),
              !strict,
              expected.inside,
              expected.packetsPerSecond);
      Agreement agreement =
          Agreement.of(kernel, strict, CidrSet.parse(expected.inside), expected.packetsPerSecond);
      LOG.info("{} {}: {}", expected, mode, agreement);
      if (attempt == ATTEMPTS || agreement.unexplained().isEmpty()) {
        verify(expected, kernel, agreement);
        return;
      }
    }
  }

  private static void verify(Case expected, KernelReplay kernel, Agreement agreement)
      throws IOException {
    assertThat(agreement.unexplained()).isEmpty();
    assertThat(agreement.explained()).isEqualTo(expected.differences);
    assertThat(agreement.unseen()).as("unseen").isEqualTo(expected.unseen);
    if (!agreement.fragments()) {
      assertThat(agreement.dropped()).isEqualTo(kernel.dropped());
      assertThat(kernel.forwarded().values().stream().mapToInt(i -> i).sum())
          .as("all that the kernel let through was captured")
          .isEqualTo(kernel.accepted());
    }
  }
}
