package org.statelessnf.nf.testing;

import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Rewrite;

/**
 * What a network function said about a packet.
 *
 * @param action where the packet goes
 * @param reason why it was dropped; null unless it was
 * @param rewrite header fields to be changed; empty for a dropped packet
 */
public record Verdict(Action action, @Nullable DropReason reason, Rewrite rewrite) {

  /** Where a packet goes. */
  public enum Action {
    /** On to the other side. */
    FORWARD,
    /** Back to the side it came from. */
    HAIRPIN,
    /** Nowhere. */
    DROP
  }

  static Verdict drop(DropReason reason) {
    return new Verdict(Action.DROP, reason, new Rewrite());
  }

  /** Whether the packet leaves, on either side. */
  public boolean passes() {
    return action != Action.DROP;
  }

  /** For people: {@code FORWARD}, {@code DROP (no mapping)}. */
  @Override
  public String toString() {
    return reason == null ? action.toString() : action + " (" + reason.text() + ")";
  }
}
