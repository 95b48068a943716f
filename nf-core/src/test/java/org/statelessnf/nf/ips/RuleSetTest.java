package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.ips.Signature.Scope;

final class RuleSetTest {
  @TempDir Path folder;

  @Test
  void shouldReadARuleWithAllItsParts() {
    Signature rule =
        rules(
                "drop tcp $HOME_NET any -> [10.1.0.0/16,!10.1.2.0/24] [80,8000:8080] (msg:\"a \\\"b"
                    + "\\\"; c\"; flow:to_server,established; content:\"x|0d 0A|\\;\"; nocase;"
                    + " content:\"Y\"; distance:1; within:9; classtype:bad; reference:url,x.y;"
                    + " metadata:a 1; gid:3; sid:77; rev:2; priority:1;)")
            .signatures[0];
    assertThat(rule.action()).isEqualTo(Action.DROP);
    assertThat(rule.identity().message()).isEqualTo("a \"b\"; c");
    assertThat(rule.identity().sid()).isEqualTo(77);
    assertThat(rule.identity().gid()).isEqualTo(3);
    assertThat(rule.identity().rev()).isEqualTo(2);
    assertThat(rule.identity().category()).isEqualTo("bad");
    assertThat(rule.flow()).isEqualTo(FlowTest.TO_SERVER | FlowTest.ESTABLISHED);
    assertThat(rule.contents().get(0).pattern()).isEqualTo(ByteDfaTest.pattern("x\r\n;", true));
    assertThat(rule.contents().get(1).relative()).isTrue();
    assertThat(rule.contents().get(1).distance()).isEqualTo(1);
    assertThat(rule.contents().get(1).within()).isEqualTo(9);
    assertThat(rule.scope()).isEqualTo(Scope.STREAM);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "tcp ! content:\"a\"; ! STREAM",
        "tcp ! content:\"a\"; depth:3; ! BOTH",
        "tcp ! content:\"a\"; startswith; ! BOTH",
        "tcp ! content:\"a\"; endswith; ! PACKET",
        "tcp ! content:\"a\"; dsize:4; ! PACKET",
        "tcp ! content:\"a\"; flags:A; ! PACKET",
        "tcp-pkt ! content:\"a\"; ! PACKET",
        "tcp-stream ! content:\"a\"; ! STREAM",
        "tcp ! flags:S; ! PACKET"
      })
  void shouldSearchWhereSuricataSearches(String protocol, String options, Scope scope) {
    RuleSet rules = rules("alert " + protocol + " any any -> any any (" + options + " sid:1;)");
    assertThat(rules.signatures[0].scope()).isEqualTo(scope);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\'',
      value = {
        "log tcp any any -> any any (sid:1;) ~ action 'log' is not supported",
        "alert http any any -> any any (sid:1;) ~ protocol http is not supported",
        "alert tcp any any any any (sid:1;) ~ has 6 parts",
        "alert tcp any any <- any any (sid:1;) ~ '<-' is no direction",
        "alert tcp any any -> any any ~ a rule is 'header (options)'",
        "alert tcp any any -> any any (sid:1) ~ does not end with ';'",
        "alert tcp any any -> any any (msg:\"x\";) ~ sid is missing",
        "alert tcp any any -> any any (pcre:\"/a/\"; sid:1;) ~ keyword 'pcre' is not supported",
        "alert tcp any any -> any any (content:\"\"; sid:1;) ~ content is empty",
        "alert tcp any any -> any any (content:\"|4|\"; sid:1;) ~ is not hex",
        "alert tcp any any -> any any (content:\"a; sid:1;) ~ quotation mark is not closed",
        "alert tcp any any -> any any (nocase; sid:1;) ~ stands before any content",
        "alert tcp any any -> any any (content:\"abc\"; depth:2; sid:1;) ~ does not fit",
        "alert tcp any any -> any any (content:\"a\"; within:2; sid:1;) ~ need a content before it",
        "alert tcp any any -> any any (content:\"a\"; content:\"b\"; offset:1; within:2; sid:1;) ~ does not go with",
        "alert tcp any any -> any any (content:\"a\"; content:\"b\"; distance:-3; sid:1;) ~ so far back",
        "alert tcp any any -> any any (content:\"a\"; content:!\"b\"; within:3; sid:1;) ~ negated content with distance",
        "alert tcp-stream any any -> any any (content:!\"b\"; sid:1;) ~ use tcp-pkt",
        "alert tcp $NOWHERE any -> any any (sid:1;) ~ variable $NOWHERE is not defined",
        "alert tcp 10.0.0.1/8 any -> any any (sid:1;) ~ bits set behind the prefix",
        "alert tcp any 99999 -> any any (sid:1;) ~ is no number from 0 to 65535",
        "alert ip any 80 -> any any (sid:1;) ~ a port needs a protocol",
        "alert tcp !any any -> any any (sid:1;) ~ matches nothing",
        "alert tcp [1.2.3.4 any -> any any (sid:1;) ~ has 3 parts",
        "alert tcp any any -> any any (flow:to_server,to_client; sid:1;) ~ contradicts itself",
        "alert tcp any any -> any any (flow:sideways; sid:1;) ~ 'sideways' is not supported",
        "alert tcp any any -> any any (dsize:>70000; sid:1;) ~ dsize",
        "alert tcp any any -> any any (flags:XY; sid:1;) ~ no flag"
      })
  void shouldRefuseWithLineAndReason(String rule, String reason) {
    assertThatThrownBy(() -> rules("# a comment", "", rule))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("t.rules:3: ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldRefuseTheSameSidTwice() {
    String rule = "alert tcp any any -> any any (sid:5;)";
    assertThatThrownBy(() -> rules(rule, rule)).hasMessage("t.rules:2: sid 5 is that of line 1");
  }

  @Test
  void shouldRefuseVariablesThatContainThemselves() {
    assertThatThrownBy(() -> rules("var A [$A]", "alert tcp $A any -> any any (sid:1;)"))
        .hasMessageContaining("contains itself");
  }

  @Test
  void shouldJoinContinuedLinesAndUseVariables() {
    RuleSet rules =
        rules(
            "portvar WEB [80,443]", "alert tcp any any -> any $WEB \\", "(content:\"a\"; sid:9;)");
    assertThat(rules.size()).isEqualTo(1);
  }

  @Test
  void shouldReadAFileInAnyEncodingAndNameItIfItIsNotThere() throws IOException {
    Path file = folder.resolve("x.rules");
    byte[] rule =
        "alert tcp any any -> any any (content:\"?\"; sid:1;)"
            .getBytes(StandardCharsets.ISO_8859_1);
    rule["alert tcp any any -> any any (content:\"".length()] = (byte) 0xe9;
    Files.write(file, rule);
    assertThat(RuleSet.load(file).elements[0].pattern().at(0)).isEqualTo(0xe9);
    assertThatThrownBy(() -> RuleSet.load(folder.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot be read");
  }

  static RuleSet rules(String... lines) {
    return RuleSet.parse(Path.of("t.rules"), List.of(lines));
  }
}
