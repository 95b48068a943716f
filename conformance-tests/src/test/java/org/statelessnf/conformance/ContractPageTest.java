package org.statelessnf.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.statelessnf.conformance.kit.Rule;

/** The tests that {@code docs/store-contract.md} names exist. */
class ContractPageTest {
  private static final Path PAGE = Path.of("../docs/store-contract.md");
  private static final Pattern LIST = Pattern.compile("\\[([A-Z]\\d\\d[^\\]]*)]");
  private static final Pattern RANGE = Pattern.compile("([A-Z])(\\d\\d)(?:–[A-Z](\\d\\d))?");

  @Test
  void shouldNameRulesOfTheKit() throws IOException {
    Set<String> rules = new TreeSet<>();
    for (Method method : StoreConformanceTest.class.getMethods()) {
      Rule rule = method.getAnnotation(Rule.class);
      if (rule != null) {
        rules.add(rule.id());
      }
    }
    Set<String> named = new TreeSet<>();
    Matcher lists = LIST.matcher(Files.readString(PAGE));
    while (lists.find()) {
      Matcher ranges = RANGE.matcher(lists.group(1));
      while (ranges.find()) {
        int first = Integer.parseInt(ranges.group(2));
        int last = ranges.group(3) == null ? first : Integer.parseInt(ranges.group(3));
        for (int number = first; number <= last; number++) {
          named.add("%s%02d".formatted(ranges.group(1), number));
        }
      }
    }
    assertThat(named).isNotEmpty();
    assertThat(rules).containsAll(named);
  }
}
