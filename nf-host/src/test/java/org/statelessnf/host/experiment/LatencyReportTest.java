package org.statelessnf.host.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyReportTest {
  private static LatencyReport report(long stateless) {
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      said.append("0 1000\n1 ").append(stateless).append("\n2 500\n");
    }
    said.append("1 -1\n");
    return new LatencyReport(new Latency(2, 5), Latency.parse(said.toString(), "redis:"));
  }

  @Test
  void shouldSetTheAddedTimeBesideTheStoresOwn() {
    LatencyReport report = report(1_540);
    assertThat(report.row(50))
        .containsExactly("p50", "1.0 µs", "1.5 µs", "+540 ns", "500 ns", "1.08", "0.54");
    assertThat(report.table()).contains("lost: 1").contains("redis:");
    assertThat(report.json()).contains("\"atMostOneReadAndATenth\" : true");
    assertThat(new LatencyPage(report, "here").html()).contains("+540 ns").contains("<svg");
  }

  @Test
  void shouldSayWhenItIsMoreThanOneRoundTripAndATenth() {
    assertThat(report(1_560).json()).contains("\"atMostOneReadAndATenth\" : false");
  }

  @Test
  void shouldTakeATimeBelowTheBaselineAsItIs() {
    assertThat(report(900).row(95)).contains("-100 ns", "-0.20");
  }
}
