package org.statelessnf.nf.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code docs/rfc-conformance.md} of the list of requirements and the tests that are
 * annotated with them, and fails if the page that is there is another one. {@code -Dsnf.rfc.write}
 * writes it.
 */
class RfcConformanceTest {
  private static final Path PAGE = Path.of("../docs/rfc-conformance.md");
  private static final String LIST = "/rfc/requirements.txt";
  private static final int COLUMNS = 6;
  private static final Map<String, String> TITLES =
      Map.of(
          "4787", "NAT and unicast UDP",
          "5382", "NAT and TCP",
          "5508", "NAT and ICMP",
          "6888", "Carrier-grade NAT",
          "7857", "Updates to the requirements of NAT",
          "5597", "NAT and DCCP",
          "9293", "TCP, as a middlebox sees it",
          "5961", "TCP and blind attacks, as a middlebox sees it",
          "5722", "Overlapping IPv6 fragments",
          "7690", "Packet Too Big and load balancers");

  private record Entry(
      String rfc, String id, String section, String state, String text, String remark) {
    String key() {
      return rfc + " " + id;
    }

    String result() {
      return switch (state) {
        case "holds" -> "holds";
        case "part" -> "in part";
        case "no" -> "**not met**";
        default -> "does not apply";
      };
    }
  }

  @Test
  void shouldBeWhatThePageSays() throws IOException, URISyntaxException {
    List<Entry> entries = entries();
    Map<String, SortedSet<String>> tests = tests();
    check(entries, tests);
    String page = page(entries, tests);
    if (System.getProperty("snf.rfc.write") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as("out of date: run this test with -Dsnf.rfc.write")
        .isEqualTo(page);
  }

  private static void check(List<Entry> entries, Map<String, SortedSet<String>> tests) {
    List<String> keys = entries.stream().map(Entry::key).toList();
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(keys).as("what tests say they show is listed").containsAll(tests.keySet());
    for (Entry entry : entries) {
      boolean tested = entry.state.equals("holds") || entry.state.equals("part");
      assertThat(tests.containsKey(entry.key())).as("%s: has a test", entry).isEqualTo(tested);
      assertThat(entry.remark.isEmpty())
          .as("%s: a remark, unless it holds", entry)
          .isEqualTo(entry.state.equals("holds"));
      assertThat(entry.state).isIn("holds", "part", "no", "na");
      assertThat(TITLES).containsKey(entry.rfc);
    }
  }

  private static String page(List<Entry> entries, Map<String, SortedSet<String>> tests) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # RFC conformance

        Made by `RfcConformanceTest` from `nf-core/src/test/resources/rfc/requirements.txt` and the tests that are annotated
        with `@Requirement`; the build fails if it is out of date. Each test named here runs in every build; `./verify` checks
        that it did, and that it passed. "Holds" and "in part" need a test; the others need a reason. Requirements are told in
        short: the RFC's words count.

        | RFC | | holds | in part | not met | does not apply |
        |---|---|---|---|---|---|
        """);
    Map<String, List<Entry>> byRfc = new LinkedHashMap<>();
    entries.forEach(e -> byRfc.computeIfAbsent(e.rfc, r -> new ArrayList<>()).add(e));
    byRfc.forEach((rfc, list) -> {
      page.append("| [%s](#rfc-%s) | %s |".formatted(rfc, rfc, TITLES.get(rfc)));
      for (String state : List.of("holds", "part", "no", "na")) {
        page.append(' ').append(list.stream().filter(e -> e.state.equals(state)).count());
        page.append(" |");
      }
      page.append('\n');
    });
    byRfc.forEach((rfc, list) -> section(page, rfc, list, tests));
    return page.toString();
  }

  private static void section(
      StringBuilder page, String rfc, List<Entry> list, Map<String, SortedSet<String>> tests) {
    page.append("\n## RFC %s\n\n%s.\n\n".formatted(rfc, TITLES.get(rfc)));
    page.append("| requirement | section | | result | tests, remarks |\n|---|---|---|---|---|\n");
    for (Entry entry : list) {
      List<String> last = new ArrayList<>();
      for (String test : tests.getOrDefault(entry.key(), new TreeSet<>())) {
        last.add("`" + test + "`");
      }
      String named = String.join(", ", last);
      String gap = named.isEmpty() || entry.remark.isEmpty() ? "" : ". ";
      page.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  entry.id, entry.section, entry.text, entry.result(), named + gap + entry.remark));
    }
  }

  private static List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (InputStream list = RfcConformanceTest.class.getResourceAsStream(LIST)) {
      assertThat(list).isNotNull();
      String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] part = line.split("\\|", -1);
          assertThat(part).as(line).hasSize(COLUMNS);
          entries.add(
              new Entry(
                  part[0].strip(),
                  part[1].strip(),
                  part[2].strip(),
                  part[3].strip(),
                  part[4].strip(),
                  part[5].strip()));
        }
      }
    }
    return entries;
  }

  /** Requirement → tests, of all classes of this module's tests. */
  private static Map<String, SortedSet<String>> tests() throws IOException, URISyntaxException {
    Path root =
        Path.of(
            RfcConformanceTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> names;
    try (Stream<Path> files = Files.walk(root)) {
      names =
          files
              .map(f -> root.relativize(f).toString())
              .filter(f -> f.endsWith("Test.class"))
              .map(f -> f.substring(0, f.length() - ".class".length()).replace('/', '.'))
              .sorted()
              .toList();
    }
    Map<String, SortedSet<String>> tests = new LinkedHashMap<>();
    for (String name : names) {
      Class<?> type = load(name);
      for (Method method : type.getDeclaredMethods()) {
        for (Requirement requirement : method.getAnnotationsByType(Requirement.class)) {
          for (String id : requirement.id()) {
            tests
                .computeIfAbsent(requirement.rfc() + " " + id, k -> new TreeSet<>())
                .add(type.getSimpleName() + "." + method.getName());
          }
        }
      }
    }
    return tests;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, RfcConformanceTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
