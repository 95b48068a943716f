package org.statelessnf.host.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoCommandTest {
  @TempDir private Path directory;

  @Test
  void shouldShowThatNoConnectionNoticesAndLeaveAPage() throws Exception {
    Path report = directory.resolve("report.html");
    Invocation run = Invocation.snf("demo", "--seed", "3", "--report", report.toString());

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("Firewall", "NAT", "Load balancer")
        .contains("No connection noticed", "p99.9", "firewall.flows", "Charts: " + report);
    String page = Files.readString(report);
    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("No connection noticed", "prefers-color-scheme: dark", "--seed 3")
        .doesNotContain("http://", "https://", "<script", "<link", "NaN", "Infinity");
    assertThat(page.split("<svg ", -1)).hasSize(1 + 3 + 3 + 1);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    Path report = directory.resolve("no/such/report.html");
    Invocation.snf("demo", "--report", report.toString()).refusedWith(ExitCode.USAGE, "--report");
    Invocation.snf("demo", "--instances", "1").refusedWith(ExitCode.USAGE, "--instances");
    String good = directory.resolve("r.html").toString();
    Invocation.snf("demo", "--store", "nosuch:", "--report", good)
        .refusedWith(ExitCode.USAGE, "nosuch");
  }
}
