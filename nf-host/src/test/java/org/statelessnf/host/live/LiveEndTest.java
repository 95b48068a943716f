package org.statelessnf.host.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.host.Traces;
import org.statelessnf.host.bench.LocalRedis;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.io.dpdk.Dpdk;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Live runs that end by a signal, or lose their store: every packet buffer is back. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LiveEndTest {
  private static final long CAPTURE_HEADER_BYTES = 24;

  @TempDir Path folder;

  private Path endless() {
    Assumptions.assumeTrue(Dpdk.isInstalled(), () -> "SKIPPED: " + Dpdk.missing());
    return Traces.file("tcp/tcp-reassembly.pcap");
  }

  /** Not SIGINT, which a build that runs in the background ignores, and its children with it. */
  @Test
  void shouldReportAndExitWithZeroWhenTerminated() throws Exception {
    Path sent = folder.resolve("sent.pcap");
    Path report = folder.resolve("report.json");
    Path talk = folder.resolve("talk.txt");
    String port = "dpdk:net_pcap,rx_pcap=" + endless() + ",tx_pcap=" + sent + "?buffers=4095";
    Process process =
        start(
            report,
            talk,
            "run --nf firewall --store caffeine: -o json --in " + port + " --out " + port);
    try {
      while (process.isAlive() && sizeOf(sent) <= CAPTURE_HEADER_BYTES) {
        Thread.sleep(20);
      }
      process.destroy(); // SIGTERM
      assertThat(process.waitFor()).as(Files.readString(talk)).isZero();
    } finally {
      process.destroyForcibly();
    }
    JsonNode json = JsonMapper.builder().build().readTree(Files.readString(report));
    assertThat(json.get("packetsIn").asLong()).isPositive();
    JsonNode device = json.get("devices").get(0);
    assertThat(device.get("buffersBack").asInt()).isEqualTo(4095);
    assertThat(device.get("packetsOut").asLong()).isEqualTo(json.get("packetsOut").asLong());
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private Process start(Path out, Path err, String arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + Path.of("src", "main", "snf", "jvm.args").toAbsolutePath());
    line.add("org.statelessnf.host.Snf");
    line.addAll(List.of(arguments.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  @Test
  void shouldGetEveryBufferBackWhenTheStoreIsLost() throws Exception {
    String port = "dpdk:net_pcap,rx_pcap=" + endless() + ",infinite_rx=1,tx_pcap=/dev/null";
    try (LocalRedis redis = new LocalRedis(folder);
        LivePorts ports = LivePorts.open(port, port, 1);
        StateStore store = Stores.open(redis.uri())) {
      LiveRun run =
          new LiveRun(
              "firewall",
              new LiveRun.Config(1, 1, PipeConfig.defaults().withReceiveThread(true), 0, 0),
              () -> new Firewall(FirewallConfig.defaults()),
              store,
              pipe -> ports.pipe(pipe, CidrSet.PRIVATE::containsSource));
      ReplayResult result =
          run.run(metrics -> {
            if (metrics.getFirst().packetsOut() > 0) {
              redis.stop();
            }
            if (metrics.getFirst().drops(DropReason.STORE_UNAVAILABLE) > 0) {
              run.stop();
            }
          });
      assertThat(result.drops()).containsKey(DropReason.STORE_UNAVAILABLE);
      assertThat(ports.finish())
          .allSatisfy(device -> assertThat(device.buffersBack()).isEqualTo(device.buffers()));
    }
  }
}
