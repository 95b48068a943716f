package org.statelessnf.nf.nat;

import java.time.Duration;

/**
 * How long a mapping lives after its last outbound packet, in nanoseconds. The defaults keep the
 * RFCs' minima; smaller values are taken, and break them.
 *
 * @param udpNanos UDP: 2 minutes at least, 5 or more recommended (RFC 4787 REQ-5)
 * @param icmpNanos ICMP queries: 60 s at least (RFC 5508 REQ-2)
 * @param transitoryNanos TCP connections that open or close: 4 minutes at least (RFC 5382 REQ-5)
 * @param establishedNanos open TCP connections: 2 hours 4 minutes at least (RFC 5382 REQ-5)
 * @param restNanos how long a released port is not used again: 120 s (RFC 6888 REQ-8)
 */
public record NatTimeouts(
    long udpNanos, long icmpNanos, long transitoryNanos, long establishedNanos, long restNanos) {

  /** 300 s, 60 s, 240 s, 7,440 s and 120 s. */
  public static final NatTimeouts DEFAULT =
      new NatTimeouts(seconds(300), seconds(60), seconds(240), seconds(7_440), seconds(120));

  /** Checks that all are positive. */
  public NatTimeouts {
    requirePositive("UDP timeout", udpNanos);
    requirePositive("ICMP timeout", icmpNanos);
    requirePositive("transitory TCP timeout", transitoryNanos);
    requirePositive("established TCP timeout", establishedNanos);
    requirePositive("port rest time", restNanos);
  }

  /** The timeout of a {@link MappingState}. */
  long of(int state) {
    return switch (state) {
      case MappingState.UDP -> udpNanos;
      case MappingState.ICMP -> icmpNanos;
      case MappingState.TCP_ESTABLISHED -> establishedNanos;
      default -> transitoryNanos;
    };
  }

  /** A copy with another UDP timeout. */
  public NatTimeouts withUdp(Duration timeout) {
    return new NatTimeouts(
        timeout.toNanos(), icmpNanos, transitoryNanos, establishedNanos, restNanos);
  }

  /** A copy with another timeout of ICMP queries. */
  public NatTimeouts withIcmp(Duration timeout) {
    return new NatTimeouts(
        udpNanos, timeout.toNanos(), transitoryNanos, establishedNanos, restNanos);
  }

  /** A copy with other timeouts of TCP. */
  public NatTimeouts withTcp(Duration transitory, Duration established) {
    return new NatTimeouts(
        udpNanos, icmpNanos, transitory.toNanos(), established.toNanos(), restNanos);
  }

  /** A copy with another time that a released port rests. */
  public NatTimeouts withRest(Duration rest) {
    return new NatTimeouts(udpNanos, icmpNanos, transitoryNanos, establishedNanos, rest.toNanos());
  }

  private static long seconds(long seconds) {
    return seconds * 1_000_000_000L;
  }

  private static void requirePositive(String what, long nanos) {
    if (nanos <= 0) {
      throw new IllegalArgumentException(what + " of " + nanos + " ns: it must be positive");
    }
  }
}
