package org.statelessnf.host.bench.nf;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.lb.LbConfig;
import org.statelessnf.nf.lb.LoadBalancer;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;

/** The network functions that are measured, with the traffic they get. */
public enum BenchFunction {
  /** TCP connections, both directions. */
  FIREWALL("firewall", Traffic.Shape.TCP_BOTH_WAYS),
  /** UDP from inside. */
  NAT("nat", Traffic.Shape.UDP_OUT),
  /** TCP from clients to a service. */
  LB("lb", Traffic.Shape.TCP_TO_SERVICE);

  private static final String EXTERNAL = "192.0.2.1-192.0.2.8";
  private static final String BACKENDS = "10.30.0.1:8443,10.30.0.2:8443,10.30.0.3:8443";

  private final String id;
  private final Traffic.Shape shape;

  BenchFunction(String id, Traffic.Shape shape) {
    this.id = id;
    this.shape = shape;
  }

  /** Name as in {@code --nf}. */
  public String id() {
    return id;
  }

  Traffic.Shape shape() {
    return shape;
  }

  /** Makes the network function of a pipe. */
  Supplier<NetworkFunction> function() {
    return switch (this) {
      case FIREWALL -> () -> new Firewall(FirewallConfig.defaults());
      case NAT -> () -> new Nat(NatConfig.of(EXTERNAL));
      case LB -> () -> new LoadBalancer(LbConfig.of(Traffic.SERVICE + ":443", BACKENDS));
    };
  }

  /** By its name. */
  public static Optional<BenchFunction> of(String id) {
    return Stream.of(values()).filter(one -> one.id.equals(id)).findFirst();
  }

  /** All of them. */
  public static List<BenchFunction> all() {
    return List.of(values());
  }

  /** Their names. */
  public static String names() {
    return all().stream().map(BenchFunction::id).collect(Collectors.joining(", "));
  }
}
