package org.statelessnf.host.bench.nf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.bench.report.Distribution;
import org.statelessnf.host.bench.report.FunctionReport;
import org.statelessnf.host.bench.report.FunctionReport.RoundTrip;
import org.statelessnf.host.bench.report.FunctionReport.TrafficReport;
import org.statelessnf.host.bench.report.Statistics;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.store.StateStore;

/**
 * Measures one network function on one store, or the loop that only parses and forwards: packets
 * per second for long and for short flows, and the round trip at a pace. One thread only, beside
 * the pipe's.
 */
public final class FunctionBench {
  /** Packets of a long flow. */
  public static final int LONG_FLOW = 10_000;

  /** Packets of a short flow. */
  public static final int SHORT_FLOW = 100;

  /** What the loop is called in reports. */
  public static final String LOOP = "parse and forward";

  private static final int BURST = 64;

  private final BenchFunction function;
  private final String label;
  private final @Nullable StateStore store;
  private final List<Kind> kinds = new ArrayList<>();
  private final Histogram roundTrip = new Histogram(1_000, 60_000_000_000L, 3);
  private double pace;

  /** One kind of traffic, and what came of it. */
  private static final class Kind {
    private final String name;
    private final int packetsPerFlow;
    private final List<Double> rates = new ArrayList<>();
    private double packets;
    private long reads;
    private long writes;
    private long dropped;

    Kind(String name, int packetsPerFlow) {
      this.name = name;
      this.packetsPerFlow = packetsPerFlow;
    }
  }

  /**
   * Nothing runs yet.
   *
   * @param function what is measured
   * @param label of the store, for reports
   * @param store where its state is, not closed here; null for the loop that has none
   */
  public FunctionBench(BenchFunction function, String label, @Nullable StateStore store) {
    this.function = function;
    this.label = label;
    this.store = store;
    kinds.add(new Kind("long flows", LONG_FLOW));
    kinds.add(new Kind("short flows", SHORT_FLOW));
  }

  /** What is measured, for people. */
  public String name() {
    return function.id() + " on " + label;
  }

  /**
   * Long and short flows, as fast as they go. The flows are new ones: making them is part of it.
   *
   * @param packets of each kind
   * @param round 0 to warm up, without effect on the report
   * @param seed of the traffic
   */
  public void measure(int packets, int round, long seed) throws InterruptedException {
    for (Kind kind : kinds) {
      int flows = Math.max(1, packets / kind.packetsPerFlow);
      int first = (2 * round + kinds.indexOf(kind)) * Math.max(1, packets / SHORT_FLOW);
      try (Traffic traffic =
          new Traffic(function.shape(), first, flows, kind.packetsPerFlow, seed)) {
        Packet[] fresh = traffic.fresh();
        PacedPort port = new PacedPort(fresh, 0);
        PipeMetrics metrics = run(port);
        if (round > 0) {
          kind.rates.add(port.packetsPerSecond());
          kind.packets += fresh.length;
          kind.dropped += port.dropped();
          kind.reads += metrics == null ? 0 : metrics.storeReads();
          kind.writes += metrics == null ? 0 : metrics.storeWrites();
        }
      }
    }
    if (store != null) {
      FunctionState.remove(store, function.function().get().layout());
    }
  }

  /** Packets per second of short flows, median of the rounds. */
  public double shortFlowsPerSecond() {
    return Statistics.median(kinds.getLast().rates);
  }

  /**
   * Short flows at a pace, from arrival to release. Nothing for the loop.
   *
   * @param perSecond packets per second
   * @param packets how many
   * @param firstFlow number of the first flow
   * @param seed of the traffic
   */
  public void roundTrip(double perSecond, int packets, int firstFlow, long seed)
      throws InterruptedException {
    if (store == null) {
      return;
    }
    pace = perSecond;
    int flows = Math.max(1, packets / SHORT_FLOW);
    try (Traffic traffic = new Traffic(function.shape(), firstFlow, flows, SHORT_FLOW, seed)) {
      PipeMetrics metrics = run(new PacedPort(traffic.fresh(), perSecond));
      if (metrics != null) {
        roundTrip.add(metrics.latencyNanos());
      }
    }
    FunctionState.remove(store, function.function().get().layout());
  }

  private @Nullable PipeMetrics run(PacedPort port) throws InterruptedException {
    if (store == null) {
      loop(port);
      return null;
    }
    PipeConfig config =
        PipeConfig.defaults().withStoreTimeout(Duration.ofNanos(store.defaultTimeoutNanos()));
    try (Instance instance = new Instance("bench", function.function(), store, config)) {
      PipeMetrics metrics =
          instance.addPipe(PipePorts.of(port, port, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      Throwable failure = instance.failure();
      if (failure != null) {
        throw new IllegalStateException(name() + ": " + failure, failure);
      }
      return metrics;
    }
  }

  /** What any forwarder must do. */
  private static void loop(PacedPort port) {
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
  }

  /** What was found. */
  public FunctionReport report() {
    List<TrafficReport> traffic = new ArrayList<>();
    for (Kind kind : kinds) {
      traffic.add(
          new TrafficReport(
              kind.name,
              kind.packetsPerFlow,
              Statistics.median(kind.rates),
              kind.rates,
              kind.reads / kind.packets,
              kind.writes / kind.packets,
              kind.dropped));
    }
    RoundTrip paced =
        roundTrip.getTotalCount() == 0 ? null : new RoundTrip(pace, Distribution.of(roundTrip));
    return new FunctionReport(function.id(), label, traffic, paced);
  }
}
