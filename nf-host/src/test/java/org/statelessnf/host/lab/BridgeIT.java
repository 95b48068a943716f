package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The firewall as a bump in the wire between hosts of the Linux network stack, which know nothing
 * of it.
 *
 * <pre>
 *   inside 10.1.0.2, fd01::2 -- [snf] -- 10.1.0.3, fd01::3 outside -- MTU 1300 -- far 10.2.0.2, fd02::2
 * </pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BridgeIT {
  private static final int BYTES = 20_000_000;
  private static final int XDP_BYTES = 2_000_000;
  private static final int TAGGED_BYTES = 2_000_000;
  private static final int SMALL_MTU = 1300;
  private static final int STUN = 3478;
  private static final int NOBODY = 9;
  private static final String PACKET_SOCKETS = "net_af_packet";

  @BeforeEach
  void assume() {
    LabTools.assumeLab(
        "nginx",
        "curl",
        "ping",
        "bash",
        "redis-server",
        "redis-cli",
        "turnserver",
        "turnutils_stunclient");
  }

  @Test
  void shouldBeTransparentToTheInsideAndShutToTheOutside() throws Exception {
    pass("caffeine", PACKET_SOCKETS, BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chronicle", "redis"})
  @Tag("long")
  void shouldBeTransparentOnEveryStore(String store) throws Exception {
    pass(store, PACKET_SOCKETS, BYTES);
  }

  /** Its driver never gives back what its rings hold; that is no loss of ours. */
  @Test
  @Tag("long")
  void shouldPassAndAccountForItsBuffersByXdpSockets() throws Exception {
    pass("caffeine", "net_af_xdp", XDP_BYTES);
  }

  private static void pass(String kind, String driver, int bytes) throws Exception {
    try (Lab lab = Lab.open()) {
      Namespace inside = lab.namespace("in");
      Namespace outside = lab.namespace("out");
      Namespace middle = lab.silentNamespace("mid");
      lab.join(inside, "eth0", middle, "m0");
      lab.join(outside, "eth0", middle, "m1");
      addresses(inside, outside);
      SnfProcess snf = bridge(lab, middle, driver, LabTools.store(kind, lab, middle));
      Namespace far = far(lab, outside, inside);
      Path file = LabTools.webServer(lab, outside, bytes);
      LabTools.webServer(lab, inside, 1);
      LabTools.webServer(lab, far, 1);
      LinuxJudge.stunServer(lab, outside, false, STUN, "10.1.0.3", "fd01::3");
      if (driver.equals(PACKET_SOCKETS)) {
        snf.awaitWord("Ctrl-C");
      } else {
        LabTools.awaitServing(snf, driver);
      }

      LinuxJudge.echoes(inside, "10.1.0.3");
      LinuxJudge.echoes(inside, "fd01::3");
      Path copy = lab.directory().resolve("copy");
      LabTools.download(inside, "http://10.1.0.3/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      LabTools.download(inside, "http://[fd01::3]/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      LinuxJudge.datagramsPass(inside, "10.1.0.3", STUN, "10.1.0.2");
      LinuxJudge.datagramsPass(inside, "fd01::3", STUN, "fd01::2");
      errorsComeThrough(inside, file);
      shut(inside, outside);
      LinuxJudge.noEcho(far, "10.1.0.2");

      JsonNode report = LabTools.end(snf);
      assertThat(report.at("/drops/unsolicited").asInt()).isPositive();
      assertThat(report.at("/wire/inside/passed_arp").asInt()).isPositive();
      assertThat(report.at("/wire/inside/passed_nd").asInt()).isPositive();
    }
  }

  /** Errors about connections of the inside: of a router behind the firewall, and of a host. */
  private static void errorsComeThrough(Namespace inside, Path file) {
    LinuxJudge.refused(inside, "10.1.0.3", NOBODY);
    LinuxJudge.refused(inside, "fd01::3", NOBODY);
    LinuxJudge.timeExceeded(inside, "10.2.0.2", 1, "10.1.0.3");
    LinuxJudge.timeExceeded(inside, "fd02::2", 1, "fd01::3");
    LinuxJudge.tooBig(inside, "10.2.0.2", "10.1.0.3", SMALL_MTU);
    LinuxJudge.tooBig(inside, "fd02::2", "fd01::3", SMALL_MTU);
    LinuxJudge.uploadFindsPathMtu(inside, "10.2.0.2", file, SMALL_MTU);
    LinuxJudge.uploadFindsPathMtu(inside, "fd02::2", file, SMALL_MTU);
  }

  /** The host is there, and not to be reached from outside: no answer to a SYN. */
  private static void shut(Namespace inside, Namespace outside) {
    assertThat(outside.call("curl", "-s", "--max-time", "1", "http://10.1.0.2/who").exitCode())
        .isEqualTo(28);
    assertThat(inside.call("curl", "-s", "http://10.1.0.2/who").exitCode()).isZero();
  }

  /** Both hosts in a VLAN that ends at a switch before them. */
  @Test
  void shouldJudgeWhatIsInTaggedFrames() throws Exception {
    try (Lab lab = Lab.open()) {
      Namespace inside = lab.namespace("in");
      Namespace outside = lab.namespace("out");
      Namespace middle = lab.silentNamespace("mid");
      Namespace edge = lab.silentNamespace("edge");
      lab.join(inside, "eth0", edge, "p0");
      lab.join(edge, "t0", middle, "m0");
      lab.join(outside, "eth0", edge, "p1");
      lab.join(edge, "t1", middle, "m1");
      addresses(inside, outside);
      SnfProcess snf = bridge(lab, middle, PACKET_SOCKETS, "caffeine:");
      SnfProcess vlan =
          SnfProcess.start(
              lab, edge, "vlan", VlanSwitch.class, List.of("42", "p0", "t0", "p1", "t1"));
      Path file = LabTools.webServer(lab, outside, TAGGED_BYTES);
      LabTools.webServer(lab, inside, 1);
      awaitSwitch(vlan);
      snf.awaitWord("Ctrl-C");

      LinuxJudge.echoes(inside, "10.1.0.3");
      LinuxJudge.echoes(inside, "fd01::3");
      Path copy = lab.directory().resolve("copy");
      LabTools.download(inside, "http://10.1.0.3/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      shut(inside, outside);
      JsonNode report = LabTools.end(snf);
      assertThat(report.at("/wire/inside/passed_arp").asInt()).isPositive();
      assertThat(report.at("/wire/inside/passed_nd").asInt()).isPositive();
      assertThat(report.at("/drops/unsolicited").asInt()).isPositive();
    }
  }

  private static void awaitSwitch(SnfProcess vlan) throws InterruptedException {
    try {
      vlan.awaitWord("switching");
    } catch (LabException e) {
      Assumptions.assumeFalse(vlan.err().contains("bpf"), () -> "SKIPPED: " + e.getMessage());
      throw e;
    }
  }

  private static void addresses(Namespace inside, Namespace outside) {
    inside.sh("ip addr add 10.1.0.2/24 dev eth0");
    inside.sh("ip addr add fd01::2/64 dev eth0");
    outside.sh("ip addr add 10.1.0.3/24 dev eth0");
    outside.sh("ip addr add fd01::3/64 dev eth0");
  }

  /** A host behind the outside one. */
  private static Namespace far(Lab lab, Namespace outside, Namespace inside) {
    Namespace far = lab.namespace("far");
    lab.join(outside, "eth1", far, "eth0");
    outside.sh("sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    for (String block : List.of("10.2.0.", "fd02::")) {
      String length = block.contains(":") ? "/64" : "/24";
      outside.sh("ip addr add " + block + "1" + length + " dev eth1");
      far.sh("ip addr add " + block + "2" + length + " dev eth0");
      far.sh("ip route add default via " + block + "1");
      LinuxJudge.shrink(
          outside, block + (block.contains(":") ? "" : "0") + length, "eth1", SMALL_MTU);
    }
    inside.sh("ip route add default via 10.1.0.3");
    inside.sh("ip route add default via fd01::3");
    return far;
  }

  private static SnfProcess bridge(Lab lab, Namespace middle, String driver, String store) {
    List<String> devices =
        Stream.of("m0", "m1").map(name -> "dpdk:" + driver + ",iface=" + name).toList();
    return SnfProcess.start(
        lab,
        middle,
        "snf",
        List.of(
            "run",
            "--nf",
            "firewall",
            "--store",
            store,
            "-o",
            "json",
            "--in",
            devices.getFirst(),
            "--out",
            devices.getLast()));
  }
}
