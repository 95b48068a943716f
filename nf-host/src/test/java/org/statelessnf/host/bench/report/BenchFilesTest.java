package org.statelessnf.host.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.UsageException;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;

class BenchFilesTest {
  @TempDir private Path directory;

  @Test
  void shouldReadWhatItHasWritten() throws IOException {
    BenchReport report = Samples.report(1);
    new BenchFiles(directory).write(report, "<html/>");
    BenchReport read = BenchFiles.read(directory.resolve(BenchFiles.JSON));
    assertThat(read).isEqualTo(report);

    OperationReport first = read.stores().getFirst().operations().getFirst();
    Distribution latency = Objects.requireNonNull(first.latency()).latency();
    assertThat(latency.count()).isEqualTo(1_000);
    assertThat(latency.p50()).isBetween(500_000L, 501_000L);
    assertThat(latency.p999()).isBetween(999_000L, 1_000_000L);
    Histogram all = latency.histogram();
    assertThat(all.getTotalCount()).isEqualTo(1_000);
    assertThat(all.getCountBetweenValues(0, 250_000)).isBetween(249L, 251L);
  }

  @Test
  void shouldWriteADistributionOfEachOperationThatWasMeasured() throws IOException {
    new BenchFiles(directory).write(Samples.report(1), "");
    Path hgrm = directory.resolve(BenchFiles.HGRM);
    try (var files = Files.list(hgrm)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "one-read.hgrm",
              "one-multi-read-8.hgrm",
              "one-multi-read-100.hgrm",
              "one-write.hgrm",
              "one-nf-firewall.hgrm",
              "two-a-b-nf-firewall.hgrm",
              "two-a-b-read.hgrm",
              "two-a-b-multi-read-8.hgrm",
              "two-a-b-multi-read-100.hgrm",
              "two-a-b-write.hgrm");
    }
    List<String> lines = Files.readAllLines(hgrm.resolve("one-read.hgrm"));
    assertThat(lines.getFirst()).matches(" *Value +Percentile +TotalCount +1/\\(1-Percentile\\)");
    assertThat(lines).anyMatch(line -> line.matches(" +500\\.\\d+ +0\\.5\\d* +500 +2\\.00"));
    assertThat(lines.getLast()).startsWith("#[Buckets");
  }

  @Test
  void shouldRefuseWhatIsNoReport() throws IOException {
    Path file = directory.resolve("x.json");
    assertThatThrownBy(() -> BenchFiles.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("x.json");
    for (String text : List.of("", "{", "[]", "null", "{}", "{\"format\":\"other/1\"}")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> BenchFiles.read(file))
          .as(text)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("x.json is no report of snf bench");
    }
  }
}
