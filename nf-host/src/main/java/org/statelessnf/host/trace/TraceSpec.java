package org.statelessnf.host.trace;

import java.time.Duration;

/**
 * What a synthetic trace holds.
 *
 * @param seed the same seed and counts give the same bytes
 * @param duration time over which conversations begin
 * @param tcpConnections connections that inside hosts open to the outside, most of them complete
 * @param serviceConnections connections that outside clients open to a {@link Service}
 * @param udpExchanges DNS, NTP and streams over UDP, from inside
 * @param pings runs of echo requests from inside
 * @param scanProbes probes from outside that nobody asked for
 */
public record TraceSpec(
    long seed,
    Duration duration,
    int tcpConnections,
    int serviceConnections,
    int udpExchanges,
    int pings,
    int scanProbes) {

  /** The service that outside clients connect to: one virtual address and port. */
  public static final class Service {
    /** Its address. */
    public static final String ADDRESS = "192.0.2.80";

    /** Its port. */
    public static final int PORT = 443;

    private Service() {}
  }

  /** Checks that nothing is negative. */
  public TraceSpec {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration " + duration + " is not positive");
    }
    if (Math.min(Math.min(tcpConnections, serviceConnections), Math.min(udpExchanges, pings)) < 0
        || scanProbes < 0) {
      throw new IllegalArgumentException("a count is negative");
    }
  }

  /**
   * An office behind a firewall or a NAT: web, DNS, streams, pings, and the noise of the Internet.
   *
   * @param seed any number
   */
  public static TraceSpec office(long seed) {
    return new TraceSpec(seed, Duration.ofSeconds(60), 400, 0, 300, 20, 250);
  }

  /**
   * Clients of a service behind a load balancer.
   *
   * @param seed any number
   */
  public static TraceSpec service(long seed) {
    return new TraceSpec(seed, Duration.ofSeconds(60), 0, 400, 0, 0, 0);
  }
}
