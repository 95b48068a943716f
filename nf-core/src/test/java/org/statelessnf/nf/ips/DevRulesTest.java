package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.testing.SequentialRunner;

/** Flows in which each signature is found, against Suricata 7.0.10 on the same captures. */
final class DevRulesTest {

  @Test
  void shouldFindTheFlowsThatSuricataFindsInWebAttacks() throws IOException {
    assertThat(flows("mid/WebattackXSS.pcap"))
        .isEqualTo(Map.of(9000001, 22, 9000002, 22, 9000005, 22, 9000007, 21));
  }

  @Test
  void shouldFindTheFlowsThatSuricataFindsInMixedTraffic() throws IOException {
    assertThat(flows("mid/mix-dev.pcap"))
        .isEqualTo(
            Map.of(
                9000001, 91, 9000002, 78, 9000003, 26, 9000004, 219, 9000005, 91, 9000006, 11,
                9000007, 11));
  }

  /** How many flows have each sid, of the rules that are within the subset: all but a pcre. */
  private static Map<Integer, Integer> flows(String capture) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(Captures.file("mid/dev.rules")));
    lines.removeIf(line -> line.contains("pcre:"));
    RuleSet rules = RuleSet.parse(Path.of("dev.rules"), lines);
    Map<Integer, Set<String>> flows = new HashMap<>();
    List<Ips> instances = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      instances.add(
          new Ips(
              IpsConfig.of(
                  rules,
                  alert ->
                      flows.computeIfAbsent(alert.sid(), s -> new HashSet<>()).add(key(alert)))));
    }
    try (SequentialRunner runner = new SequentialRunner(instances)) {
      for (Captures.Frame frame : Captures.read(Captures.file(capture))) {
        runner.run(IpsCasesTest.packet(frame));
      }
    }
    Map<Integer, Integer> counts = new TreeMap<>();
    flows.forEach((sid, of) -> counts.put(sid, of.size()));
    return counts;
  }

  private static String key(Alert a) {
    String one = a.source() + " " + a.sourcePort();
    String other = a.destination() + " " + a.destinationPort();
    return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
  }
}
