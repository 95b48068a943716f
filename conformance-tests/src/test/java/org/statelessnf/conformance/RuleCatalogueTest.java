package org.statelessnf.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.statelessnf.conformance.kit.Level;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.kit.RuleInfo;

/** The rules are named as they are numbered, and the page that lists them is up to date. */
class RuleCatalogueTest {
  private static final Path PAGE = Path.of("..", "docs", "conformance.md");
  private static final String BEGIN = "<!-- rules: generated from the suite -->\n";
  private static final String END = "<!-- end of rules -->\n";
  private static final String TOPICS = "KVBALOETFSC";

  @Test
  void shouldNumberEachRuleOnce() {
    assertThat(RuleInfo.all(StoreConformanceTest.class))
        .extracting(RuleInfo::id)
        .hasSizeGreaterThan(100)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[" + TOPICS + "][0-9]{2}"));
  }

  @Test
  void shouldNameTestsByLevelAndRule() {
    for (RuleInfo rule : RuleInfo.all(StoreConformanceTest.class)) {
      assertThat(rule.method())
          .matches("(required|optional|stochastic)_[a-z][0-9]{2}_[a-z][a-zA-Z0-9]+")
          .contains("_" + rule.id().toLowerCase(Locale.ROOT) + "_");
    }
  }

  @Test
  void shouldCallARuleOptionalOnlyIfItNeedsSomethingDeclared() {
    for (Method test : StoreConformanceTest.class.getMethods()) {
      Rule rule = test.getAnnotation(Rule.class);
      if (rule == null) {
        continue;
      }
      boolean declared = rule.needs().length > 0 || rule.scope().ordinal() > 0;
      RuleInfo info = RuleInfo.of(test);
      if (rule.faults().length == 0 && info.level() != Level.STOCHASTIC) {
        assertThat(info.level() == Level.OPTIONAL).as(info.method()).isEqualTo(declared);
      }
    }
  }

  @Test
  void shouldListAllRulesInTheDocumentation() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(page.substring(begin, end))
        .as("docs/conformance.md; run this test with -Dsnf.updateDocs=true to write it anew")
        .isEqualTo(update(page, begin, end));
  }

  private static String update(String page, int begin, int end) throws IOException {
    String table = table();
    if (Boolean.getBoolean("snf.updateDocs")) {
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
      return page.substring(begin, end);
    }
    return table;
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    text.append("\n| rule | level | what must hold | runs if | look at |\n|---|---|---|---|---|\n");
    List<RuleInfo> rules = RuleInfo.all(StoreConformanceTest.class);
    rules.sort(
        Comparator.comparingInt((RuleInfo rule) -> TOPICS.indexOf(rule.id().charAt(0)))
            .thenComparing(RuleInfo::id));
    for (RuleInfo rule : rules) {
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  rule.id(),
                  rule.level().name().toLowerCase(Locale.ROOT),
                  rule.text(),
                  rule.condition().isEmpty() ? "always" : rule.condition(),
                  rule.lookAt()));
    }
    return text.append('\n').toString();
  }
}
