package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * NAT and load balancer as routers between hosts of the Linux network stack.
 *
 * <pre>
 *   client 10.0.0.2, fd00::2 -- 10.0.0.1 [snf] 192.0.2.1 -- 192.0.2.2, .3, fd01::2 server
 *       far 198.51.100.2, .3, fd02::2, ::3 -- MTU 1300 --- 198.51.100.1, fd02::1 --+
 * </pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RouterIT {
  private static final int BYTES = 20_000_000;
  private static final int SMALL_MTU = 1300;
  private static final int STUN = 3478;
  private static final int WEB = 80;
  private static final int NOBODY = 9;
  private static final String FAR = "198.51.100.2";
  private static final String FAR_V6 = "fd02::2";
  private static final String EXTERNAL = "192.0.2.10";
  private static final int JUDGE_TRIES = 5;
  private static final List<String> GOOD =
      List.of(
          "NAT with Endpoint Independent Mapping",
          "NAT with Endpoint Independent Filtering",
          "successful hairpinning");

  @BeforeEach
  void assume() {
    LabTools.assumeLab(
        "nginx",
        "curl",
        "ping",
        "redis-server",
        "redis-cli",
        "bash",
        "turnserver",
        "turnutils_stunclient",
        "turnutils_natdiscovery");
  }

  /** The hosts, and snf between them. */
  private record Net(Namespace client, Namespace server, Namespace far, SnfProcess snf) {
    static Net build(Lab lab, String kind, String... options) throws Exception {
      Namespace client = lab.namespace("client");
      Namespace server = lab.namespace("server");
      Namespace far = lab.namespace("far");
      Namespace middle = lab.silentNamespace("middle");
      lab.join(client, "eth0", middle, "m0");
      lab.join(server, "eth0", middle, "m1");
      lab.join(server, "eth1", far, "eth0");
      client.sh("ip addr add 10.0.0.2/24 dev eth0");
      client.sh("ip route add default via 10.0.0.1");
      client.sh("ip addr add fd00::2/64 dev eth0");
      client.sh("ip route add default via fd00::1");
      server.sh("ip addr add 192.0.2.2/24 dev eth0");
      server.sh("ip addr add 192.0.2.3/24 dev eth0");
      server.sh("ip addr add fd01::2/64 dev eth0");
      server.sh("ip route add fd00::/64 via fd01::1");
      server.sh("sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
      server.sh("ip addr add 198.51.100.1/24 dev eth1");
      server.sh("ip addr add fd02::1/64 dev eth1");
      LinuxJudge.shrink(server, "198.51.100.0/24", "eth1", SMALL_MTU);
      LinuxJudge.shrink(server, "fd02::/64", "eth1", SMALL_MTU);
      for (String address :
          List.of("198.51.100.2/24", "198.51.100.3/24", "fd02::2/64", "fd02::3/64")) {
        far.sh("ip addr add " + address + " dev eth0");
      }
      far.sh("ip route add default via 198.51.100.1");
      far.sh("ip route add default via fd02::1");
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "run",
                  "--in",
                  "dpdk:net_af_packet,iface=m0",
                  "--out",
                  "dpdk:net_af_packet,iface=m1",
                  "--inside-address",
                  "10.0.0.1/24,fd00::1/64",
                  "--outside-address",
                  "192.0.2.1/24,fd01::1/64",
                  "--gateway",
                  "192.0.2.2,fd01::2",
                  "-o",
                  "json",
                  "--store",
                  LabTools.store(kind, lab, middle)));
      arguments.addAll(List.of(options));
      SnfProcess snf = SnfProcess.start(lab, middle, "snf", arguments);
      return new Net(client, server, far, snf);
    }
  }

  @Test
  void shouldTranslateAndRoute() throws Exception {
    translateAndRoute("caffeine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chronicle", "redis"})
  @Tag("long")
  void shouldTranslateAndRouteOnEveryStore(String store) throws Exception {
    translateAndRoute(store);
  }

  private static void translateAndRoute(String store) throws Exception {
    try (Lab lab = Lab.open()) {
      Net net = Net.build(lab, store, "--nf", "nat", "--external", EXTERNAL);
      Path file = LabTools.webServer(lab, net.server(), BYTES);
      LabTools.webServer(lab, net.far(), 1);
      Process stun = LinuxJudge.stunServer(lab, net.server(), true, STUN, "192.0.2.2", "192.0.2.3");
      LinuxJudge.stunServer(lab, net.far(), false, STUN, FAR, FAR_V6);
      net.snf().awaitWord("Ctrl-C");

      Namespace client = net.client();
      LinuxJudge.echoes(client, "192.0.2.2");
      LinuxJudge.echoes(client, "fd01::2");
      Path copy = lab.directory().resolve("copy");
      for (String host : List.of("192.0.2.2", "[fd01::2]")) {
        LabTools.download(client, "http://" + host + "/file", copy);
        assertThat(copy).hasSameBinaryContentAs(file);
      }
      LinuxJudge.datagramsPass(client, FAR, STUN, EXTERNAL);
      LinuxJudge.datagramsPass(client, FAR_V6, STUN, "fd00::2");
      errorsComeThrough(client, file);
      assertThat(stun.isAlive()).isTrue();
      behaves(net);

      JsonNode report = LabTools.end(net.snf());
      assertThat(report.at("/wire/inside/neighbor_answered").asInt()).isPositive();
      assertThat(report.at("/wire/outside/neighbor_answered").asInt()).isPositive();
      assertThat(report.at("/wire/inside/ttl_expired").asInt()).isPositive();
    }
  }

  /** The router's own errors, those of routers behind the NAT, and those of hosts. */
  private static void errorsComeThrough(Namespace client, Path file) {
    LinuxJudge.refused(client, "192.0.2.2", NOBODY);
    LinuxJudge.refused(client, "fd01::2", NOBODY);
    LinuxJudge.refused(client, "10.0.0.1", NOBODY);
    LinuxJudge.timeExceeded(client, FAR, 1, "10.0.0.1");
    LinuxJudge.timeExceeded(client, FAR, 2, "192.0.2.2");
    LinuxJudge.timeExceeded(client, FAR_V6, 1, "fd00::1");
    LinuxJudge.timeExceeded(client, FAR_V6, 2, "fd01::2");
    LinuxJudge.tooBig(client, FAR, "192.0.2.2", SMALL_MTU);
    LinuxJudge.tooBig(client, FAR_V6, "fd01::2", SMALL_MTU);
    LinuxJudge.uploadFindsPathMtu(client, FAR, file, SMALL_MTU);
    LinuxJudge.uploadFindsPathMtu(client, FAR_V6, file, SMALL_MTU);
    client.run("ping", "-c", "1", "-W", "60", "10.0.0.1");
  }

  /** RFC 5780's judge, which knows nothing of this NAT. */
  private static void behaves(Net net) throws Exception {
    String[] judge = {"turnutils_natdiscovery", "-L", "10.0.0.2", "-m", "-f", "-H", "192.0.2.2"};
    LabTools.await("turnserver", () -> net.server().run("ss", "-Huln").contains("192.0.2.3:3479"));
    // The judge has timeouts of its own, which a busy machine may miss; a wrong NAT never passes.
    List<String> verdicts = new ArrayList<>();
    while (verdicts.size() < JUDGE_TRIES && (verdicts.isEmpty() || !isGood(verdicts.getLast()))) {
      verdicts.add(net.client().call(judge).output());
    }
    assertThat(verdicts.getLast()).contains(GOOD);
  }

  private static boolean isGood(String verdict) {
    return GOOD.stream().allMatch(verdict::contains);
  }

  @Test
  void shouldBalanceAndRoute() throws Exception {
    balance("chronicle", 4);
  }

  @ParameterizedTest
  @CsvSource({"caffeine,4", "redis,4", "caffeine,6", "chronicle,6", "redis,6"})
  @Tag("long")
  void shouldBalanceAndRouteOnEveryStore(String store, int ipVersion) throws Exception {
    balance(store, ipVersion);
  }

  private static void balance(String store, int ipVersion) throws Exception {
    boolean v4 = ipVersion == 4;
    String vip = v4 ? "192.0.2.80" : "fd01::80";
    String host = v4 ? vip : "[" + vip + "]";
    String backends = v4 ? "198.51.100.2:80,198.51.100.3:80" : "[fd02::2]:80,[fd02::3]:80";
    try (Lab lab = Lab.open()) {
      Net net = Net.build(lab, store, "--nf", "lb", "--vip", host + ":80", "--backend", backends);
      net.server().sh("ip route add 10.0.0.0/24 via 192.0.2.1");
      Path file = LabTools.webServer(lab, net.far(), BYTES);
      Process stun =
          v4
              ? LinuxJudge.stunServer(lab, net.far(), false, WEB, "198.51.100.2", "198.51.100.3")
              : LinuxJudge.stunServer(lab, net.far(), false, WEB, "fd02::2", "fd02::3");
      net.snf().awaitWord("Ctrl-C");

      Namespace client = net.client();
      Path copy = lab.directory().resolve("copy");
      LabTools.download(client, "http://" + host + "/file", copy);
      assertThat(copy).hasSameBinaryContentAs(file);
      for (int i = 0; i < 8; i++) {
        client.run("curl", "-sS", "--fail", "--max-time", "60", "http://" + host + "/who");
      }
      LinuxJudge.datagramsPass(client, vip, WEB, v4 ? "10.0.0.2" : "fd00::2");
      // Errors about a back end come as if from and about the virtual address.
      LinuxJudge.uploadFindsPathMtu(client, vip, file, SMALL_MTU);
      stun.destroy();
      stun.waitFor();
      LinuxJudge.refused(client, vip, WEB);
      // What is not to the virtual address is routed.
      LinuxJudge.echoes(client, v4 ? FAR : FAR_V6);

      JsonNode report = LabTools.end(net.snf());
      assertThat(report.at("/flowsCreated").asInt()).isEqualTo(12);
      assertThat(report.at("/wire/outside/neighbor_asked").asInt()).isPositive();
    }
  }
}
