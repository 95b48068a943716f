package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.Traces;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;
import tools.jackson.databind.JsonNode;

/** {@code snf run} from flags to the capture it writes, on real captures. */
class RunCommandTest {
  @TempDir Path folder;

  /** A frame that came out. */
  private record Frame(long flow, String bytes) {}

  private List<Frame> frames(Path capture) throws IOException {
    List<Frame> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        Packet packet = new Packet();
        packet.linkType(frame.linkType());
        packet.wrap(frame.memory(), frame.offset(), frame.length(), frame.wireLength(), 0);
        PacketParser.parse(packet);
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        frames.add(new Frame(FlowKeys.flowHash(packet), Arrays.toString(bytes)));
      }
    }
    return frames;
  }

  private static Map<Long, List<String>> byFlow(List<Frame> frames) {
    Map<Long, List<String>> flows = new HashMap<>();
    frames.forEach(f -> flows.computeIfAbsent(f.flow(), k -> new ArrayList<>()).add(f.bytes()));
    return flows;
  }

  private Invocation run(Path in, Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("run", "--store", "caffeine:", "--in", in.toString(), "--out", out.toString()));
    args.addAll(List.of(more));
    return Invocation.snf(args.toArray(String[]::new));
  }

  @Test
  void shouldAgreeWithTheKernelOnTheMix() {
    Path in = Traces.file("mid/mix-dev.pcap");
    Path out = folder.resolve("out.pcap");
    JsonNode strict = run(in, out, "--nf", "firewall", "--mode", "strict", "-o", "json").json();
    // conntrack's verdicts: 768 + 521 TCP packets invalid, 5 UDP packets new from outside.
    assertThat(strict.get("packetsIn").asInt()).isEqualTo(34_362);
    assertThat(strict.get("drops").get("unsolicited").asInt()).isEqualTo(5);
    for (String field :
        List.of(
            "flowsCreated", "storeReads", "storeWrites", "conflicts", "batches", "elapsedNanos")) {
      assertThat(strict.get(field).isNumber()).as(field).isTrue();
    }
    assertThat(strict.get("batchSizeMean").asDouble()).isPositive();
    for (String field : List.of("p50", "p95", "p99", "p999", "max")) {
      assertThat(strict.get("latencyNanos").get(field).isNumber()).as(field).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"mid/mix-dev.pcap", "mid/synscan.pcap"})
  void firewall_shouldSendTheSameFromFourSprayedInstancesAsFromOne(String name) throws IOException {
    Path in = Traces.file(name);
    Path one = folder.resolve("one.pcap");
    Path four = folder.resolve("four.pcap");
    assertThat(run(in, one, "--nf", "firewall").exitCode()).isZero();
    assertThat(
            run(in, four, "--nf", "firewall", "--instances", "4", "--spray", "packet").exitCode())
        .isZero();
    assertThat(byFlow(frames(four))).isEqualTo(byFlow(frames(one)));
  }

  @Test
  void firewall_shouldOnlyMissWhatTheKilledInstanceHeld() throws IOException {
    Path in = Traces.file("mid/mix-dev.pcap");
    Path one = folder.resolve("one.pcap");
    Path killed = folder.resolve("killed.pcap");
    int whole = run(in, one, "--nf", "firewall", "-o", "json").json().get("packetsOut").asInt();
    JsonNode json =
        run(
                in,
                killed,
                "--nf",
                "firewall",
                "--instances",
                "4",
                "--kill-instance-after",
                "17000",
                "-o",
                "json")
            .json();
    int lost = json.get("lostWithInstance").asInt();
    assertThat(json.get("packetsOut").asInt()).isBetween(whole - lost, whole);
    List<String> rest = new ArrayList<>(frames(one).stream().map(Frame::bytes).toList());
    Map<String, Integer> counts = new HashMap<>();
    rest.forEach(bytes -> counts.merge(bytes, 1, Integer::sum));
    for (Frame frame : frames(killed)) {
      assertThat(counts.merge(frame.bytes(), -1, Integer::sum)).isNotNegative();
    }
  }

  @Test
  void lb_shouldSendTheSameFromFourSprayedInstancesAsFromOne() throws IOException {
    Path in = Traces.file("mid/WebattackXSS.pcap");
    String[] lb = {
      "--nf", "lb", "--vip", "172.16.0.1:80", "--backend", "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80"
    };
    Path one = folder.resolve("one.pcap");
    Path four = folder.resolve("four.pcap");
    assertThat(run(in, one, lb).exitCode()).isZero();
    List<String> sprayed = new ArrayList<>(List.of(lb));
    sprayed.addAll(List.of("--instances", "4", "--spray", "packet"));
    assertThat(run(in, four, sprayed.toArray(String[]::new)).exitCode()).isZero();
    assertThat(byFlow(frames(four))).isEqualTo(byFlow(frames(one)));
  }

  @Test
  void nat_shouldGiveEveryInsideEndpointOneOutsideEndpointWithFourInstances() throws IOException {
    Path in = Traces.file("mid/mix-dev.pcap");
    Path out = folder.resolve("nat.pcap");
    Invocation run =
        run(
            in,
            out,
            "--nf",
            "nat",
            "--external",
            "192.0.2.1-192.0.2.4",
            "--instances",
            "4",
            "--spray",
            "packet",
            "-o",
            "json");
    assertThat(run.json().get("packetsOut").asInt()).isGreaterThan(10_000);
    int wrong = 0; // the capture itself has 493, of checksum offload
    try (CaptureReader reader = CaptureReader.open(out)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        Packet packet = new Packet();
        packet.linkType(frame.linkType());
        packet.wrap(frame.memory(), frame.offset(), frame.length(), frame.wireLength(), 0);
        PacketParser.parse(packet);
        if (packet.parseStatus() == ParseStatus.OK && packet.ipVersion() == 4) {
          wrong += Checksum.verifyIpv4Header(packet) == Checksum.INVALID ? 1 : 0;
        }
      }
    }
    assertThat(wrong).isLessThanOrEqualTo(493);
  }

  @Test
  void aChainShouldJudgeAlikeWithOneInstanceAndWithFour() throws IOException {
    Path in = Traces.file("mid/mix-dev.pcap");
    String[] chain = {"--nf", "firewall,nat", "--external", "192.0.2.1-192.0.2.4", "-o", "json"};
    String[] four =
        Stream.concat(Stream.of(chain), Stream.of("--instances", "4")).toArray(String[]::new);
    var one = run(in, folder.resolve("one.pcap"), chain).json();
    var all = run(in, folder.resolve("four.pcap"), four).json();
    assertThat(one.get("packetsOut").asInt()).isGreaterThan(3_000);
    assertThat(all.get("packetsOut")).isEqualTo(one.get("packetsOut"));
    assertThat(all.get("drops")).isEqualTo(one.get("drops"));
    assertThat(one.get("drops").has("no_mapping")).as("the NAT judged").isTrue();
    assertThat(one.get("drops").has("invalid_state")).as("the firewall judged").isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nf firewal|2|firewal",
        "--nf ips|2|--rules",
        "--nf ips --rules /does/not/exist|2|/does/not/exist",
        "--nf firewall --alerts /tmp/x|2|--alerts",
        "--nf reassembly --overlap worst|2|worst",
        "--nf reassembly --hold-bytes 70000|2|70000",
        "--nf firewall --depth 5|2|--depth",
        "--nf defrag --fragments 1|2|1 fragments",
        "--nf firewall --fragment-time 5s|2|--fragment-time",
        "--nf firewall,nat|2|--external",
        "--nf firewall,firewall|2|twice",
        "--nf firewall,|2|is not one of",
        "--nf firewall,lb --external 192.0.2.1|2|--external does not go",
        "--nf nat|2|--external",
        "--nf nat --external 1.2.3|2|--external",
        "--nf lb|2|--vip",
        "--nf lb --vip 1.2.3.4:80 --backend 1.2.3.4|2|1.2.3.4",
        "--nf firewall --inside 10.0.0.0/99|2|--inside",
        "--nf firewall --mode lax|2|lax",
        "--nf firewall --vip 1.2.3.4:80|2|--vip",
        "--nf firewall --instances 0|2|instances",
        "--nf firewall --max-batch 0|2|maxBatch",
        "--nf firewall --kill-instance-after 5|2|1 instance",
        "--nf firewall --timeouts /does/not/exist|2|/does/not/exist"
      })
  void shouldRefuseBadFlagsInOneLine(String flags, int code, String word) throws IOException {
    Path in = Files.write(folder.resolve("in.pcap"), new byte[0]);
    run(in, folder.resolve("out.pcap"), flags.split(" ")).refusedWith(code, word);
  }

  @Test
  void shouldRefuseBadCapturesAndStoresInOneLine() throws IOException {
    Path out = folder.resolve("out.pcap");
    Path empty = Files.write(folder.resolve("empty.pcap"), new byte[0]);
    run(empty, out, "--nf", "firewall").refusedWith(ExitCode.USAGE, "empty.pcap");
    run(folder.resolve("none.pcap"), out, "--nf", "firewall")
        .refusedWith(ExitCode.USAGE, "none.pcap");
    Path text = Files.writeString(folder.resolve("text.pcap"), "this is no capture at all, is it?");
    run(text, out, "--nf", "firewall").refusedWith(ExitCode.USAGE, "text.pcap");
    Invocation.snf(
            "run",
            "--nf",
            "firewall",
            "--store",
            "nosuch:",
            "--in",
            Traces.file("mid/mix-dev.pcap").toString(),
            "--out",
            out.toString())
        .refusedWith(ExitCode.USAGE, "nosuch");
  }
}
