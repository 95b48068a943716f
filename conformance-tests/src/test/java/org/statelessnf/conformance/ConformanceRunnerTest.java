package org.statelessnf.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.conformance.kit.RuleInfo;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.conformance.reference.ReferenceStore;
import org.statelessnf.conformance.report.ConformanceResult;
import org.statelessnf.conformance.report.ResultTable;
import org.statelessnf.conformance.report.RuleResult;
import org.statelessnf.conformance.report.StoreFacts;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Running the suite without a build. */
class ConformanceRunnerTest {
  private static final ConformanceOptions SOME =
      ConformanceOptions.defaults().withRules("K0", "K17", "v01", "B12").withScale(0.1);

  @TempDir private Path directory;

  @Test
  void shouldTellTheListenerHowItGetsOn() throws IOException {
    List<String> heard = new ArrayList<>();
    ConformanceListener listener =
        new ConformanceListener() {
          @Override
          public void started(StoreFacts store, List<RuleInfo> rules, long seed) {
            heard.add(store.uri() + " " + rules.size() + " " + seed);
          }

          @Override
          public void ruleStarted(RuleInfo rule, int done) {
            heard.add(done + " " + rule.id());
          }

          @Override
          public void ruleFinished(RuleResult result, int done) {
            heard.add(done + " " + result.rule().id() + " " + result.status());
          }
        };
    run(ReferenceStore::open, ConformanceOptions.defaults().withRules("V01").withSeed(5), listener);
    assertThat(heard).containsExactly("reference: 1 5", "0 V01", "1 V01 PASSED");
  }

  @Test
  void shouldReturnResultsByRule() throws IOException {
    ConformanceResult result =
        run(ReferenceStore::open, SOME.withSeed(77), ConformanceListener.NONE);
    assertThat(result.passed()).isTrue();
    assertThat(result.seed()).isEqualTo(77);
    assertThat(result.rules())
        .extracting(one -> one.rule().id() + " " + one.status())
        .containsExactly(
            "K01 PASSED",
            "K02 PASSED",
            "K03 PASSED",
            "K04 PASSED",
            "K05 PASSED",
            "K06 PASSED",
            "K07 PASSED",
            "K08 PASSED",
            "K09 PASSED",
            "K17 SKIPPED",
            "V01 PASSED",
            "B12 PASSED");
    assertThat(result.summary()).isEqualTo("11 passed, 0 failed, 1 skipped");
    assertThat(result.rules().getLast().measurements()).containsKey("slots");
    assertThat(result.rules().get(9).reason()).contains("CACHE_TABLES");
    assertThat(ResultTable.of(result))
        .contains("K17   skipped")
        .contains("V01   passed")
        .contains("keeps the rules tried")
        .contains("seed 77");
  }

  @Test
  void shouldFailWhenARuleIsBroken() throws IOException {
    StoreFixture shifty = () -> new ShiftyStore(ReferenceStore.open());
    ConformanceResult result = run(shifty, SOME.withRules("O06", "V01"), ConformanceListener.NONE);
    assertThat(result.passed()).isFalse();
    RuleResult broken = result.rules().getLast();
    assertThat(broken.rule().id()).isEqualTo("O06");
    assertThat(broken.status()).isEqualTo(RuleResult.Status.FAILED);
    assertThat(broken.reason())
        .startsWith("O06: description")
        .contains("look at: uri, description")
        .contains("-Dsnf.seed=" + result.seed());
    assertThat(broken.details()).contains("OutcomeRules");
    assertThat(ResultTable.of(result)).contains("O06   failed").contains("does not conform");
  }

  @Test
  void shouldNotPassWhenNothingCouldBeTried() throws IOException {
    ConformanceResult result =
        run(ReferenceStore::open, SOME.withRules("K17"), ConformanceListener.NONE);
    assertThat(result.passed()).isFalse();
    assertThat(ResultTable.of(result)).contains("nothing could be tried");
  }

  @Test
  void shouldWriteXmlAndCertificate() throws Exception {
    Path reports = directory.resolve("a/b");
    ConformanceResult result =
        ConformanceRunner.run(
            (StoreFixture) ReferenceStore::open, reports, ConformanceListener.NONE, SOME);
    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(reports.resolve(ConformanceRunner.JUNIT_XML).toFile());
    Element suite = xml.getDocumentElement();
    assertThat(suite.getAttribute("tests")).isEqualTo("12");
    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(12);

    JsonNode json =
        new ObjectMapper()
            .readTree(Files.readString(reports.resolve(ConformanceRunner.CERTIFICATE)));
    assertThat(json.get("result").asString()).isEqualTo("passed");
    assertThat(json.get("complete").asBoolean()).isFalse();
    assertThat(json.get("scale").asDouble()).isEqualTo(0.1);
    assertThat(json.get("seed").asLong()).isEqualTo(result.seed());
    assertThat(json.at("/store/uri").asString()).isEqualTo("reference:");
    assertThat(json.at("/store/capabilities/scope").asString()).isEqualTo("PROCESS");
    assertThat(json.at("/counts/passed").asInt()).isEqualTo(11);
    assertThat(json.at("/jvm/version").asString()).isNotEmpty();
    assertThat(json.get("rules").size()).isEqualTo(12);
    assertThat(json.at("/rules/9/id").asString()).isEqualTo("K17");
    assertThat(json.at("/rules/9/reason").asString()).contains("CACHE_TABLES");
  }

  @Test
  void shouldRepeatRandomChoicesWithTheSameSeed() throws IOException {
    ConformanceOptions options = SOME.withRules("B12").withSeed(123);
    String first = slots(options);
    assertThat(slots(options)).isEqualTo(first);
    assertThat(slots(options.withSeed(124))).isNotEqualTo(first);
  }

  private static String slots(ConformanceOptions options) throws IOException {
    return run(ReferenceStore::open, options, ConformanceListener.NONE)
        .rules()
        .getFirst()
        .measurements()
        .getOrDefault("slots", "");
  }

  @Test
  void shouldPassOnWhatIsWrongWithTheUri() {
    assertThatThrownBy(() -> run("nonsense://x")).isInstanceOf(StoreConfigException.class);
    assertThatThrownBy(() -> run("reference://127.0.0.1:1?connectTimeout=500ms"))
        .isInstanceOf(StoreUnavailableException.class);
  }

  private static ConformanceResult run(String uri) throws IOException {
    return ConformanceRunner.run(
        uri, null, ConformanceListener.NONE, ConformanceOptions.defaults());
  }

  private static ConformanceResult run(
      StoreFixture fixture, ConformanceOptions options, ConformanceListener listener)
      throws IOException {
    return ConformanceRunner.run(fixture, null, listener, options);
  }
}
