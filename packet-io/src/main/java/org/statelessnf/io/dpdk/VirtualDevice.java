package org.statelessnf.io.dpdk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the drivers of virtual devices want, and what they would explain badly. */
final class VirtualDevice {
  private static final Path INTERFACES = Path.of("/sys/class/net");

  private VirtualDevice() {}

  /**
   * The driver's arguments: the user's, and where those say nothing, ours.
   *
   * <p>af_packet's own ring of 512 frames drops heavily; one of 4,096 does not.
   */
  static List<String> arguments(DpdkUri uri, int queues) {
    return switch (uri.driver()) {
      case "net_af_packet" ->
          queues == 1
              ? uri.argumentsAnd("blocksz=65536", "framecnt=4096")
              : uri.argumentsAnd("blocksz=65536", "framecnt=4096", "qpairs=" + queues);
      case "net_af_xdp" ->
          queues == 1 ? uri.arguments() : uri.argumentsAnd("queue_count=" + queues);
      default -> uri.arguments();
    };
  }

  /**
   * Whether the driver numbers something that all processes of a network namespace share by process
   * id and interface: af_packet its socket group ({@code PACKET_FANOUT}), by one xor the other,
   * which is the same for two neighbouring processes and two neighbouring interfaces.
   */
  static boolean numbersByProcess(DpdkUri uri) {
    return uri.driver().equals("net_af_packet");
  }

  /** What may be behind a driver's refusal, which itself says little; empty if nobody knows. */
  static String hint(DpdkUri uri) {
    return switch (uri.driver()) {
      case "net_af_packet", "net_af_xdp", "net_tap" ->
          "root".equals(System.getProperty("user.name")) ? "" : "; it needs root";
      default -> "";
    };
  }

  /**
   * Finds the user's mistakes before the driver does.
   *
   * @throws DpdkConfigException if there is one
   */
  static void check(DpdkUri uri) {
    switch (uri.driver()) {
      case "net_af_packet", "net_af_xdp" -> {
        String name = uri.argument("iface");
        if (name == null) {
          throw new DpdkConfigException(uri + ": needs iface=NAME");
        }
        if (name.isEmpty() || name.contains("/") || !Files.exists(INTERFACES.resolve(name))) {
          throw new DpdkConfigException(uri + ": there is no network interface '" + name + "'");
        }
      }
      case "net_pcap" -> {
        String file = uri.argument("rx_pcap");
        if (file != null && !Files.isReadable(Path.of(file))) {
          throw new DpdkConfigException(uri + ": cannot read " + file);
        }
      }
      default -> {
        // Whatever else there is, the driver knows best.
      }
    }
  }
}
