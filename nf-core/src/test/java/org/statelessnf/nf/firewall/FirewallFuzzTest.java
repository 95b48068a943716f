package org.statelessnf.nf.firewall;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/** The firewall, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class FirewallFuzzTest {
  private static final String[] HOSTS = {"10.0.0.1", "10.0.0.2", "192.0.2.1", "224.0.0.1"};
  private static final String[] HOSTS_6 = {"fd00::1", "fd00::2", "2001:db8::1", "fe80::1"};
  private static final int[] PORTS = {40_000, 80, 53, 443};
  private static final Path FILE = Path.of("fuzzed");

  @FuzzTest(maxDuration = "2m")
  void rules(byte[] data) {
    try {
      FirewallConfig config = FirewallConfigFile.parse(FILE, lines(data));
      config.rules().decide(FrameBuilder.tcp(HOSTS[0], 1, HOSTS[2], 80, 2).build());
      config.rules().decide(FrameBuilder.udp(HOSTS_6[2], 1, HOSTS_6[0], 80).fromOutside().build());
      config.rules().decide(FrameBuilder.other(HOSTS[0], HOSTS[2], 47, new byte[8]).build());
      if (config.toString().isEmpty()) {
        throw new AssertionError("no text");
      }
    } catch (ConfigException e) {
      refused(e);
    }
  }

  @FuzzTest(maxDuration = "2m")
  void timeouts(byte[] data) {
    try {
      Timeouts timeouts = Timeouts.parse(FILE, lines(data));
      for (String name : Timeouts.names()) {
        if (!timeouts.get(name).isPositive()) {
          throw new AssertionError(name + " is " + timeouts.get(name));
        }
      }
    } catch (ConfigException e) {
      refused(e);
    }
  }

  /** The first byte chooses mode, limits, and how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    FirewallConfig config =
        FirewallConfig.defaults()
            .withStrict((choice & 1) != 0)
            .withLimits((choice & 4) == 0 ? Limits.NONE : new Limits(3, 5));
    Firewall one = new Firewall(config);
    try (SequentialRunner runner =
        new SequentialRunner(
            (choice & 2) == 0 ? List.of(one) : List.of(one, new Firewall(config)))) {
      byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .goAndLeaveNothing(one.layout().tables());
    }
  }

  /** A record of another program's making, under a key that packets ask for. */
  @FuzzTest(maxDuration = "2m")
  void record(byte[] data) {
    if (data.length < 1) {
      return;
    }
    int length = Math.min(FlowRecord.STRICT_TCP_LENGTH, data.length - 1);
    byte[] value = Arrays.copyOfRange(data, 1, 1 + length);
    Firewall firewall = new Firewall(FirewallConfig.defaults().withStrict((data[0] & 1) != 0));
    boolean udp = (data[0] & 2) != 0;
    FrameBuilder frame =
        udp
            ? FrameBuilder.udp(HOSTS[0], 40_000, HOSTS[2], 80)
            : FrameBuilder.tcp(HOSTS[0], 40_000, HOSTS[2], 80, data[0] >>> 2 & 0x3f);
    Packet packet = frame.at(PacketScript.START).build();
    byte[] key = FuzzedRun.key(packet, FirewallKey::write);
    FlowView.of(key, value);
    try (SequentialRunner runner = new SequentialRunner(firewall)) {
      runner.plant(firewall.flows(), key, value);
      byte[] rest = Arrays.copyOfRange(data, 1 + length, data.length);
      runner.run(packet);
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  private static List<String> lines(byte[] data) {
    return new String(data, StandardCharsets.UTF_8).lines().toList();
  }

  private static void refused(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.startsWith(FILE + ":")) {
      throw new AssertionError("file and line are missing: " + message, e);
    }
  }
}
