package org.statelessnf.store.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** What {@code docs/write-a-backend.md} shows is the code that is compiled here, and it works. */
class BackendGuideTest {
  private static final Path GUIDE = Path.of("../docs/write-a-backend.md");
  private static final Path EXAMPLE = Path.of("src/test/java/org/statelessnf/store/example");
  private static final Pattern SNIPPET =
      Pattern.compile("(?m)^```java\\n(.*?)^```$", Pattern.DOTALL);

  private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)\\)");

  @Test
  void shouldShowTheCodeOfTheExample() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("Map")).toList()) {
        sources.add(Files.readString(file));
      }
    }
    Matcher snippets = SNIPPET.matcher(Files.readString(GUIDE));
    int count = 0;
    while (snippets.find()) {
      String snippet = snippets.group(1);
      assertThat(sources).as(snippet).anyMatch(source -> source.contains(snippet));
      count++;
    }
    assertThat(count).isGreaterThan(5);
  }

  @Test
  void shouldLinkToWhatIsThere() throws IOException {
    int count = 0;
    for (String page : List.of("write-a-backend.md", "store-contract.md")) {
      Path file = GUIDE.resolveSibling(page);
      Matcher links = LINK.matcher(Files.readString(file));
      while (links.find()) {
        assertThat(file.resolveSibling(links.group(1))).as(page).exists();
        count++;
      }
    }
    assertThat(count).isPositive();
  }

  @Test
  void shouldOpenByItsUriAndKeepConditions() {
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    try (StateStore store = Stores.open("map:");
        StoreSession session = store.openSession()) {
      Table table = store.table(TableSpec.of("t", 16, 16));
      SingleKey single = session.single();
      long version = single.putIfAbsent(table, key, new byte[] {1}).version();
      assertThat(single.putIfAbsent(table, key, new byte[] {2}).version()).isEqualTo(version);
      assertThat(single.putIfVersion(table, key, new byte[] {3}, version + 1).outcome())
          .isEqualTo(Outcome.MISMATCH);
      assertThat(single.read(table, key).value()).containsExactly(1);
      assertThat(single.increment(table, key, 1).outcome()).isEqualTo(Outcome.MISMATCH);
      assertThat(single.removeIfVersion(table, key, version).outcome()).isEqualTo(Outcome.OK);
      assertThat(single.read(table, key).outcome()).isEqualTo(Outcome.ABSENT);
      assertThat(single.increment(table, key, 5).counter()).isEqualTo(5);
      assertThat(single.increment(table, key, -7).counter()).isEqualTo(-2);
    }
  }
}
