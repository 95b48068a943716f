package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the Linux network stack and its programs say about the network that they are in. */
final class LinuxJudge {
  private LinuxJudge() {}

  /** Three echoes. */
  static void echoes(Namespace client, String address) {
    client.run("ping", "-c", "3", "-i", "0.2", "-W", "60", address);
  }

  /** Echoes do not come; a second is enough to see what would come in one thousandth of it. */
  static void noEcho(Namespace client, String address) {
    assertThat(client.call("ping", "-c", "1", "-W", "1", address).exitCode()).isOne();
  }

  /**
   * Starts coturn, which answers a datagram with what it has seen of its sender; waits for it.
   *
   * @param discovery whether it also answers from other addresses and ports, if asked to (RFC
   *     5780); a client does ask, and waits for ever if a firewall lets nobody else answer
   */
  static Process stunServer(
      Lab lab, Namespace space, boolean discovery, int port, String... addresses) throws Exception {
    List<String> command = new ArrayList<>(List.of("turnserver", "-n", "-p", "" + port));
    if (!discovery) {
      command.add("--no-rfc5780");
    }
    for (String address : addresses) {
      command.addAll(List.of("-L", address));
    }
    Path files = Files.createDirectories(lab.directory().resolve("turn-" + space.name()));
    command.addAll(
        List.of(
            "-z",
            "--no-cli",
            "--no-tcp",
            "--no-tls",
            "--no-dtls",
            "--log-file=stdout",
            "--pidfile=" + files.resolve("turn.pid"),
            "--userdb=" + files.resolve("turn.db")));
    Process server = space.start(files.resolve("turn.log"), command.toArray(String[]::new));
    for (String address : addresses) {
      String socket = (address.contains(":") ? "[" + address + "]" : address) + ":" + port + " ";
      LabTools.await("turnserver", () -> space.run("ss", "-Huln").contains(socket));
    }
    return server;
  }

  /** A datagram there and back, and whom the server has seen. */
  static void datagramsPass(Namespace client, String server, int port, String seenAs) {
    assertThat(client.run("turnutils_stunclient", "-p", "" + port, server))
        .contains("UDP reflexive addr: " + seenAs + ":");
  }

  /** The kernel says to a datagram's sender that nobody listens. */
  static void refused(Namespace client, String address, int port) {
    String socket = "/dev/udp/" + address + "/" + port;
    assertThat(
            client
                .call("bash", "-c", "exec 3<>" + socket + "; echo >&3; read -r -t 60 <&3")
                .output())
        .contains("Connection refused");
  }

  /** The time to live runs out at somebody's. */
  static void timeExceeded(Namespace client, String address, int ttl, String at) {
    assertThat(client.call("ping", "-c", "1", "-W", "60", "-t", "" + ttl, address).output())
        .contains("From " + at)
        .containsAnyOf("Time to live exceeded", "Time exceeded: Hop limit");
  }

  /** Somebody says that a packet is too big for the way on, and the kernel learns it. */
  static void tooBig(Namespace client, String address, String at, int mtu) {
    assertThat(
            client.call("ping", "-c", "1", "-W", "60", "-M", "do", "-s", "1400", address).output())
        .contains("From " + at)
        .containsPattern("mtu ?= ?" + mtu);
    learnt(client, address, mtu);
  }

  private static void learnt(Namespace client, String address, int mtu) {
    assertThat(client.run("ip", "route", "get", address)).contains("mtu " + mtu);
  }

  /** TCP finds the path's MTU, which is smaller than both ends', and sends a file to the end. */
  static void uploadFindsPathMtu(Namespace client, String address, Path file, int mtu) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    client.sh("ip route flush cache");
    client.sh("ip -6 route flush cache");
    assertThat(
            client.run(
                "curl",
                "-sS",
                "--fail",
                "--max-time",
                "110",
                "-H",
                "Expect:",
                "--data-binary",
                "@" + file,
                "-o",
                "/dev/null",
                "-w",
                "%{size_upload}",
                "http://" + host + "/who"))
        .isEqualTo("" + file.toFile().length());
    learnt(client, address, mtu);
  }

  /** Makes a link look small to those who send by a router, and to nobody else. */
  static void shrink(Namespace router, String block, String device, int mtu) {
    String metric = block.contains(":") ? " metric 256" : "";
    router.sh("ip route replace " + block + " dev " + device + metric + " mtu lock " + mtu);
  }
}
