package org.statelessnf.host.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A client and a server with two ways between them, an {@code snf} on each. Which way a packet
 * takes is said packet by packet, at both ends, whatever connection it belongs to.
 *
 * <pre>
 *             c0 ------ a0 [snf 0] b0 ------ s0
 *   client                                       server
 *             c1 ------ a1 [snf 1] b1 ------ s1
 *
 *   as bridges:  client {@value #CLIENT} via 10.77.k.1 -- 10.77.k.2 via server {@value #SERVER}
 *   as routers:  10.77.k.1 -- 10.77.k.254 [snf] 198.18.k.254 -- 198.18.k.1, NAT {@value #EXTERNAL}
 * </pre>
 *
 * <p>The end hosts' addresses are on their loopback interfaces, so they are the same by both ways.
 */
public final class TwoPaths {
  /** The client's address. */
  public static final String CLIENT = "10.77.100.1";

  /** The server's address. */
  public static final String SERVER = "203.0.113.10";

  /** What a network address translation makes of the client's address. */
  public static final String EXTERNAL = "192.0.2.1";

  /** Number of ways. */
  public static final int PATHS = 2;

  private static final int FIRST_TABLE = 100;

  private final Namespace client;
  private final Namespace server;
  private final List<Namespace> middles = new ArrayList<>();
  private final boolean routed;

  /**
   * Builds it in a lab.
   *
   * @param lab that it belongs to
   * @param routed whether the snf processes are routers with a NAT; else bridges
   */
  public TwoPaths(Lab lab, boolean routed) {
    this.routed = routed;
    client = lab.namespace("client");
    server = lab.namespace("server");
    client.sh("ip addr add " + CLIENT + "/32 dev lo");
    server.sh("ip addr add " + SERVER + "/32 dev lo");
    for (int path = 0; path < PATHS; path++) {
      Namespace middle = lab.silentNamespace("middle" + path);
      middles.add(middle);
      lab.join(client, "c" + path, middle, "a" + path);
      lab.join(server, "s" + path, middle, "b" + path);
      if (routed) {
        addressRouted(path);
      } else {
        addressBridged(path);
      }
      for (Namespace end : List.of(client, server)) {
        end.sh("ip rule add fwmark " + (path + 1) + " table " + (FIRST_TABLE + path));
      }
    }
    String target = routed ? EXTERNAL : CLIENT;
    steering(client, SERVER);
    steering(server, target);
  }

  private void addressBridged(int path) {
    int table = FIRST_TABLE + path;
    client.sh("ip addr add 10.77." + path + ".1/24 dev c" + path);
    server.sh("ip addr add 10.77." + path + ".2/24 dev s" + path);
    route(client, SERVER + " via 10.77." + path + ".2 dev c" + path + " src " + CLIENT, table);
    route(server, CLIENT + " via 10.77." + path + ".1 dev s" + path + " src " + SERVER, table);
  }

  private void addressRouted(int path) {
    int table = FIRST_TABLE + path;
    client.sh("ip addr add 10.77." + path + ".1/24 dev c" + path);
    server.sh("ip addr add 198.18." + path + ".1/24 dev s" + path);
    route(client, SERVER + " via 10.77." + path + ".254 dev c" + path + " src " + CLIENT, table);
    // The external address is on the link: somebody must answer for it.
    route(server, EXTERNAL + " dev s" + path + " scope link src " + SERVER, table);
  }

  /** The route by mark, and once for the first choice of a source address, before any mark. */
  private static void route(Namespace end, String route, int table) {
    end.sh("ip route add " + route + " table " + table);
    if (table == FIRST_TABLE) {
      end.sh("ip route add " + route);
    }
  }

  private static void steering(Namespace end, String target) {
    end.nft("add table ip steer");
    end.nft("add chain ip steer out { type route hook output priority mangle; policy accept; }");
    end.nft("add rule ip steer out ip daddr " + target + " meta mark set 1");
  }

  /** Where the client's programs run. */
  public Namespace client() {
    return client;
  }

  /** Where the server's programs run. */
  public Namespace server() {
    return server;
  }

  /** Options of {@code snf run} on a way: devices, and addresses if it is a router. */
  public List<String> options(int path) {
    List<String> devices =
        List.of(
            "--in",
            "dpdk:net_af_packet,iface=a" + path,
            "--out",
            "dpdk:net_af_packet,iface=b" + path);
    if (!routed) {
      return concat(devices, List.of("--wire", "bridge"));
    }
    return concat(
        devices,
        List.of(
            "--wire",
            "router",
            "--inside-address",
            "10.77." + path + ".254/24",
            "--inside-gateway",
            "10.77." + path + ".1",
            "--outside-address",
            "198.18." + path + ".254/24",
            "--gateway",
            "198.18." + path + ".1"));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /**
   * Starts an {@code snf run} on a way, and waits until it serves.
   *
   * @param more options: network function, store
   */
  public SnfProcess start(Lab lab, int path, List<String> more) throws InterruptedException {
    return launch(lab, path, more).awaitWord("Ctrl-C");
  }

  /** Starts an {@code snf run} on a way; does not wait. */
  public SnfProcess launch(Lab lab, int path, List<String> more) {
    List<String> arguments = concat(List.of("run"), concat(options(path), more));
    return SnfProcess.start(lab, middles.get(path), "snf" + path, arguments);
  }

  /** Sends the packets of both ends by both ways in turn. */
  public void split() {
    steer("numgen inc mod 2 map { 0 : 1, 1 : 2 }");
  }

  /** Sends the packets of both ends by one way only. */
  public void only(int path) {
    steer(Integer.toString(path + 1));
  }

  /**
   * Sends UDP by the server's port.
   *
   * @param ports of the ways, in order, separated by a comma
   */
  public void byUdpPort(String ports) {
    String[] port = ports.split(",", PATHS);
    String map = " map { " + port[0] + " : 1, " + port[1] + " : 2 }";
    steer(client, SERVER, "udp dport" + map);
    steer(server, routed ? EXTERNAL : CLIENT, "udp sport" + map);
  }

  private void steer(String mark) {
    String target = routed ? EXTERNAL : CLIENT;
    steer(client, SERVER, mark);
    steer(server, target, mark);
  }

  /** One transaction: no packet goes by no rule. */
  private static void steer(Namespace end, String target, String mark) {
    end.nft(
        "flush chain ip steer out\n"
            + "add rule ip steer out ip daddr "
            + target
            + " meta mark set "
            + mark);
  }
}
