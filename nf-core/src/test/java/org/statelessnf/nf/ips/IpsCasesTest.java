package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.chain.Chain;
import org.statelessnf.nf.defrag.Defrag;
import org.statelessnf.nf.defrag.DefragConfig;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;

/**
 * The cases of suricata-verify that Suricata 7 was seen to solve: captures with rules, and how many
 * alerts each signature has. A case whose rules are not all within the subset says which is not.
 */
final class IpsCasesTest {
  /** What the manifest of the captures says. */
  private static final Map<String, Map<Integer, Integer>> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("alert-distance-within-1", Map.of(2, 2)),
              Map.entry("alert-testmyids-midstream3", Map.of(2100498, 1)),
              Map.entry("alert-testmyids-async", Map.of(2100498, 1)),
              Map.entry("bug-2491-01", Map.of(1, 1, 2, 1)),
              Map.entry("bug-3286-02-linux-evasion", Map.of(2210044, 2, 1, 1)),
              Map.entry("bug-4623", Map.of(1, 1, 2, 1, 3, 1)),
              Map.entry("bug-6244-tcp-rst-with-data", Map.of(1, 1, 4, 1)),
              Map.entry("detect-pcre__detect-pcre-02", Map.of(1, 1, 2, 1)),
              Map.entry("detect-bytetest-02", Map.of(4, 2, 5, 2, 1, 1, 2, 1)),
              Map.entry("detect-bytejump-01", Map.of(1, 1)),
              Map.entry("eve-overlap-payload-01", Map.of(4, 1, 3, 1, 2, 1)),
              Map.entry("eve-overlap-payload-02-policy-oldlinux", Map.of(4, 1, 3, 1, 1, 1)),
              Map.entry("eve-overlap-payload-05-gap", Map.of(4, 1, 6, 1, 1, 1, 3, 1)),
              Map.entry("tcp-split-handshake-01-4whs", Map.of(3, 1, 1, 1, 2, 1)),
              Map.entry("tcp-fastopen-05", Map.of(1, 2)),
              Map.entry("defrag__bug-6887-defrag-ipv4-tcp-syn", Map.of(1, 1)),
              Map.entry("defrag__bug-6887-defrag-eth-vlan-ipv4-tcp-syn", Map.of(1, 1)),
              Map.entry("ipv6-evasion__ipv6-malformed-fragments-1", Map.of(2200072, 1)),
              Map.entry(
                  "ipv6-evasion__ipv6-malformed-fragments-10", Map.of(2200015, 1, 2200080, 1)),
              Map.entry("issue-3267-tcphdr", Map.of(1, 1, 2, 1, 3, 1, 4, 1)),
              Map.entry("icmp-hdr-02", Map.of(1, 1)),
              Map.entry("util-action-tests__util-action-03", Map.of(1, 2, 3, 2)),
              Map.entry("decode-nsh-type1", Map.of(1, 1)),
              Map.entry("ips-state-1", Map.of(2, 39)),
              Map.entry("ipv4-hdr-keyword", Map.of(1234, 1))));

  /** Within the language, but more is asked than rules; why they come out otherwise. */
  private static final Map<String, String> MORE_THAN_RULES =
      Map.of(
          "decode-nsh-type1", "the packet is in NSH, which is not decoded",
          "eve-overlap-payload-02-policy-oldlinux",
              "the second copy of a segment counts only for another re-assembly in front");

  @Test
  void shouldAlertAsSuricataWhereTheRulesAreUnderstood() throws IOException {
    List<String> wrong = new ArrayList<>();
    int right = 0;
    int outside = 0;
    for (Map.Entry<String, Map<Integer, Integer>> expected : EXPECTED.entrySet()) {
      Path folder = Captures.file("ips").resolve(expected.getKey());
      RuleSet rules;
      try {
        rules = RuleSet.load(only(folder, ".rules"));
      } catch (ConfigException e) {
        outside++;
        System.out.println("ips case " + expected.getKey() + ": outside, " + e.getMessage());
        continue;
      }
      Map<Integer, Integer> found = run(only(folder, ".pcap"), rules);
      if (found.equals(expected.getValue())) {
        right++;
      } else {
        String reason = MORE_THAN_RULES.getOrDefault(expected.getKey(), "");
        System.out.println(
            "ips case %s: %s instead of %s, %s"
                .formatted(expected.getKey(), found, expected.getValue(), reason));
        wrong.add(expected.getKey());
      }
    }
    System.out.println(
        "ips cases: "
            + right
            + " of "
            + (right + wrong.size())
            + " within the subset right, "
            + outside
            + " outside");
    assertThat(wrong).containsExactlyInAnyOrderElementsOf(MORE_THAN_RULES.keySet());
  }

  static Map<Integer, Integer> run(Path capture, RuleSet rules) throws IOException {
    Map<Integer, Integer> counts = new TreeMap<>();
    List<Chain> instances = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Ips ips = new Ips(IpsConfig.of(rules, alert -> counts.merge(alert.sid(), 1, Integer::sum)));
      instances.add(new Chain(List.of(new Defrag(DefragConfig.defaults()), ips)));
    }
    try (SequentialRunner runner = new SequentialRunner(instances)) {
      for (Captures.Frame frame : Captures.read(capture)) {
        runner.run(packet(frame));
      }
    }
    return counts;
  }

  static Packet packet(Captures.Frame frame) {
    Packet packet = FrameBuilder.packet(frame.bytes, frame.timestampNanos, true, frame.linkType);
    packet.fromInside(CidrSet.PRIVATE.containsSource(packet));
    return packet;
  }

  private static Path only(Path folder, String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }
}
