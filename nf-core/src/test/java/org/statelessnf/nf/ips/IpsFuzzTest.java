package org.statelessnf.nf.ips;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/** The IPS, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class IpsFuzzTest {
  private static final Path FILE = Path.of("fuzzed");
  private static final String[] HOSTS = {"10.0.0.1", "10.0.0.2", "192.0.2.1", "224.0.0.1"};
  private static final String[] HOSTS_6 = {"fd00::1", "fd00::2", "2001:db8::1", "fe80::1"};
  private static final int[] PORTS = {40_000, 80, 53, 443};

  /** Contents that the payloads of {@link PacketScript} hold, whole and begun. */
  private static final RuleSet RULES =
      RuleSet.parse(
          FILE,
          List.of(
              "alert tcp any any -> any any (content:\"|00 00 00|\"; content:\"|01 01|\";"
                  + " distance:2; within:40; sid:1;)",
              "drop tcp any any -> any 80 (content:\"|02 02 02 02|\"; content:\"|03|\"; sid:2;)",
              "reject udp any any -> any 53 (content:\"|01 02|\"; nocase; offset:1; sid:3;)",
              "pass udp any any -> any 443 (content:!\"|02|\"; dsize:>3; sid:4;)",
              "alert tcp-stream any any -> any any (flow:to_server,established;"
                  + " content:\"|03 00 03|\"; sid:5;)",
              "reject tcp any any -> any 443 (flags:+S; sid:6;)",
              "alert icmp any any -> any any (itype:8; content:\"|00|\"; endswith; sid:7;)"));

  @FuzzTest(maxDuration = "2m")
  void rules(byte[] data) {
    List<String> lines = new String(data, StandardCharsets.UTF_8).lines().toList();
    try {
      RuleSet rules = RuleSet.parse(FILE, lines);
      try (SequentialRunner runner = runner(rules, true, 2)) {
        runner.run(
            FrameBuilder.tcp(HOSTS[0], 1, HOSTS[2], 80, TcpHeader.ACK).payload(data).build());
        runner.run(FrameBuilder.udp(HOSTS_6[0], 1, HOSTS_6[2], 53).payload(data).build());
        runner.run(FrameBuilder.icmp(HOSTS[0], HOSTS[2], 8, 0, 1).build());
      }
    } catch (ConfigException e) {
      if (!String.valueOf(e.getMessage()).startsWith(FILE + ":")) {
        throw new AssertionError("file and line are missing: " + e.getMessage(), e);
      }
    }
  }

  /** The first byte chooses mid-stream pick-up, and how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    Ips any = ips(RULES, true);
    try (SequentialRunner runner = runner(RULES, (choice & 1) == 0, (choice & 2) == 0 ? 1 : 3)) {
      byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .goAndLeaveNothing(any.layout().tables());
    }
  }

  /** A flow of another program's making, under a key that packets ask for. */
  @FuzzTest(maxDuration = "2m")
  void record(byte[] data) {
    int length = Math.min(IpsFlow.LENGTH + 4 * Parts.BYTES, data.length);
    byte[] value = Arrays.copyOf(data, length);
    Packet packet =
        FrameBuilder.tcp(HOSTS[0], PORTS[0], HOSTS[2], PORTS[1], TcpHeader.ACK)
            .numbers(1000, 1000)
            .payload(new byte[8])
            .at(PacketScript.START)
            .build();
    try (SequentialRunner runner = runner(RULES, true, 1)) {
      byte[] key = FuzzedRun.key(packet, FlowKeys::writeBidirectional);
      runner.plant(ips(RULES, true).layout().tables().getFirst(), key, value);
      Ips.describe(key, value);
      runner.run(packet);
      byte[] rest = Arrays.copyOfRange(data, length, data.length);
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  private static Ips ips(RuleSet rules, boolean midstream) {
    return new Ips(IpsConfig.of(rules, AlertSink.NONE).withMidstream(midstream));
  }

  private static SequentialRunner runner(RuleSet rules, boolean midstream, int instances) {
    return new SequentialRunner(
        IntStream.range(0, instances).mapToObj(i -> ips(rules, midstream)).toList());
  }
}
