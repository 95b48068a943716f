package org.statelessnf.nf.firewall;

import java.nio.file.Path;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.FailurePolicy;

/**
 * How a {@link Firewall} is set up. Immutable; all instances that share a store are set up alike.
 *
 * @param strict whether TCP sequence windows are followed, at the price of a write per connection
 *     and batch; else only state transitions (and resets by number) are
 * @param timeouts how long flows may idle
 * @param rules which packets may open a flow
 * @param multicast packets to groups and broadcasts, IPv4 and IPv6: they have no answering end, so
 *     no flow either
 * @param nonIp ARP, LLDP and whatever else is no IP
 * @param linkLocal IPv6 neighbour discovery with hop limit 255, and packets from or to fe80::/10: a
 *     bump in the wire must not break the link (RFC 4890 section 4.4)
 * @param laterFragments fragments without the ports. They are useless without the first one, which
 *     is judged like a whole packet; fragments that could overwrite its header are dropped in any
 *     case (RFC 1858, RFC 3128)
 * @param limits how many flows may wait for an answer
 * @param onStoreFailure what becomes of packets while the store does not answer
 */
public record FirewallConfig(
    boolean strict,
    Timeouts timeouts,
    Rules rules,
    Policy multicast,
    Policy nonIp,
    Policy linkLocal,
    Policy laterFragments,
    Limits limits,
    FailurePolicy onStoreFailure) {

  /**
   * Liberal, netfilter's timeouts, new flows from inside only, everything that is no flow passes,
   * and closed when the store does not answer.
   */
  public static FirewallConfig defaults() {
    return new FirewallConfig(
        false,
        Timeouts.defaults(),
        Rules.defaults(),
        Policy.PASS,
        Policy.PASS,
        Policy.PASS,
        Policy.PASS,
        Limits.NONE,
        FailurePolicy.DROP);
  }

  /**
   * The defaults, overridden by a file; see {@link FirewallConfigFile} for its lines.
   *
   * @param file lines of text
   * @throws ConfigException with file and line, if the file cannot be read or a line is wrong
   */
  public static FirewallConfig load(Path file) {
    return FirewallConfigFile.load(file);
  }

  /** The same, strict or not. */
  public FirewallConfig withStrict(boolean other) {
    return new FirewallConfig(
        other,
        timeouts,
        rules,
        multicast,
        nonIp,
        linkLocal,
        laterFragments,
        limits,
        onStoreFailure);
  }

  /** The same with other timeouts. */
  public FirewallConfig withTimeouts(Timeouts other) {
    return new FirewallConfig(
        strict, other, rules, multicast, nonIp, linkLocal, laterFragments, limits, onStoreFailure);
  }

  /** The same with other limits. */
  public FirewallConfig withLimits(Limits other) {
    return new FirewallConfig(
        strict,
        timeouts,
        rules,
        multicast,
        nonIp,
        linkLocal,
        laterFragments,
        other,
        onStoreFailure);
  }
}
