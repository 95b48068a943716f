package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.Traces;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code snf run --nf ips} on a real capture, from rules to alerts. */
final class RunIpsTest {
  @TempDir Path folder;

  private Invocation run(Path rules, String... more) {
    return run("ips", rules, more);
  }

  private Invocation run(String functions, Path rules, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "run",
                "--nf",
                functions,
                "--store",
                "caffeine:",
                "--in",
                Traces.file("mid/WebattackXSS.pcap").toString(),
                "--out",
                folder.resolve("out.pcap").toString(),
                "--rules",
                rules.toString()));
    args.addAll(List.of(more));
    return Invocation.snf(args.toArray(String[]::new));
  }

  @Test
  void shouldWriteEachAlertOnceAsALineOfEve() throws IOException {
    Path rules = folder.resolve("my.rules");
    Files.writeString(
        rules,
        "alert tcp any any -> any any (msg:\"UA\"; content:\"user-agent|3a 20|\"; nocase;"
            + " flow:to_server; sid:5;)\n");
    Path eve = folder.resolve("eve.json");
    JsonNode report = run(rules, "--alerts", eve.toString(), "-o", "json").json();
    assertThat(report.get("packetsOut").asInt()).isEqualTo(9_374);
    Set<String> flows = new HashSet<>();
    int alerts = 0;
    for (String line : Files.readAllLines(eve)) {
      JsonNode alert = JsonMapper.builder().build().readTree(line);
      assertThat(alert.get("alert").get("signature_id").asInt()).isEqualTo(5);
      flows.add(alert.get("src_ip") + " " + alert.get("src_port"));
      alerts++;
    }
    assertThat(flows).hasSize(22); // as Suricata
    assertThat(alerts).isEqualTo(1_778); // as many as there are requests, says tshark
  }

  @Test
  void shouldSearchBehindTheReassembly() throws IOException {
    Path rules = folder.resolve("my.rules");
    Files.writeString(
        rules,
        "alert tcp-stream any any -> any any (content:\"user-agent|3a 20|\"; nocase; sid:5;)");
    Path eve = folder.resolve("eve.json");
    JsonNode report = run("reassembly,ips", rules, "--alerts", eve.toString(), "-o", "json").json();
    assertThat(report.get("packetsOut").asInt()).isEqualTo(9_374);
    assertThat(Files.readAllLines(eve)).hasSize(1_778);
  }

  @Test
  void shouldDropWhatARuleDrops() throws IOException {
    Path rules = folder.resolve("my.rules");
    Files.writeString(rules, "drop tcp any any -> any any (content:\"GET \"; depth:4; sid:1;)\n");
    JsonNode report = run(rules, "-o", "json").json();
    assertThat(report.get("drops").get("rule").asInt()).isPositive();
  }

  @Test
  void shouldRefuseARuleThatIsNotUnderstoodWithFileLineAndReason() throws IOException {
    Path rules = folder.resolve("my.rules");
    Files.writeString(rules, "# comment\nalert tcp any any -> any any (pcre:\"/a/\"; sid:1;)\n");
    run(rules).refusedWith(ExitCode.USAGE, rules + ":2: keyword 'pcre' is not supported");
  }
}
