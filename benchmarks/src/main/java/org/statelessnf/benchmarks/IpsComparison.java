package org.statelessnf.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.ips.ByteDfa;
import org.statelessnf.nf.ips.Ips;
import org.statelessnf.nf.ips.IpsConfig;
import org.statelessnf.nf.ips.RuleSet;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * What does the IPS cost beside the search itself, and beside what others offer? The IPS on {@code
 * caffeine:} against the same automaton in a bare loop over the same payloads, against Hyperscan's
 * streams and against Suricata where they are installed; rounds of all taking turns in one run.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.IpsComparison [rounds] [rules]
 * </pre>
 *
 * <p>Bar: at least 0.8 of the loop's bytes per second, segments of 1,460 bytes. The others are
 * reported: Hyperscan searches and does nothing else, Suricata decodes, re-assembles and detects
 * the application.
 */
public final class IpsComparison {
  private static final int WARM_UP_ROUNDS = 30;

  private final IpsTraffic traffic;
  private final RuleSet rules;
  private final ByteDfa dfa;
  private final List<Double> loops = new ArrayList<>();
  private final List<Double> functions = new ArrayList<>();
  private final List<Double> hyperscans = new ArrayList<>();
  private final List<Double> suricatas = new ArrayList<>();
  private final LongAdder alerts = new LongAdder();
  private long found;
  private double allocated;

  private IpsComparison(IpsTraffic traffic) {
    this.traffic = traffic;
    this.rules = RuleSet.parse(Path.of("generated"), traffic.rules());
    this.dfa = rules.automaton();
  }

  /**
   * Runs the comparison and prints it.
   *
   * @param args rounds, 7 if left out; and how many rules, 1,000 if left out
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
    try (Arena arena = Arena.ofShared()) {
      IpsTraffic traffic = new IpsTraffic(count, arena);
      SymbolLookup library = Hyperscan.library().orElse(null);
      try (Hyperscan hyperscan =
              library == null
                  ? null
                  : new Hyperscan(library, traffic.contents(), IpsTraffic.FLOWS);
          Suricata suricata = Suricata.isInstalled() ? new Suricata(traffic) : null) {
        new IpsComparison(traffic).run(rounds, hyperscan, suricata);
      }
    }
  }

  private void run(int rounds, @Nullable Hyperscan hyperscan, @Nullable Suricata suricata)
      throws IOException, InterruptedException {
    System.out.printf(
        "%d rules, %d states of %d classes%n",
        traffic.contents().size(), dfa.states(), dfa.classes());
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      double loop = loop();
      double function = function();
      double others = hyperscan == null ? 0 : hyperscan.scan(traffic);
      if (round >= 0) {
        loops.add(loop);
        functions.add(function);
        hyperscans.add(others);
        suricatas.add(suricata == null ? 0 : suricata.scan());
      }
    }
    int total = rounds + WARM_UP_ROUNDS;
    System.out.printf(
        "IPS                 %6.0f MB/s, %d alerts, %.1f B allocated per packet%n",
        EngineComparison.median(functions) / 1e6, alerts.sum() / total, allocated);
    print("the automaton alone", loops, found / total + " found");
    if (hyperscan == null) {
      System.out.println("Hyperscan           not installed (libhs.so.5)");
    } else {
      print("Hyperscan alone", hyperscans, hyperscan.matches() / total + " found");
    }
    if (suricata == null) {
      System.out.println("Suricata            not installed");
    } else {
      print("Suricata", suricatas, suricata.alerts() + " alerts in its longer run");
    }
  }

  private void print(String peer, List<Double> rates, String remark) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rates.size(); i++) {
      ratios.add(functions.get(i) / rates.get(i));
    }
    System.out.printf(
        "%-19s %6.0f MB/s, IPS / it %.2f, %s%n",
        peer, EngineComparison.median(rates) / 1e6, EngineComparison.median(ratios), remark);
  }

  /** The peer: nothing but the search. */
  private double loop() {
    int[] state = new int[IpsTraffic.FLOWS];
    ByteDfa.Listener listener = (accepting, end) -> found++;
    Packet[] packets = traffic.packets();
    long start = System.nanoTime();
    for (int i = 0; i < packets.length; i++) {
      Packet packet = packets[i];
      int flow = i % IpsTraffic.FLOWS;
      state[flow] =
          dfa.scan(
              packet.memory(),
              packet.offset() + IpsTraffic.HEADERS,
              IpsTraffic.PAYLOAD,
              state[flow],
              listener);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return packets.length * (double) IpsTraffic.PAYLOAD / seconds;
  }

  private double function() throws InterruptedException {
    PreloadedPort port = new PreloadedPort(traffic.packets());
    IpsConfig config = IpsConfig.of(rules, alert -> alerts.increment());
    try (StateStore store = Stores.open("caffeine:");
        Instance instance =
            new Instance("bench", () -> new Ips(config), store, PipeConfig.defaults())) {
      PipeMetrics metrics =
          instance.addPipe(PipePorts.of(port, port, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      if (port.sent() != IpsTraffic.PACKETS || metrics.conflicts() != 0) {
        throw new IllegalStateException("sent " + port.sent() + ", " + instance.failure());
      }
    }
    allocated = port.allocatedPerPacket();
    return port.packetsPerSecond() * IpsTraffic.PAYLOAD;
  }
}
