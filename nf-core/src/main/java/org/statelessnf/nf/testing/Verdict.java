package org.statelessnf.nf.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Rewrite;

/**
 * What a network function said about a packet.
 *
 * @param action where the packet goes
 * @param reason why it was dropped; null unless it was
 * @param rewrite header fields to be changed; empty for a dropped packet
 * @param before frames that leave before the packet
 * @param after frames that leave after it
 */
public record Verdict(
    Action action,
    @Nullable DropReason reason,
    Rewrite rewrite,
    List<Frame> before,
    List<Frame> after) {

  /**
   * A frame that was emitted.
   *
   * @param bytes the frame
   * @param toOutside the side it leaves to
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  public record Frame(byte[] bytes, boolean toOutside) {}

  /** Where a packet goes. */
  public enum Action {
    /** On to the other side. */
    FORWARD,
    /** Back to the side it came from. */
    HAIRPIN,
    /** Into a record. */
    HOLD,
    /** Nowhere. */
    DROP
  }

  static Verdict drop(DropReason reason) {
    return new Verdict(Action.DROP, reason, new Rewrite(), List.of(), List.of());
  }

  /** Whether the packet itself leaves now, on either side. */
  public boolean passes() {
    return action == Action.FORWARD || action == Action.HAIRPIN;
  }

  /** For people: {@code FORWARD}, {@code DROP (no mapping)}. */
  @Override
  public String toString() {
    return reason == null ? action.toString() : action + " (" + reason.text() + ")";
  }
}
