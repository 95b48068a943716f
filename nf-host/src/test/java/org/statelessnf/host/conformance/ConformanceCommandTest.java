package org.statelessnf.host.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.conformance.ConformanceRunner;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code snf conformance} as a whole. */
class ConformanceCommandTest {
  @TempDir private Path directory;

  private static Invocation conformance(String... further) {
    String[] args = new String[further.length + 1];
    args[0] = "conformance";
    System.arraycopy(further, 0, args, 1, further.length);
    return Invocation.snf(args);
  }

  @Test
  void shouldEndWithATableOfAllRules() {
    Invocation run = conformance("--store", "caffeine:", "--quick", "--seed", "4711");
    assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.OK);
    List<String> lines = run.out().lines().toList();
    int rules = ConformanceRunner.rules().size();
    assertThat(lines).hasSize(rules + 2);
    assertThat(lines.getFirst()).startsWith("rule  result ");
    assertThat(lines.subList(1, rules + 1))
        .allMatch(line -> line.matches("[A-Z][0-9]{2} +(passed|skipped) +[0-9.]+  \\S.*"));
    assertThat(lines.getLast())
        .startsWith("caffeine:  conforms  (")
        .contains(" 0 failed", "seed 4711");
    assertThat(run.out()).contains("the store's scope is PROCESS");

    List<String> talk = run.err().lines().toList();
    assertThat(talk).hasSize(rules + 1);
    assertThat(talk.getFirst()).startsWith("snf conformance: caffeine: (").contains("seed 4711");
    assertThat(talk.getLast()).startsWith("[%d/%d] ".formatted(rules, rules));
  }

  @Test
  void shouldFailAndSayWhatIsBroken() throws Exception {
    Path xml = directory.resolve("deep/junit.xml");
    Path json = directory.resolve("certificate.json");
    Invocation run =
        conformance(
            "--store",
            "wrong:",
            "--rule",
            "v01,A08",
            "--junit",
            xml.toString(),
            "--certificate",
            json.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.CONFORMANCE_FAILED);
    assertThat(run.out())
        .containsPattern("V01 +passed")
        .containsPattern("A08 +failed")
        .contains("does not conform  (1 passed, 1 failed, 0 skipped");
    assertThat(run.err()).contains("[2/2] A08 failed");

    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(xml.toFile())
            .getDocumentElement();
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    JsonNode certificate = JsonMapper.builder().build().readTree(Files.readString(json));
    assertThat(certificate.get("result").asString()).isEqualTo("failed");
    assertThat(certificate.get("complete").asBoolean()).isFalse();
  }

  @Test
  void shouldPrintTheCertificateAndNothingElse() throws IOException {
    Path reports = directory.resolve("reports");
    Invocation run =
        conformance(
            "--store", "caffeine:", "--rule", "V0", "-o", "json", "--report", reports.toString());
    JsonNode certificate = run.json();
    assertThat(certificate.get("result").asString()).isEqualTo("passed");
    assertThat(certificate.at("/store/uri").asString()).isEqualTo("caffeine:");
    assertThat(Files.readString(reports.resolve(ConformanceRunner.CERTIFICATE)))
        .isEqualTo(run.out());
    assertThat(reports.resolve(ConformanceRunner.JUNIT_XML)).isNotEmptyFile();
  }

  @Test
  void shouldListTheRules() {
    Invocation run = conformance("--list", "--rule", "T");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("T01 ", "TIMERS is declared").doesNotContain("V01");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsWrongInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    conformance().refusedWith(ExitCode.USAGE, "--store");
    conformance("--store", "nosuch:").refusedWith(ExitCode.USAGE, "nosuch");
    conformance("--store", "caffeine:", "--rule", "Q").refusedWith(ExitCode.USAGE, "'Q'");
    conformance("--store", "caffeine:", "--rule", ",").refusedWith(ExitCode.USAGE, "--rule");
    conformance("--store", "caffeine:", "--quick", "--long").refusedWith(ExitCode.USAGE, "--long");
    conformance("--store", "caffeine:", "--seed", "x").refusedWith(ExitCode.USAGE, "--seed");
    conformance("--store", "caffeine:", "--report", file.toString())
        .refusedWith(ExitCode.USAGE, "--report");
    conformance("--store", "caffeine:", "--junit", directory.toString())
        .refusedWith(ExitCode.USAGE, "--junit", "directory");
    conformance("--store", "caffeine:?nosuch=1").refusedWith(ExitCode.USAGE, "nosuch");
  }

  @Test
  void shouldSayThatTheStoreIsAway() {
    conformance("--store", "wrong:away").refusedWith(ExitCode.STORE_UNREACHABLE, "wrong:away");
  }
}
