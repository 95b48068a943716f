package org.statelessnf.host.live;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.UsageException;
import org.statelessnf.io.wire.AddressSet;
import org.statelessnf.io.wire.FrameClass;
import org.statelessnf.io.wire.InterfaceAddress;
import org.statelessnf.io.wire.RouterInterface.Gateway;
import org.statelessnf.nf.engine.Direction;
import picocli.CommandLine.Option;

/** How two devices are joined, as options. See docs/live.md. */
public final class WireOptions {
  private static final String DEFAULT_PASSED = "arp,nd,control,other";

  @Option(
      names = "--wire",
      paramLabel = "HOW",
      description =
          "Devices: bridge, a bump in the wire (default); router, with the addresses below (default"
              + " if there are any); oneway, from --in to --out only (default for net_null, net_ring"
              + " and net_pcap, and for one device).")
  private @Nullable String kind;

  @Option(
      names = "--pass",
      paramLabel = "CLASS[,…]",
      description =
          "Bridge: what goes past the network function: arp, nd, control (LLDP, STP …),"
              + " other (not IP), or none (default: all four).")
  private @Nullable String passed;

  @Option(
      names = "--inside-address",
      paramLabel = "ADDR/LEN[,…]",
      description = "Router: own addresses on the inside, IPv4 and IPv6.")
  private @Nullable String insideAddress;

  @Option(
      names = "--outside-address",
      paramLabel = "ADDR/LEN[,…]",
      description = "Router: own addresses on the outside.")
  private @Nullable String outsideAddress;

  @Option(
      names = "--gateway",
      paramLabel = "ADDR[,…]",
      description = "Router: next hop on the outside for all that is no neighbour.")
  private @Nullable String gateway;

  @Option(
      names = "--inside-gateway",
      paramLabel = "ADDR[,…]",
      description = "Router: next hop on the inside for all that is no neighbour.")
  private @Nullable String insideGateway;

  /** For picocli. */
  public WireOptions() {}

  /** Throws if any of these options was given: for runs without devices. */
  public void refuseAll() {
    refuse("--wire", kind, "is for network devices");
    refuse("--pass", passed, "is for network devices");
    refuseAddresses("is for network devices");
  }

  /**
   * What the options say.
   *
   * @param oneWay whether the devices are such that one way is meant, if nothing is said
   * @param direction tells the side of a packet, where the device does not
   * @param onInside addresses that a network function serves and that are asked for on the inside
   * @param onOutside the same on the outside
   * @throws UsageException if they make no sense
   */
  public WireConfig config(
      boolean oneWay, Direction direction, AddressSet onInside, AddressSet onOutside) {
    boolean addressed = insideAddress != null || outsideAddress != null;
    String chosen = addressed ? "router" : oneWay ? "oneway" : "bridge";
    chosen = kind == null ? chosen : kind;
    return switch (chosen) {
      case "bridge" -> bridge();
      case "router" -> router(onInside, onOutside);
      case "oneway" -> {
        refuse("--pass", passed, "needs --wire bridge");
        refuseAddresses("needs --wire router");
        yield new WireConfig.OneWay(direction);
      }
      default ->
          throw new UsageException("--wire '" + chosen + "' is not bridge, router or oneway");
    };
  }

  private WireConfig bridge() {
    refuseAddresses("needs --wire router");
    String list = passed == null ? DEFAULT_PASSED : passed;
    try {
      return new WireConfig.Bridge(FrameClass.parseList(list));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--pass: " + e.getMessage(), e);
    }
  }

  private WireConfig router(AddressSet onInside, AddressSet onOutside) {
    refuse("--pass", passed, "needs --wire bridge");
    if (insideAddress == null || outsideAddress == null) {
      throw new UsageException(
          "--wire router needs --inside-address ADDR/LEN and --outside-address ADDR/LEN");
    }
    return new WireConfig.Router(
        network("--inside-address", insideAddress, "--inside-gateway", insideGateway, onInside),
        network("--outside-address", outsideAddress, "--gateway", gateway, onOutside));
  }

  private static WireConfig.Network network(
      String addressOption,
      String addresses,
      String gatewayOption,
      @Nullable String gateways,
      AddressSet answered) {
    List<InterfaceAddress> own = list(addressOption, addresses, InterfaceAddress::parse);
    List<Gateway> hops =
        gateways == null ? List.of() : list(gatewayOption, gateways, Gateway::parse);
    try {
      return new WireConfig.Network(own, hops, answered);
    } catch (IllegalArgumentException e) {
      throw new UsageException(gatewayOption + ": " + e.getMessage(), e);
    }
  }

  private static <T> List<T> list(String option, String text, Function<String, T> parser) {
    List<T> all = new ArrayList<>();
    try {
      for (String part : text.split(",", -1)) {
        all.add(parser.apply(part));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
    return all;
  }

  private void refuseAddresses(String why) {
    refuse("--inside-address", insideAddress, why);
    refuse("--outside-address", outsideAddress, why);
    refuse("--gateway", gateway, why);
    refuse("--inside-gateway", insideGateway, why);
  }

  private static void refuse(String option, @Nullable String value, String why) {
    if (value != null) {
      throw new UsageException(option + " " + why);
    }
  }
}
