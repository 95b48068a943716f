package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.packet.IcmpHeader;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;

class RulesTest {
  @TempDir Path directory;

  @Test
  void shouldAllowOutAndDenyInByDefault() {
    Rules rules = Rules.defaults();
    assertThat(rules.decide(tcp("10.0.0.1", 1, "192.0.2.1", 80))).isEqualTo(Rules.ALLOWED);
    assertThat(rules.decide(in("192.0.2.1", 1, "10.0.0.1", 80))).isEqualTo(Rules.DENIED_BY_DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allow in tcp to 10.1.2.3 port 22 | true",
        "allow in tcp to 10.1.2.3 port 20-25 | true",
        "allow in tcp to 10.1.2.3 port 80,22 | true",
        "allow any tcp | true",
        "allow in | true",
        "allow in 6 | true",
        "allow in from any to any | true",
        "allow in tcp from 192.0.2.0/24 port 1024-65535 to 10.0.0.0/8 port 22 | true",
        "allow in tcp from 198.51.100.0/24,192.0.2.0/24 | true",
        "allow out tcp | false",
        "allow in udp | false",
        "allow in tcp to 10.1.2.3 port 23 | false",
        "allow in tcp to 10.1.2.4 | false",
        "allow in tcp from 10.0.0.0/8 | false",
        "allow in tcp from any port 22 | false",
        "allow in to 2001:db8::/32 | false",
      })
  void shouldMatchWhatTheRuleSays(String line, boolean matches) {
    assertThat(Rule.parse(line).matches(in("192.0.2.1", 4000, "10.1.2.3", 22))).isEqualTo(matches);
    assertThat(Rule.parse(line)).hasToString(line);
  }

  @Test
  void shouldMatchIpv6() {
    Rule rule = Rule.parse("allow out tcp from fd00::/8 to 2001:db8::/32 port 443");
    assertThat(rule.matches(tcp("fd00::1", 4000, "2001:db8::9", 443))).isTrue();
    assertThat(rule.matches(tcp("fd00::1", 4000, "2001:db9::9", 443))).isFalse();
    assertThat(rule.matches(tcp("10.0.0.1", 4000, "192.0.2.9", 443))).isFalse();
  }

  @Test
  void shouldLetTheFirstMatchDecide() throws IOException {
    FirewallConfig config =
        load(
            """
            # the first of two
            deny  out tcp to any port 25      # but for the mail host
            allow out tcp from 10.0.0.25 to any port 25
            allow in  tcp to 10.0.0.80 port 80,443
            default out deny
            """);
    assertThat(config.rules().decide(tcp("10.0.0.25", 1, "192.0.2.1", 25)))
        .isEqualTo(Rules.DENIED_BY_RULE);
    assertThat(config.rules().decide(in("192.0.2.1", 1, "10.0.0.80", 443)))
        .isEqualTo(Rules.ALLOWED);
    assertThat(config.rules().decide(tcp("10.0.0.1", 1, "192.0.2.1", 80)))
        .isEqualTo(Rules.DENIED_BY_DEFAULT);
  }

  @Test
  void shouldAskOnlyForPacketsThatOpenAFlow() throws IOException {
    FirewallConfig config = load("deny in\nallow out tcp\nallow in icmp to 10.0.0.1\n");
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config))) {
      assertThat(runner.run(in("192.0.2.1", 80, "10.0.0.1", 4000)).reason())
          .isEqualTo(DropReason.RULE);
      runner.run(tcp("10.0.0.1", 4000, "192.0.2.1", 80));
      Packet answer =
          FrameBuilder.tcp("192.0.2.1", 80, "10.0.0.1", 4000, TcpTalk.SYN_ACK)
              .numbers(1, 1001)
              .fromOutside()
              .build();
      assertThat(runner.run(answer).passes()).isTrue();
    }
  }

  @Test
  void shouldNameARuleOrTheDefaultAsTheReason() throws IOException {
    FirewallConfig config = load("deny out udp\ndefault out deny\n");
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config))) {
      assertThat(runner.run(FrameBuilder.udp("10.0.0.1", 1, "192.0.2.1", 2).build()).reason())
          .isEqualTo(DropReason.RULE);
      assertThat(runner.run(tcp("10.0.0.1", 1, "192.0.2.1", 2)).reason())
          .isEqualTo(DropReason.RULE);
      assertThat(
              runner
                  .run(
                      FrameBuilder.icmp("192.0.2.1", "10.0.0.1", IcmpHeader.ECHO_REQUEST, 0, 1)
                          .fromOutside()
                          .build())
                  .reason())
          .isEqualTo(DropReason.UNSOLICITED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permit in                        | 'permit' begins no statement",
        "allow                            | a direction",
        "allow inward                     | 'inward' is no direction",
        "allow in tpc                     | 'tpc' is no protocol",
        "allow in 256                     | '256' is no protocol",
        "allow in tcp to                  | an address, a block or any, behind 'to'",
        "allow in tcp to 10.0.0.300       | 10.0.0.300",
        "allow in tcp to 10.0.0.1/8       | bits set behind the prefix",
        "allow in tcp to any port         | a port behind 'port'",
        "allow in tcp to any port 65536   | '65536' is no port",
        "allow in tcp to any port 9-8     | ends before it begins",
        "allow in icmp to any port 22     | a protocol that has ports",
        "allow in to any port 22          | a protocol that has ports",
        "allow in tcp to any from any     | 'from' does not belong there",
        "allow in tcp with love           | 'with' does not belong there",
        "mode severe                      | neither 'strict' nor 'liberal'",
        "mode                             | mode liberal|strict",
        "default in                       | default in|out allow|deny",
        "default sideways deny            | neither 'out' nor 'in'",
        "policy broadcast pass            | unknown policy 'broadcast'",
        "policy multicast maybe           | neither 'pass' nor 'drop'",
      })
  void shouldSayWhatIsWrongAndWhere(String line, String message) {
    assertThatThrownBy(() -> load("\n# comment\n" + line + "\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("firewall.conf:3: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    Path missing = directory.resolve("missing.conf");
    assertThatThrownBy(() -> FirewallConfig.load(missing))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(missing + ": ");
  }

  @Test
  void shouldReadTheMode() throws IOException {
    assertThat(load("mode strict").strict()).isTrue();
    assertThat(load("mode liberal").strict()).isFalse();
    assertThat(load("").strict()).isFalse();
  }

  private FirewallConfig load(String text) throws IOException {
    return FirewallConfig.load(Files.writeString(directory.resolve("firewall.conf"), text));
  }

  private static Packet tcp(String from, int fromPort, String to, int toPort) {
    return FrameBuilder.tcp(from, fromPort, to, toPort, TcpTalk.SYN).build();
  }

  private static Packet in(String from, int fromPort, String to, int toPort) {
    return FrameBuilder.tcp(from, fromPort, to, toPort, TcpTalk.SYN).fromOutside().build();
  }
}
