package org.statelessnf.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * How near does a network function come to what its store can do? The firewall on Redis over a unix
 * socket, one pipe, against the store's own multi-read rate (100 keys, 8 in flight, one session),
 * rounds of both taking turns.
 *
 * <p>Once every packet belongs to another of 200,000 flows, so that coalescing wins nothing: bar
 * 0.8 (the dissertation's section 4.6: 1.6 of 1.8 million per second). Once flows have 10,000
 * packets, 64 flows at a time: bar 3.
 *
 * <pre>
 * java @nf-host/src/main/snf/jvm.args -cp benchmarks/target/benchmarks.jar \
 *     org.statelessnf.benchmarks.RedisEngineComparison [rounds]
 * </pre>
 */
public final class RedisEngineComparison {
  private static final int FLOWS = 200_000;
  private static final int LONG_FLOWS = 100;
  private static final int LONG_FLOW = 10_000;
  private static final int AT_A_TIME = 64;
  private static final double SECONDS = 1;

  private RedisEngineComparison() {}

  /** Prints the ratios. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
    try (RedisPeer peer = new RedisPeer();
        StateStore store =
            Stores.open("redis-socket://" + peer.socket() + "?timeout=30s&connectTimeout=30s")) {
      RedisMultiReadBenchmark.keysPerSecond(store, true, SECONDS);
      try (Traffic traffic = Traffic.udp(FLOWS, FLOWS, 1)) {
        compare("every packet another flow", traffic, true, store, rounds, 0.8);
      }
      try (Traffic traffic = Traffic.tcp(LONG_FLOWS, LONG_FLOW, AT_A_TIME, 1)) {
        compare("flows of 10,000 packets", traffic, false, store, rounds, 3);
      }
    }
  }

  private static void compare(
      String what, Traffic traffic, boolean shuffle, StateStore store, int rounds, double bar)
      throws InterruptedException {
    List<Double> rates = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    Packet[] packets = traffic.packets();
    double reads = 0;
    for (int round = 0; round < rounds + 2; round++) {
      if (shuffle) {
        traffic.shuffle(round);
      }
      EngineComparison.Run run =
          EngineComparison.engine(packets, store, EngineComparison.longLived());
      double keys = RedisMultiReadBenchmark.keysPerSecond(store, false, SECONDS);
      reads = run.readsPerPacket();
      if (round >= 2) { // the first creates the flows
        rates.add(run.packetsPerSecond());
        peers.add(keys);
        ratios.add(run.packetsPerSecond() / keys);
      }
    }
    double ratio = EngineComparison.median(ratios);
    System.out.printf(
        Locale.ROOT,
        "%-26s %6.0f k packets/s (%.3f reads each), store %6.0f k keys/s: ratio %.2f, bar %.1f"
            + " %s%n",
        what,
        EngineComparison.median(rates) / 1e3,
        reads,
        EngineComparison.median(peers) / 1e3,
        ratio,
        bar,
        ratio >= bar ? "holds" : "MISSED");
  }
}
