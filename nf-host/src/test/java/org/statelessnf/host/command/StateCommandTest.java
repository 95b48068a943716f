package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;

class StateCommandTest {
  @Test
  void shouldSayThatAnInProcessStoreHasNothingToShow() {
    Invocation run = Invocation.snf("state", "list", "--store", "caffeine:", "--nf", "firewall");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("dies with its process");
  }

  @Test
  void shouldRefuseWhatItDoesNotKnowInOneLine() {
    Invocation.snf("state").refusedWith(ExitCode.USAGE, "list, get or watch");
    Invocation.snf("state", "list", "--store", "caffeine:", "--nf", "router")
        .refusedWith(ExitCode.USAGE, "router");
    Invocation.snf("state", "list", "--store", "nosuch:", "--nf", "nat")
        .refusedWith(ExitCode.USAGE, "nosuch");
  }
}
