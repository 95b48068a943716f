package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.Invocation;
import tools.jackson.databind.JsonNode;

/** The latency experiment as a whole, with sizes that say nothing about latency. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class LatencyIT {
  @Test
  void shouldMeasureAllThreeKindsOfRoundTrips(@TempDir Path directory) {
    LabTools.assumeLab("redis-server", "redis-cli");
    Path page = directory.resolve("latency.html");
    JsonNode json =
        Invocation.snf(
                "experiment",
                "latency",
                "--rounds",
                "2",
                "--pings",
                "20",
                "--report",
                page.toString(),
                "-o",
                "json")
            .json();
    for (String percentile : List.of("p50", "p95")) {
      for (String field : List.of("baselineNanos", "statelessNanos", "storeReadNanos")) {
        assertThat(json.at("/" + percentile + "/" + field).asLong())
            .as("%s of %s", field, percentile)
            .isPositive();
      }
    }
    assertThat(page).content().contains("state in a store").contains("<svg");
  }
}
