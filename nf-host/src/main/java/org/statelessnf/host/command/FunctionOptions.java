package org.statelessnf.host.command;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.UsageException;
import org.statelessnf.io.wire.AddressSet;
import org.statelessnf.io.wire.IpAddress;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.chain.Chain;
import org.statelessnf.nf.engine.Direction;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.firewall.Timeouts;
import org.statelessnf.nf.lb.Endpoint;
import org.statelessnf.nf.lb.LbConfig;
import org.statelessnf.nf.lb.LoadBalancer;
import org.statelessnf.nf.nat.ExternalPool;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;
import org.statelessnf.nf.packet.CidrSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network function, and how: the options that {@code run} shares with others. */
final class FunctionOptions implements AutoCloseable {
  private static final String DEFAULT_INSIDE =
      "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7";

  @Option(
      names = "--nf",
      required = true,
      paramLabel = "NAME[,…]",
      description =
          "firewall, nat, lb, defrag, reassembly or ips; several with commas, from the inside to"
              + " the outside.")
  private String name = "";

  @Option(
      names = "--inside",
      paramLabel = "CIDR[,…]",
      defaultValue = DEFAULT_INSIDE,
      description = "Addresses of the inside (default: RFC 1918, RFC 6598 and fc00::/7).")
  private String inside = DEFAULT_INSIDE;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "Firewall: liberal (default; TCP states) or strict (sequence windows too).")
  private @Nullable String mode;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Firewall: policies and rules, see docs/firewall-rules.md.")
  private @Nullable Path config;

  @Option(
      names = "--timeouts",
      paramLabel = "FILE",
      description = "Firewall: idle timeouts, lines such as tcp.established = 5d.")
  private @Nullable Path timeouts;

  @Option(
      names = "--external",
      paramLabel = "ADDR[-ADDR]",
      description = "NAT: external addresses (required).")
  private @Nullable String external;

  @Option(
      names = "--vip",
      paramLabel = "ADDR:PORT",
      description = "Load balancer: the address that clients talk to (required).")
  private @Nullable String vip;

  @Option(
      names = "--backend",
      paramLabel = "ADDR:PORT[,…]",
      description = "Load balancer: who serves it (required).")
  private @Nullable String backends;

  @Mixin private DefragOptions defrag = new DefragOptions();

  @Mixin private ReassemblyOptions reassembly = new ReassemblyOptions();

  @Mixin private IpsOptions ips = new IpsOptions();

  String name() {
    return name;
  }

  /** Makes the network function of a pipe; everything is checked before the first is made. */
  Supplier<NetworkFunction> function() {
    List<String> names = List.of(name.split(",", -1));
    refuseForeignOptions(names);
    try {
      List<Supplier<NetworkFunction>> parts = names.stream().map(this::part).toList();
      if (parts.size() == 1) {
        return parts.getFirst();
      }
      Supplier<NetworkFunction> chain = () -> new Chain(parts.stream().map(Supplier::get).toList());
      NetworkFunction _ = chain.get(); // what cannot be a chain is refused here
      return chain;
    } catch (ConfigException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private Supplier<NetworkFunction> part(String part) {
    return switch (part) {
      case "firewall" -> firewall();
      case "nat" -> nat();
      case "lb" -> loadBalancer();
      case "defrag" -> defrag.function();
      case "ips" -> ips.function();
      case "reassembly" -> reassembly.function(ips.midstream(), ips.events());
      default ->
          throw new UsageException(
              "--nf '" + part + "' is not one of firewall, nat, lb, defrag, reassembly, ips");
    };
  }

  private void refuseForeignOptions(List<String> names) {
    refuse(names, "firewall", "--mode", mode);
    refuse(names, "firewall", "--config", config);
    refuse(names, "firewall", "--timeouts", timeouts);
    refuse(names, "nat", "--external", external);
    refuse(names, "lb", "--vip", vip);
    refuse(names, "lb", "--backend", backends);
    refuse(names, "ips", "--rules", ips.rules());
    refuse(names, "defrag", "--fragment-time and --fragments", defrag.given());
    if (!names.contains("reassembly")) {
      refuse(names, "ips", "--alerts", ips.alerts());
      refuse(names, "reassembly", "--overlap, --hold-… and --depth", reassembly.given());
    }
  }

  private void refuse(List<String> names, String owner, String option, @Nullable Object value) {
    if (value != null && !names.contains(owner)) {
      throw new UsageException(option + " does not go with --nf " + name);
    }
  }

  /** Tells the side of a packet by its source address. */
  Direction direction() {
    CidrSet set = insideSet();
    return set::containsSource;
  }

  /**
   * Addresses that the network function serves, which somebody must answer for on the link.
   *
   * @param outside asked on the outside; else on the inside
   */
  AddressSet served(boolean outside) {
    return outside ? translated().or(balanced()) : balanced();
  }

  private AddressSet translated() {
    if (external == null) {
      return AddressSet.NONE;
    }
    ExternalPool pool = ExternalPool.parse(external);
    return AddressSet.of(
        List.of(new AddressSet.Range(0, IpAddress.mapped(pool.first()), pool.count())));
  }

  private AddressSet balanced() {
    if (vip == null || backends == null) {
      return AddressSet.NONE;
    }
    return AddressSet.of(
        LbConfig.of(vip, backends).services().stream().map(FunctionOptions::virtual).toList());
  }

  private static AddressSet.Range virtual(LbConfig.Service service) {
    Endpoint address = service.vip();
    return address.ipVersion() == 4
        ? new AddressSet.Range(0, IpAddress.mapped((int) address.low()), 1)
        : new AddressSet.Range(address.high(), address.low(), 1);
  }

  private CidrSet insideSet() {
    try {
      return CidrSet.parse(inside);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--inside: " + e.getMessage(), e);
    }
  }

  private Supplier<NetworkFunction> firewall() {
    FirewallConfig chosen =
        config == null ? FirewallConfig.defaults() : FirewallConfig.load(config);
    if (mode != null) {
      chosen =
          switch (mode) {
            case "liberal" -> chosen.withStrict(false);
            case "strict" -> chosen.withStrict(true);
            default -> throw new UsageException("--mode '" + mode + "' is not liberal or strict");
          };
    }
    if (timeouts != null) {
      chosen = chosen.withTimeouts(Timeouts.load(timeouts));
    }
    FirewallConfig all = chosen;
    return () -> new Firewall(all);
  }

  private Supplier<NetworkFunction> nat() {
    if (external == null) {
      throw new UsageException("--nf nat needs --external ADDR[-ADDR]");
    }
    try {
      NatConfig all = NatConfig.builder(ExternalPool.parse(external)).inside(insideSet()).build();
      return () -> new Nat(all);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--external: " + e.getMessage(), e);
    }
  }

  private Supplier<NetworkFunction> loadBalancer() {
    if (vip == null || backends == null) {
      throw new UsageException("--nf lb needs --vip ADDR:PORT and --backend ADDR:PORT[,…]");
    }
    try {
      LbConfig all = LbConfig.of(vip, backends);
      return () -> new LoadBalancer(all);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--vip, --backend: " + e.getMessage(), e);
    }
  }

  /** Writes out what network functions told. */
  @Override
  public void close() {
    ips.close();
  }
}
