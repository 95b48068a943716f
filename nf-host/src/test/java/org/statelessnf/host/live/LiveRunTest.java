package org.statelessnf.host.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.Traces;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.io.dpdk.Dpdk;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;
import tools.jackson.databind.JsonNode;

/** {@code snf run} on network devices; after each run every packet buffer is back. */
class LiveRunTest {
  private static final String NULL = "dpdk:net_null,size=64";

  @TempDir Path folder;

  private static void needDpdk() {
    Assumptions.assumeTrue(Dpdk.isInstalled(), () -> "SKIPPED: " + Dpdk.missing());
  }

  private static Invocation run(String in, String out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("run", "--nf", "firewall", "--store", "caffeine:", "--in", in, "--out", out));
    args.addAll(List.of(more));
    return Invocation.snf(args.toArray(String[]::new));
  }

  private static List<ByteBuffer> frames(Path capture) throws IOException {
    List<ByteBuffer> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        frames.add(ByteBuffer.wrap(bytes));
      }
    }
    return frames;
  }

  @Test
  void shouldForwardWhatTheSameCaptureForwardsAsAFile() throws IOException {
    needDpdk();
    Path in = Traces.file("tcp/tcp-reassembly.pcap");
    Path fileOut = folder.resolve("file.pcap");
    Path deviceOut = folder.resolve("device.pcap");
    JsonNode file = run(in.toString(), fileOut.toString(), "-o", "json").json();
    String port = "dpdk:net_pcap,rx_pcap=" + in + ",tx_pcap=" + deviceOut;
    String packets = file.get("packetsIn").asString();
    JsonNode device = run(port, port, "--count", packets, "-o", "json").json();
    for (String field : List.of("packetsIn", "packetsOut", "drops", "flowsCreated")) {
      assertThat(device.get(field)).as(field).isEqualTo(file.get(field));
    }
    assertThat(frames(deviceOut)).isNotEmpty().isEqualTo(frames(fileOut));
    assertComplete(device, 1);
  }

  private static void assertComplete(JsonNode report, int devices) {
    assertThat(report.get("devices").size()).isEqualTo(devices);
    for (JsonNode device : report.get("devices")) {
      assertThat(device.get("buffersBack").asInt()).isEqualTo(device.get("buffers").asInt());
    }
  }

  @Test
  void shouldShareADeviceAmongInstancesByItsQueues() {
    needDpdk();
    JsonNode report =
        run(
                NULL,
                "dpdk:net_null",
                "--instances",
                "2",
                "--pipes",
                "2",
                "--count",
                "40000",
                "-o",
                "json")
            .json();
    assertThat(report.get("packetsIn").asInt()).isEqualTo(40_000);
    assertThat(report.get("pipes").size()).isEqualTo(4);
    long dropped = 0;
    for (JsonNode drop : report.get("drops")) {
      dropped += drop.asLong();
    }
    assertThat(report.get("packetsOut").asLong() + dropped).isEqualTo(40_000);
    assertComplete(report, 2);
  }

  @Test
  void shouldEndWhenTheTimeIsUp() {
    needDpdk();
    Invocation ran = run(NULL, NULL, "--duration", "100ms");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("packets in", "buffers back", "16,383 of 16,383");
  }

  @Test
  void shouldEndInGoodOrderWhenToldTo() throws InterruptedException {
    needDpdk();
    try (LivePorts ports = LivePorts.open(NULL, NULL, 1);
        StateStore store = Stores.open("caffeine:")) {
      LiveRun run =
          new LiveRun(
              "firewall",
              new LiveRun.Config(1, 1, PipeConfig.defaults().withReceiveThread(true), 0, 0),
              () -> new Firewall(FirewallConfig.defaults()),
              store,
              pipe -> ports.pipe(pipe, CidrSet.PRIVATE::containsSource));
      ReplayResult result =
          run.run(metrics -> {
            if (metrics.getFirst().packetsIn() > 0) {
              run.stop();
            }
          });
      assertThat(result.packetsIn()).isPositive();
      assertThat(result.packetsOut() + result.dropped()).isEqualTo(result.packetsIn());
      assertThat(ports.finish())
          .allSatisfy(device -> assertThat(device.buffersBack()).isEqualTo(device.buffers()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dpdk:eth0", "dpdk:net_null?queues=x", "dpdk:net_af_packet,iface=no-such-one"})
  void shouldRefuseAWrongPortInOneLine(String port) {
    if (port.contains("iface")) {
      needDpdk();
    }
    run(port, NULL).refusedWith(ExitCode.USAGE, port);
  }

  @ParameterizedTest
  @CsvSource({
    "dpdk:net_null, out.pcap,           ,         --in and --out",
    "dpdk:net_null, dpdk:net_null,      --kill,   --kill-instance-after",
    "dpdk:net_null, dpdk:net_null,      --zero,   --count 0 < 1",
    "dpdk:net_null, dpdk:net_null?queues=1, --two, fewer queues",
    "in.pcap,       out.pcap,           --count,  --duration and --count",
  })
  void shouldRefuseWhatDoesNotGoTogether(String in, String out, String how, String words) {
    String[] more =
        switch (how) {
          case "--kill" -> new String[] {"--instances", "2", "--kill-instance-after", "5"};
          case "--zero" -> new String[] {"--count", "0"};
          case "--two" -> new String[] {"--instances", "2"};
          case "--count" -> new String[] {"--count", "5"};
          case null, default -> new String[0];
        };
    run(in, out, more).refusedWith(ExitCode.USAGE, words);
  }
}
