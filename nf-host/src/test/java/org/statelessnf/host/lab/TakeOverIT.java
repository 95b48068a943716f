package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A NAT that dies, and another one that begins with the same addresses and the same store on the
 * same links, behind a switch (a bridge of the kernel's on each side). The hosts' neighbour tables
 * are told never to doubt: only an announcement moves an address.
 *
 * <pre>
 *   client 10.0.0.2 --+-- 10.0.0.1 [snf 0] 192.0.2.1 --+-- 192.0.2.2 server
 *                     +-- 10.0.0.1 [snf 1] 192.0.2.1 --+
 * </pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TakeOverIT {
  private static final int BYTES = 3_000_000;
  private static final String EXTERNAL = "192.0.2.10";
  private static final String FOREVER_MILLIS = "3600000";

  @BeforeEach
  void assume() {
    LabTools.assumeLab("nginx", "curl", "ping", "redis-server", "redis-cli");
  }

  @Test
  void shouldBeFoundAtOnceByNeighboursThatKnewItsPredecessor() throws Exception {
    try (Lab lab = Lab.open()) {
      Namespace link = lab.silentNamespace("switch");
      for (String bridge : List.of("inside", "outside")) {
        link.sh("ip link add " + bridge + " up type bridge");
      }
      Namespace client = host(lab, "client", link, "inside");
      Namespace server = host(lab, "server", link, "outside");
      client.sh("ip addr add 10.0.0.2/24 dev eth0");
      client.sh("ip route add default via 10.0.0.1");
      server.sh("ip addr add 192.0.2.2/24 dev eth0");
      String store = LabRedis.start(lab, client);
      Path file = LabTools.webServer(lab, server, BYTES);

      SnfProcess first = router(lab, middle(lab, link, 0), store);
      first.awaitWord("Ctrl-C");
      Path copy = lab.directory().resolve("copy");
      Process download =
          client.start(
              lab.directory().resolve("curl"),
              "curl",
              "-sS",
              "--fail",
              "--max-time",
              "300",
              "--limit-rate",
              "800k",
              "-o",
              copy.toString(),
              "http://192.0.2.2/file");
      LabTools.await("download", () -> Files.exists(copy) && Files.size(copy) > BYTES / 8);
      first.kill();
      Namespace middle = middle(lab, link, 1);
      SnfProcess second = router(lab, middle, store);
      second.awaitWord("Ctrl-C");

      awaitNeighbor(client, "10.0.0.1", mac(middle, "m0"));
      for (String address : List.of(EXTERNAL, "192.0.2.1")) {
        awaitNeighbor(server, address, mac(middle, "m1"));
      }
      assertThat(download.waitFor()).as(Files.readString(lab.directory().resolve("curl"))).isZero();
      assertThat(copy).hasSameBinaryContentAs(file);
      assertThat(second.terminate()).as(second.err()).isZero();
    }
  }

  /** A host on a bridge, which never doubts what it knows of its neighbours. */
  private static Namespace host(Lab lab, String name, Namespace link, String bridge) {
    Namespace host = lab.namespace(name);
    plug(lab, host, "eth0", link, name, bridge);
    host.sh("sysctl -q -w net.ipv4.neigh.eth0.base_reachable_time_ms=" + FOREVER_MILLIS);
    return host;
  }

  private static void plug(
      Lab lab, Namespace space, String device, Namespace link, String port, String bridge) {
    lab.join(space, device, link, port);
    link.sh("ip link set " + port + " master " + bridge);
  }

  private static Namespace middle(Lab lab, Namespace link, int number) {
    Namespace middle = lab.silentNamespace("middle" + number);
    plug(lab, middle, "m0", link, "a" + number, "inside");
    plug(lab, middle, "m1", link, "b" + number, "outside");
    return middle;
  }

  private static String mac(Namespace space, String device) {
    return space.run("cat", "/sys/class/net/" + device + "/address");
  }

  private static SnfProcess router(Lab lab, Namespace middle, String store) {
    return SnfProcess.start(
        lab,
        middle,
        middle.name(),
        List.of(
            "run",
            "--nf",
            "nat",
            "--external",
            EXTERNAL,
            "--store",
            store,
            "--in",
            "dpdk:net_af_packet,iface=m0",
            "--out",
            "dpdk:net_af_packet,iface=m1",
            "--inside-address",
            "10.0.0.1/24",
            "--outside-address",
            "192.0.2.1/24"));
  }

  private static void awaitNeighbor(Namespace host, String address, String mac) throws Exception {
    LabTools.await(
        "neighbour " + address,
        () -> host.run("ip", "neigh", "show", address, "dev", "eth0").contains("lladdr " + mac));
  }
}
