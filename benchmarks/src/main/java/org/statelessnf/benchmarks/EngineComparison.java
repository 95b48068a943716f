package org.statelessnf.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.firewall.Timeouts;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * What does the engine cost? The firewall on {@code caffeine:} against a loop that only parses and
 * forwards the same packets, rounds of both taking turns in one run; what an established flow
 * allocates; how the cost grows from 1,000 to 1,000,000 flows.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.EngineComparison [rounds] [long|short|growth]
 * </pre>
 *
 * <p>Bars: long flows at least 0.4 of the loop's packets per second, 0 bytes per packet, growth at
 * most 3.
 */
public final class EngineComparison {
  private static final int PACKETS = 1_000_000;
  private static final int LONG_FLOW = 10_000;
  private static final int SHORT_FLOW = 100;
  private static final int AT_A_TIME = 64;
  private static final int BURST = 64;

  private EngineComparison() {}

  /** Figures of one run of the engine. */
  record Run(double packetsPerSecond, double allocatedPerPacket, double readsPerPacket) {}

  /**
   * Runs the comparison and prints it.
   *
   * @param args rounds, 7 if left out; and which part, all if left out
   */
  public static void main(String[] args) throws InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    System.out.printf(
        "%-34s %12s %12s %7s %9s %11s%n",
        "traffic", "engine p/s", "loop p/s", "ratio", "B/packet", "reads/packet");
    String only = args.length > 1 ? args[1] : "";
    if (only.isEmpty() || only.equals("long")) {
      compare("long flows (10,000 packets)", PACKETS / LONG_FLOW, LONG_FLOW, rounds);
      allocation(rounds);
    }
    if (only.isEmpty() || only.equals("short")) {
      compare("short flows (100 packets)", PACKETS / SHORT_FLOW, SHORT_FLOW, rounds);
    }
    if (only.isEmpty() || only.equals("growth")) {
      growth(rounds);
    }
  }

  private static void compare(String name, int flows, int packetsPerFlow, int rounds)
      throws InterruptedException {
    try (Traffic traffic = Traffic.tcp(flows, packetsPerFlow, AT_A_TIME, 1)) {
      List<Double> loops = new ArrayList<>();
      List<Double> engines = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      Run last = null;
      for (int round = 0; round < rounds + 2; round++) {
        double loop = loop(traffic.packets());
        last = engine(traffic.packets());
        if (round >= 2) { // the first two warm up
          loops.add(loop);
          engines.add(last.packetsPerSecond());
          ratios.add(last.packetsPerSecond() / loop);
        }
      }
      if (last != null) {
        System.out.printf(
            "%-34s %12.0f %12.0f %7.2f %9.2f %11.3f%n",
            name,
            median(engines),
            median(loops),
            median(ratios),
            last.allocatedPerPacket(),
            last.readsPerPacket());
      }
    }
  }

  /** In the second half of this run no flow begins or ends. */
  private static void allocation(int rounds) throws InterruptedException {
    try (Traffic traffic = Traffic.tcp(AT_A_TIME, LONG_FLOW, AT_A_TIME, 2)) {
      List<Double> bytes = new ArrayList<>();
      for (int round = 0; round < rounds + 2; round++) {
        double allocated = engine(traffic.packets()).allocatedPerPacket();
        if (round >= 2) {
          bytes.add(allocated);
        }
      }
      System.out.printf("allocation per packet of established flows: %.4f B%n", median(bytes));
    }
  }

  /** The peer: what any forwarder must do. */
  private static double loop(Packet[] packets) {
    PreloadedPort port = new PreloadedPort(packets);
    Packet[] burst = new Packet[BURST];
    CidrSet inside = CidrSet.PRIVATE;
    int count = port.receive(burst, BURST);
    while (count > 0) {
      for (int i = 0; i < count; i++) {
        PacketParser.parse(burst[i]);
        burst[i].fromInside(inside.containsSource(burst[i]));
      }
      port.transmit(burst, 0, count);
      count = port.receive(burst, BURST);
    }
    return port.packetsPerSecond();
  }

  private static Run engine(Packet[] packets) throws InterruptedException {
    try (StateStore store = Stores.open("caffeine:")) {
      return engine(packets, store, FirewallConfig.defaults());
    }
  }

  /** Sends the packets through one pipe with the firewall. */
  static Run engine(Packet[] packets, StateStore store, FirewallConfig config)
      throws InterruptedException {
    PreloadedPort port = new PreloadedPort(packets);
    try (Instance instance =
        new Instance("bench", () -> new Firewall(config), store, PipeConfig.defaults())) {
      PipeMetrics metrics =
          instance.addPipe(PipePorts.of(port, port, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      if (port.sent() != packets.length) {
        throw new IllegalStateException(
            "sent " + port.sent() + " of " + packets.length + ", " + instance.failure());
      }
      return new Run(
          port.packetsPerSecond(),
          port.allocatedPerPacket(),
          metrics.storeReads() / (double) packets.length);
    }
  }

  /** As many packets, of as many buffers, in both cases; only the number of flows differs. */
  private static void growth(int rounds) throws InterruptedException {
    int many = 1_000_000;
    int few = 1_000;
    FirewallConfig config = longLived();
    try (Traffic large = Traffic.udp(PACKETS, many, 3);
        Traffic small = Traffic.udp(PACKETS, few, 3);
        StateStore largeStore = Stores.open("caffeine:");
        StateStore smallStore = Stores.open("caffeine:")) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < rounds + 2; round++) {
        large.shuffle(round);
        small.shuffle(round);
        double manyRate = engine(large.packets(), largeStore, config).packetsPerSecond();
        double fewRate = engine(small.packets(), smallStore, config).packetsPerSecond();
        if (round >= 2) {
          ratios.add(fewRate / manyRate);
        }
      }
      System.out.printf("cost per packet, 1,000,000 flows against 1,000: %.2f%n", median(ratios));
    }
  }

  /** All flows live through the whole run: what an end of so many at once costs is not asked. */
  static FirewallConfig longLived() {
    return FirewallConfig.defaults()
        .withTimeouts(
            Timeouts.defaults()
                .with("udp.unreplied", Duration.ofHours(1))
                .with("udp.stream", Duration.ofHours(1)));
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
