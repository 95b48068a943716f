package org.statelessnf.host.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.bench.load.Operation;
import org.statelessnf.host.bench.page.BenchPage;
import org.statelessnf.host.bench.report.BenchFiles;
import org.statelessnf.host.bench.report.BenchReport;
import org.statelessnf.host.bench.report.Samples;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.host.bench.report.StoreReport.LatencyReport;
import org.statelessnf.host.bench.report.StoreReport.OperationReport;

/** {@code snf bench} as a whole. */
class BenchCommandTest {
  private static final String[] SHORT = {
    "--duration", "20ms", "--rounds", "2", "--keys", "4096", "--packets", "10000", "--seed", "4711"
  };

  @TempDir private Path directory;

  private static Invocation bench(String... further) {
    String[] args = new String[further.length + 1];
    args[0] = "bench";
    System.arraycopy(further, 0, args, 1, further.length);
    return Invocation.snf(args);
  }

  private static String[] withShort(String... further) {
    String[] args = new String[further.length + SHORT.length];
    System.arraycopy(further, 0, args, 0, further.length);
    System.arraycopy(SHORT, 0, args, further.length, SHORT.length);
    return args;
  }

  @Test
  void shouldCompareStores() throws Exception {
    try (LocalRedis redis = new LocalRedis(directory)) {
      Path reports = directory.resolve("deep/reports");
      Invocation run =
          bench(
              withShort(
                  "--store",
                  "caffeine:," + redis.uri(),
                  "--store",
                  "wrong:",
                  "--nf",
                  "firewall,nat",
                  "--report",
                  reports.toString()));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("caffeine:  caffeine 3", redis.uri() + "  redis ")
          .containsPattern("multi-read 100 +caffeine: +[0-9]")
          .containsPattern("timer claim 32 +redis:\\S+ +[0-9]")
          .containsPattern("increment +wrong: +- .* unsupported: increment")
          .containsPattern("firewall +parse and forward +[0-9]")
          .containsPattern("nat +redis:\\S+ +[0-9]")
          .containsPattern("redis:\\S+ .* %  (never )?pays")
          .contains("seed 4711")
          .doesNotContain("MISMATCH");
      List<String> talk = run.err().lines().toList();
      assertThat(talk.getFirst()).startsWith("snf bench: caffeine: (").contains("seed 4711");
      assertThat(talk).hasSize(7).last().isEqualTo("snf bench: network function nat");

      BenchReport report = BenchFiles.read(reports.resolve(BenchFiles.JSON));
      assertThat(report.setting().command()).contains("--seed 4711", redis.uri());
      assertThat(report.stores()).hasSize(3);
      report.stores().forEach(BenchCommandTest::isComplete);
      try (var files = Files.list(reports.resolve(BenchFiles.HGRM))) {
        assertThat(files).hasSize(3 * Operation.all().size() - 1 + 2 * 4);
      }
      assertThat(report.functions()).hasSize(2 * 5);
      assertThat(Files.readString(reports.resolve(BenchFiles.PAGE)))
          .isEqualTo(BenchPage.of(report));
      // Nothing stays behind but the shapes of the filter and the timers, whatever the number of
      // keys.
      assertThat(Integer.parseInt(redis.call("DBSIZE").substring(1))).isLessThan(10);
    }
  }

  private static void isComplete(StoreReport store) {
    assertThat(store.operations()).hasSize(Operation.all().size());
    for (OperationReport operation : store.operations()) {
      if (operation.unsupported() == null) {
        assertThat(operation.failures()).as(operation.operation()).isEmpty();
        LatencyReport latency = Objects.requireNonNull(operation.latency());
        assertThat(latency.latency().count()).isPositive();
        assertThat(latency.p50Rounds()).hasSize(2).allMatch(value -> value > 0);
        assertThat(operation.throughput()).isNotEmpty().allMatch(rate -> rate.perSecond() > 0);
      } else {
        assertThat(store.store()).isEqualTo("wrong:");
        assertThat(operation.operation()).isEqualTo("increment");
        assertThat(operation.latency()).isNull();
      }
    }
  }

  @Test
  void shouldPrintTheReportAsJsonAndNothingElse() {
    Invocation run =
        bench(withShort("--store", "caffeine:", "--rate", "1000", "--nf", "none", "-o", "json"));
    assertThat(run.json().get("format").asString()).isEqualTo(BenchReport.FORMAT);
    assertThat(run.json().at("/stores/0/operations/0/latency/requestsPerSecond").asDouble())
        .isEqualTo(1000);
    assertThat(run.json().at("/stores/0/capabilities/scope").asString()).isEqualTo("PROCESS");
  }

  @Test
  void shouldRefuseWhatIsWrongInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    bench().refusedWith(ExitCode.USAGE, "--store");
    bench("--store", "nosuch:").refusedWith(ExitCode.USAGE, "nosuch");
    bench("--store", "caffeine:,nosuch:").refusedWith(ExitCode.USAGE, "nosuch");
    bench("--store", "caffeine:,caffeine:").refusedWith(ExitCode.USAGE, "caffeine: twice");
    bench("--store", "").refusedWith(ExitCode.USAGE, "no store");
    bench("--store", "caffeine:?nosuch=1").refusedWith(ExitCode.USAGE, "nosuch");
    bench("--store", "caffeine:", "--duration", "3").refusedWith(ExitCode.USAGE, "'3'");
    bench("--store", "caffeine:", "--duration", "3s", "--quick")
        .refusedWith(ExitCode.USAGE, "--quick");
    bench("--store", "caffeine:", "--keys", "10").refusedWith(ExitCode.USAGE, "--keys 10");
    bench("--store", "caffeine:", "--rounds", "0").refusedWith(ExitCode.USAGE, "--rounds");
    bench("--store", "caffeine:", "--load", "0").refusedWith(ExitCode.USAGE, "--load");
    bench("--store", "caffeine:", "--rate", "-1").refusedWith(ExitCode.USAGE, "--rate");
    bench("--store", "caffeine:", "--nf", "ips2").refusedWith(ExitCode.USAGE, "'ips2'", "nat");
    bench("--store", "caffeine:", "--nf", "lb,lb").refusedWith(ExitCode.USAGE, "lb twice");
    bench("--store", "caffeine:", "--packets", "9").refusedWith(ExitCode.USAGE, "--packets 9");
    bench("--store", "caffeine:", "--packet-rate", "0")
        .refusedWith(ExitCode.USAGE, "--packet-rate");
    bench("--store", "caffeine:", "--seed", "x").refusedWith(ExitCode.USAGE, "--seed");
    bench("--store", "caffeine:", "--report", file.toString())
        .refusedWith(ExitCode.USAGE, "--report");
  }

  @Test
  void shouldShowWhatHasChanged() throws IOException {
    Path old = directory.resolve("old");
    Path now = directory.resolve("new");
    new BenchFiles(old).write(Samples.report(1), "");
    new BenchFiles(now).write(Samples.report(1.5), "");
    String[] files = {
      old.resolve(BenchFiles.JSON).toString(), now.resolve(BenchFiles.JSON).toString()
    };
    Invocation run = bench("--compare", files[0], files[1]);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("read +one: +p50 .* 1.50 +WORSE ")
        .contains(" worse, ")
        .doesNotContain("better  ");
    assertThat(bench("--compare", files[0], files[1], "-o", "json").json().at("/changes/0/verdict"))
        .hasToString("\"WORSE\"");
    bench("--compare", files[0], "nosuch.json").refusedWith(ExitCode.USAGE, "nosuch.json");
    bench("--compare", files[0]).refusedWith(ExitCode.USAGE, "--compare");
    bench("--compare", files[0], files[1], "--store", "caffeine:")
        .refusedWith(ExitCode.USAGE, "--compare");
  }

  @Test
  void shouldSayWhichStoreIsAway() {
    bench("--store", "caffeine:,wrong:away").refusedWith(ExitCode.STORE_UNREACHABLE, "wrong:away");
    bench("--store", "redis://127.0.0.1:1?connectTimeout=500ms,caffeine:")
        .refusedWith(ExitCode.STORE_UNREACHABLE, "redis://127.0.0.1:1");
  }

  @Test
  void shouldTellCommasWithinAUriFromThoseBetweenThem() {
    assertThat(StoreList.parse(List.of("caffeine:,redis-cluster://a:1,b:2,c:3?x=1,redis://d:4")))
        .containsExactly("caffeine:", "redis-cluster://a:1,b:2,c:3?x=1", "redis://d:4");
    assertThat(StoreList.parse(List.of("redis://a", "ramcloud:tcp:host=h,port=5?cluster=x")))
        .containsExactly("redis://a", "ramcloud:tcp:host=h,port=5?cluster=x");
  }

  @Test
  void shouldWorkInANamespaceOfItsOwnUnlessTold() {
    assertThat(StoreBench.inNamespace("caffeine:", "n")).isEqualTo("caffeine:?namespace=n");
    assertThat(StoreBench.inNamespace("caffeine:?", "n")).isEqualTo("caffeine:?namespace=n");
    assertThat(StoreBench.inNamespace("redis://a?timeout=1s", "n"))
        .isEqualTo("redis://a?timeout=1s&namespace=n");
    assertThat(StoreBench.inNamespace("redis://a?namespace=b", "n"))
        .isEqualTo("redis://a?namespace=b");
  }
}
