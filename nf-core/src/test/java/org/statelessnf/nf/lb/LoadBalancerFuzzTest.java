package org.statelessnf.nf.lb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.testing.FuzzedRun;
import org.statelessnf.nf.testing.PacketScript;
import org.statelessnf.nf.testing.SequentialRunner;

/** The load balancer, for Jazzer; see docs/hardening.md. Without it, the committed inputs only. */
class LoadBalancerFuzzTest {
  private static final String VIP = "192.0.2.80";
  private static final String VIP_6 = "2001:db8::80";
  private static final String[] HOSTS = {"10.0.0.1", "10.0.0.2", "198.51.100.7", VIP};
  private static final String[] HOSTS_6 = {"fd00::1", "fd00::2", "2001:db8:1::7", VIP_6};
  private static final int[] PORTS = {8080, 80, 40_000, 53};

  /** The first byte chooses how many instances take turns. */
  @FuzzTest(maxDuration = "2m")
  void step(byte[] data) {
    int choice = data.length == 0 ? 0 : data[0];
    byte[] script = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
    try (SequentialRunner runner = runner((choice & 1) == 0 ? 1 : 3)) {
      new FuzzedRun(runner, new PacketScript(script, HOSTS, HOSTS_6, PORTS))
          .goAndLeaveNothing(List.of(table("lb.flows")));
    }
  }

  /** The back ends and their states as another program might have written them. */
  @FuzzTest(maxDuration = "2m")
  void cluster(byte[] data) {
    if (data.length < 1) {
      return;
    }
    int length = Math.min(data[0] & 0x7f, data.length - 1);
    byte[] value = Arrays.copyOfRange(data, 1, 1 + length);
    Endpoint vip = Endpoint.parse(VIP + ":80");
    byte[] key = new byte[Endpoint.LENGTH];
    vip.write(MemorySegment.ofArray(key), 0);
    LoadBalancer.describe("clusters", key, value);
    try (SequentialRunner runner = runner(1)) {
      runner.plant(table("lb.clusters"), key, value);
      byte[] rest = Arrays.copyOfRange(data, 1 + length, data.length);
      new FuzzedRun(runner, new PacketScript(rest, HOSTS, HOSTS_6, PORTS)).go();
    }
  }

  /** The texts of {@code --vip} and {@code --backends}. */
  @FuzzTest(maxDuration = "2m")
  void config(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      Endpoint endpoint = Endpoint.parse(text);
      if (!Endpoint.parse(endpoint.toString()).equals(endpoint)) {
        throw new AssertionError("'" + text + "' became " + endpoint);
      }
    } catch (IllegalArgumentException e) {
      refused(e);
    }
    try {
      LbConfig.of(VIP + ":80", text);
    } catch (IllegalArgumentException e) {
      refused(e);
    }
  }

  private static void refused(IllegalArgumentException e) {
    if (e.getMessage() == null || e.getMessage().isEmpty()) {
      throw new AssertionError("no reason given", e);
    }
  }

  private static LbConfig config() {
    LbConfig four = LbConfig.of(VIP + ":80", "10.0.0.1:8080,10.0.0.2:8080");
    LbConfig six = LbConfig.of("[" + VIP_6 + "]:80", "[fd00::1]:8080,[fd00::2]:8080");
    return new LbConfig(List.of(four.services().getFirst(), six.services().getFirst()));
  }

  private static SequentialRunner runner(int instances) {
    List<LoadBalancer> functions = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      functions.add(new LoadBalancer(config()));
    }
    return new SequentialRunner(functions);
  }

  private static StateTable table(String name) {
    return new LoadBalancer(config())
        .layout().tables().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }
}
