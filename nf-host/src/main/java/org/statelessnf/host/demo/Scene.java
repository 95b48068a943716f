package org.statelessnf.host.demo;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.statelessnf.host.demo.StateExcerpt.Words;
import org.statelessnf.host.trace.TraceFrame;
import org.statelessnf.host.trace.TraceGenerator;
import org.statelessnf.host.trace.TraceSpec;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.firewall.FlowView;
import org.statelessnf.nf.lb.LbConfig;
import org.statelessnf.nf.lb.LoadBalancer;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.CidrSet;

/**
 * A network function with the traffic it gets.
 *
 * @param title for people
 * @param name of the network function
 * @param function makes the network function of a pipe
 * @param words for its records
 * @param trace what it gets
 * @param inside addresses of the inside
 * @param peers makes the hosts around it for one run
 */
record Scene(
    String title,
    String name,
    Supplier<NetworkFunction> function,
    Words words,
    TraceIndex trace,
    CidrSet inside,
    Supplier<Peer> peers) {

  private static final CidrSet INSIDE = CidrSet.PRIVATE;
  private static final String EXTERNAL = "192.0.2.1-192.0.2.4";
  private static final List<String> BACKENDS = List.of("10.30.0.1", "10.30.0.2", "10.30.0.3");
  private static final int BACKEND_PORT = 8443;

  /** The scenes of the demo. */
  static List<Scene> all(long seed) {
    TraceIndex office = new TraceIndex(generate(TraceSpec.office(seed)));
    TraceIndex service = new TraceIndex(generate(TraceSpec.service(seed)));
    return List.of(
        new Scene(
            "Firewall",
            "firewall",
            () -> new Firewall(FirewallConfig.defaults()),
            (table, key, value) -> String.valueOf(FlowView.of(key, value)),
            office,
            INSIDE,
            Peer::transparent),
        new Scene(
            "NAT",
            "nat",
            () -> new Nat(NatConfig.of(EXTERNAL)),
            Nat::describe,
            office,
            INSIDE,
            () -> new NatPeer(INSIDE)),
        new Scene(
            "Load balancer",
            "lb",
            () -> new LoadBalancer(LbConfig.of(virtual(), backends())),
            LoadBalancer::describe,
            service,
            INSIDE,
            Scene::balancerPeer));
  }

  private static List<TraceFrame> generate(TraceSpec spec) {
    return new TraceGenerator(spec).generate();
  }

  private static String virtual() {
    return TraceSpec.Service.ADDRESS + ":" + TraceSpec.Service.PORT;
  }

  private static String backends() {
    return String.join(
        ",", BACKENDS.stream().map(address -> address + ":" + BACKEND_PORT).toList());
  }

  private static Peer balancerPeer() {
    long virtual =
        Frames.endpoint(Addresses.parseIpv4(TraceSpec.Service.ADDRESS), TraceSpec.Service.PORT);
    Set<Long> backends =
        Set.copyOf(
            BACKENDS.stream()
                .map(address -> Frames.endpoint(Addresses.parseIpv4(address), BACKEND_PORT))
                .toList());
    return new BalancerPeer(virtual, backends);
  }
}
