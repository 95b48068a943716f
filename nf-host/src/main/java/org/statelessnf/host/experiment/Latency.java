package org.statelessnf.host.experiment;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.lab.Lab;
import org.statelessnf.host.lab.LabException;
import org.statelessnf.host.lab.LabRedis;
import org.statelessnf.host.lab.SnfProcess;
import org.statelessnf.host.lab.TwoPaths;

/**
 * What a store adds to a round trip: UDP echoes through two firewalls, one with its state in its
 * own memory and one with its state in a store, in turns, beside single reads of that store.
 *
 * @param rounds how many turns
 * @param pings round trips of each kind in a turn
 */
record Latency(int rounds, int pings) {
  private static final String PORTS = "7001,7002";
  private static final int LANES = 3;

  /**
   * Runs it.
   *
   * @param store of the stateless firewall; null for a Redis of the experiment's own
   */
  LatencyResult run(@Nullable String store) throws InterruptedException {
    try (Lab lab = Lab.open().optimizing()) {
      TwoPaths paths = new TwoPaths(lab, false);
      paths.byUdpPort(PORTS);
      String state = store == null ? LabRedis.start(lab, paths.client()) : store;
      SnfProcess baseline =
          paths.launch(lab, 0, List.of("--nf", "firewall", "--store", "caffeine:"));
      SnfProcess stateless = paths.launch(lab, 1, List.of("--nf", "firewall", "--store", state));
      SnfProcess server =
          SnfProcess.start(
              lab, paths.server(), "server", List.of("experiment", "echo", "--ports", PORTS));
      baseline.awaitWord("Ctrl-C");
      stateless.awaitWord("Ctrl-C");
      server.awaitWord("serving");
      SnfProcess client =
          SnfProcess.start(
              lab,
              paths.client(),
              "client",
              List.of(
                  "experiment",
                  "ping",
                  "--host",
                  TwoPaths.SERVER,
                  "--ports",
                  PORTS,
                  "--rounds",
                  Integer.toString(rounds),
                  "--pings",
                  Integer.toString(pings),
                  "--store",
                  state));
      if (client.process().waitFor() != 0) {
        throw new LabException("the round trips did not end well: " + client.err().strip());
      }
      return parse(client.out(), store == null ? "redis-socket: (its own)" : store);
    }
  }

  /** Reads what {@link EchoClient} says. */
  static LatencyResult parse(String said, String store) {
    Histogram[] lanes = new Histogram[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = new Histogram(3);
    }
    long lost = 0;
    for (String line : said.lines().toList()) {
      int blank = line.indexOf(' ');
      long nanos = Long.parseLong(line.substring(blank + 1));
      if (nanos < 0) {
        lost++;
      } else {
        lanes[Integer.parseInt(line.substring(0, blank))].recordValue(nanos);
      }
    }
    return new LatencyResult(store, lanes[0], lanes[1], lanes[2], lost);
  }
}
