package org.statelessnf.nf.firewall;

import java.util.List;
import org.statelessnf.nf.packet.Packet;

/**
 * Which packets may open a flow. The first rule that speaks of a packet decides; if none does, the
 * default of its direction. Packets of flows that are open are not asked about again. Immutable;
 * {@code decide} allocates nothing.
 */
public final class Rules {
  /** The packet may open a flow. */
  static final int ALLOWED = 0;

  /** A rule denies it. */
  static final int DENIED_BY_RULE = 1;

  /** No rule speaks of it, and the default denies it. */
  static final int DENIED_BY_DEFAULT = 2;

  private final Rule[] rules;
  private final boolean allowOut;
  private final boolean allowIn;

  Rules(List<Rule> rules, boolean allowOut, boolean allowIn) {
    this.rules = rules.toArray(new Rule[0]);
    this.allowOut = allowOut;
    this.allowIn = allowIn;
  }

  /** From inside everything, from outside nothing. */
  public static Rules defaults() {
    return new Rules(List.of(), true, false);
  }

  /** Judges a packet that would open a flow. */
  int decide(Packet p) {
    for (Rule rule : rules) {
      if (rule.matches(p)) {
        return rule.allows() ? ALLOWED : DENIED_BY_RULE;
      }
    }
    return (p.fromInside() ? allowOut : allowIn) ? ALLOWED : DENIED_BY_DEFAULT;
  }

  @Override
  public String toString() {
    return List.of(rules)
        + ", otherwise out "
        + (allowOut ? "allowed" : "denied")
        + ", in "
        + (allowIn ? "allowed" : "denied");
  }
}
