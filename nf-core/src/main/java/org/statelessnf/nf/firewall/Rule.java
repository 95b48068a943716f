package org.statelessnf.nf.firewall;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;

/**
 * One line of the rules: {@code allow out tcp from 10.0.0.0/8 to any port 443}. Immutable; {@code
 * matches} allocates nothing.
 *
 * <pre>
 *   rule     = action direction [protocol] ["from" endpoint] ["to" endpoint]
 *   action   = "allow" | "deny"
 *   direction= "in" (from outside) | "out" (from inside) | "any"
 *   protocol = "any" | tcp, udp, icmp, icmpv6, sctp, gre, esp … | 0 to 255
 *   endpoint = ("any" | address or block, several separated by commas) ["port" ports]
 *   ports    = 22 | 80,443 | 1024-65535
 * </pre>
 */
final class Rule {
  private static final List<Integer> NAMED_PROTOCOLS =
      List.of(
          IpProtocol.ICMP,
          IpProtocol.TCP,
          IpProtocol.UDP,
          IpProtocol.DCCP,
          IpProtocol.GRE,
          IpProtocol.ESP,
          IpProtocol.AH,
          IpProtocol.ICMPV6,
          IpProtocol.SCTP,
          IpProtocol.UDP_LITE);

  private static final int ANY_PROTOCOL = -1;

  private final boolean allow;
  private final boolean in;
  private final boolean out;
  private final int protocol;
  private final @Nullable CidrSet from;
  private final @Nullable PortSet fromPorts;
  private final @Nullable CidrSet to;
  private final @Nullable PortSet toPorts;
  private final String text;

  private Rule(
      boolean allow,
      String direction,
      int protocol,
      Endpoint source,
      Endpoint destination,
      String text) {
    this.allow = allow;
    this.in = !direction.equals("out");
    this.out = !direction.equals("in");
    this.protocol = protocol;
    this.from = source.addresses;
    this.fromPorts = source.ports;
    this.to = destination.addresses;
    this.toPorts = destination.ports;
    this.text = text;
  }

  private record Endpoint(@Nullable CidrSet addresses, @Nullable PortSet ports) {
    static final Endpoint ANY = new Endpoint(null, null);
  }

  /**
   * Parses a rule.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static Rule parse(String line) {
    Deque<String> words = new ArrayDeque<>(List.of(line.strip().split("\\s+")));
    String action = words.remove();
    if (!action.equals("allow") && !action.equals("deny")) {
      throw new IllegalArgumentException("'" + action + "' is neither 'allow' nor 'deny'");
    }
    String direction = next(words, "a direction: in, out or any");
    if (!List.of("in", "out", "any").contains(direction)) {
      throw new IllegalArgumentException(
          "'" + direction + "' is no direction: in, out or any expected");
    }
    int protocol = ANY_PROTOCOL;
    if (!words.isEmpty() && !isKeyword(words.element())) {
      protocol = protocol(words.remove());
    }
    Endpoint source = endpoint(words, "from");
    Endpoint destination = endpoint(words, "to");
    if (!words.isEmpty()) {
      throw new IllegalArgumentException(
          "'"
              + words.element()
              + "' does not belong there; the order is action, direction,"
              + " protocol, from, to");
    }
    if ((source.ports != null || destination.ports != null) && !IpProtocol.hasPorts(protocol)) {
      throw new IllegalArgumentException("a port needs a protocol that has ports, such as tcp");
    }
    return new Rule(action.equals("allow"), direction, protocol, source, destination, line.strip());
  }

  /** Whether the rule allows what it matches. */
  boolean allows() {
    return allow;
  }

  /** Whether the rule speaks of the packet. */
  boolean matches(Packet p) {
    return (p.fromInside() ? out : in)
        && (protocol == ANY_PROTOCOL || protocol == p.protocol())
        && (fromPorts == null || fromPorts.contains(p.sourcePort()))
        && (toPorts == null || toPorts.contains(p.destinationPort()))
        && (from == null || from.containsSource(p))
        && (to == null || to.containsDestination(p));
  }

  /** The line it was parsed from. */
  @Override
  public String toString() {
    return text;
  }

  private static Endpoint endpoint(Deque<String> words, String keyword) {
    if (words.isEmpty() || !words.element().equals(keyword)) {
      return Endpoint.ANY;
    }
    words.remove();
    String addresses = next(words, "an address, a block or any, behind '" + keyword + "'");
    PortSet ports = null;
    if (!words.isEmpty() && words.element().equals("port")) {
      words.remove();
      ports = PortSet.parse(next(words, "a port behind 'port'"));
    }
    return new Endpoint(addresses.equals("any") ? null : CidrSet.parse(addresses), ports);
  }

  private static boolean isKeyword(String word) {
    return word.equals("from") || word.equals("to") || word.equals("port");
  }

  private static int protocol(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    if (name.equals("any")) {
      return ANY_PROTOCOL;
    }
    for (int number : NAMED_PROTOCOLS) {
      if (IpProtocol.text(number).equals(name)) {
        return number;
      }
    }
    if (name.matches("[0-9]{1,3}") && Integer.parseInt(name) <= 255) {
      return Integer.parseInt(name);
    }
    throw new IllegalArgumentException(
        "'" + word + "' is no protocol: a name such as tcp, or a number up to 255 expected");
  }

  private static String next(Deque<String> words, String what) {
    String word = words.poll();
    if (word == null) {
      throw new IllegalArgumentException("the rule ends where there should be " + what);
    }
    return word;
  }
}
