package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.nf.testing.FrameBuilder;

/** {@code docs/firewall-rules.md} shows files that can be read, and says how the defaults are. */
class RulesPageTest {
  private static final Path PAGE = Path.of("../docs/firewall-rules.md");
  private static final Pattern TIMEOUT =
      Pattern.compile("\\| `([a-z0-9_.]+)` \\| (\\d+)([sd]) \\|");
  private static final Pattern NAMES = Pattern.compile("or a name: (`[^|]*`) \\|");

  @TempDir private Path directory;

  @Test
  void shouldShowRulesThatCanBeRead() throws IOException {
    FirewallConfig config = FirewallConfig.load(example("firewall"));
    assertThat(config.strict()).isTrue();
    assertThat(config.laterFragments()).isEqualTo(Policy.DROP);
    assertThat(
            config
                .rules()
                .decide(FrameBuilder.tcp("10.0.0.1", 1, "192.0.2.1", 25, TcpTalk.SYN).build()))
        .isEqualTo(Rules.DENIED_BY_RULE);
    assertThat(
            config
                .rules()
                .decide(
                    FrameBuilder.tcp("192.0.2.1", 1, "10.0.0.80", 443, TcpTalk.SYN)
                        .fromOutside()
                        .build()))
        .isEqualTo(Rules.ALLOWED);
  }

  @Test
  void shouldShowTimeoutsThatCanBeRead() throws IOException {
    Timeouts timeouts = Timeouts.load(example("timeouts"));
    assertThat(timeouts.get("tcp.established")).isEqualTo(Duration.ofHours(2));
    assertThat(timeouts.get("udp.stream")).isEqualTo(Duration.ofMinutes(3));
    assertThat(timeouts.get("icmp")).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void shouldListAllTimeoutsWithTheirDefaults() throws IOException {
    Map<String, Duration> listed = new TreeMap<>();
    Matcher rows = TIMEOUT.matcher(Files.readString(PAGE));
    while (rows.find()) {
      long number = Long.parseLong(rows.group(2));
      listed.put(
          rows.group(1),
          rows.group(3).equals("d") ? Duration.ofDays(number) : Duration.ofSeconds(number));
    }
    Map<String, Duration> defaults = new TreeMap<>();
    Timeouts.names().forEach(name -> defaults.put(name, Timeouts.defaults().get(name)));
    assertThat(listed).isEqualTo(defaults);
  }

  @Test
  void shouldNameProtocolsThatRulesKnow() throws IOException {
    Matcher names = NAMES.matcher(Files.readString(PAGE));
    assertThat(names.find()).isTrue();
    for (String name : names.group(1).replace("`", "").split(", ", -1)) {
      assertThat(Rule.parse("allow in " + name)).as(name).hasToString("allow in " + name);
    }
  }

  /** A file of the page's example in that language. */
  private Path example(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(block.find()).as(language).isTrue();
    return Files.writeString(directory.resolve(language), block.group(1));
  }
}
