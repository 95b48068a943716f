package org.statelessnf.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.Stores;
import tools.jackson.databind.JsonNode;

class SnfTest {
  @Test
  void shouldPrintItsVersion() {
    Invocation run = Invocation.snf("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("snf ");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "stores", "bench", "completion"})
  void shouldExplainItself(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.removeIf(String::isEmpty);
    args.add("--help");
    Invocation run = Invocation.snf(args.toArray(String[]::new));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: snf", "Example");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldRefuseACommandThatIsNone() {
    Invocation.snf("no-such-command").refusedWith(ExitCode.USAGE, "no-such-command");
    Invocation.snf().refusedWith(ExitCode.USAGE, "no command");
    Invocation.snf("stores", "--no-such-flag").refusedWith(ExitCode.USAGE, "--no-such-flag");
    Invocation.snf("stores", "-o", "xml").refusedWith(ExitCode.USAGE, "xml");
  }

  @Test
  void shouldShowTheStackTraceOnlyWhenAsked() {
    Invocation run = Invocation.snf("stores", "--debug", "--no-such-flag");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("\tat ");
  }

  @Test
  void shouldListTheStoresForPeopleAndForPrograms() {
    Invocation table = Invocation.snf("stores");
    assertThat(table.exitCode()).isZero();
    assertThat(table.out()).contains("caffeine", "caffeine:", "linearizable", "timers");

    JsonNode json = Invocation.snf("stores", "-o", "json").json();
    assertThat(json.size()).isEqualTo(Stores.providers().size());
    JsonNode caffeine = json.get(0);
    assertThat(caffeine.get("name").asString()).isEqualTo("caffeine");
    assertThat(caffeine.get("schemes").get(0).asString()).isEqualTo("caffeine");
    assertThat(caffeine.get("capabilities").get("scope").asString()).isEqualTo("PROCESS");
    assertThat(caffeine.get("capabilities").get("features").toString()).contains("TIMERS");
  }

  @Test
  void shouldPrintAScriptForCompletion() {
    Invocation run = Invocation.snf("completion");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("complete ", "stores", "completion");
  }
}
