package org.statelessnf.nf.reassembly;

import org.statelessnf.nf.FailurePolicy;

/**
 * How a {@link Reassembly} is set up. Immutable; all instances that share a store are set up alike.
 *
 * @param policy which copy of a byte counts
 * @param midstream whether connections whose begin was not seen are put in order from where they
 *     are; else they pass as they come
 * @param maxHeldBytes bytes of frames that wait in a direction, up to {@link #MAX_HELD_BYTES}
 * @param maxHeldSegments how many segments wait in a direction, up to {@link #MAX_HELD_SEGMENTS}
 * @param depth bytes of a direction after which its segments pass as they come; 0 for never
 * @param holdNanos how long a gap is waited for
 * @param idleNanos after which a direction is forgotten
 * @param closingNanos after which one is forgotten that has ended
 * @param onStoreFailure what becomes of packets while the store does not answer
 */
public record ReassemblyConfig(
    OverlapPolicy policy,
    boolean midstream,
    int maxHeldBytes,
    int maxHeldSegments,
    long depth,
    long holdNanos,
    long idleNanos,
    long closingNanos,
    FailurePolicy onStoreFailure) {
  /** Most bytes that can wait: what a record holds on every store, less its own fields. */
  public static final int MAX_HELD_BYTES = 60_000;

  /** Most segments that can wait. */
  public static final int MAX_HELD_SEGMENTS = 64;

  private static final long SECOND = 1_000_000_000L;

  /** Checks the bounds. */
  public ReassemblyConfig {
    if (maxHeldBytes < 0 || maxHeldBytes > MAX_HELD_BYTES) {
      throw new IllegalArgumentException(
          maxHeldBytes + " bytes to hold, from 0 to " + MAX_HELD_BYTES + " are possible");
    }
    if (maxHeldSegments < 0 || maxHeldSegments > MAX_HELD_SEGMENTS) {
      throw new IllegalArgumentException(
          maxHeldSegments + " segments to hold, from 0 to " + MAX_HELD_SEGMENTS + " are possible");
    }
    if (depth < 0 || holdNanos < 1_000_000) {
      throw new IllegalArgumentException("depth below 0, or less than 1 ms to hold");
    }
  }

  /** First copy counts, mid-stream pick-up, all that a record holds, a second for a gap. */
  public static ReassemblyConfig defaults() {
    return new ReassemblyConfig(
        OverlapPolicy.FIRST,
        true,
        MAX_HELD_BYTES,
        MAX_HELD_SEGMENTS,
        0,
        SECOND,
        600 * SECOND,
        10 * SECOND,
        FailurePolicy.DROP);
  }

  /** The same with another policy for overlaps. */
  public ReassemblyConfig withPolicy(OverlapPolicy other) {
    return new ReassemblyConfig(
        other,
        midstream,
        maxHeldBytes,
        maxHeldSegments,
        depth,
        holdNanos,
        idleNanos,
        closingNanos,
        onStoreFailure);
  }

  /** The same, with connections whose begin was not seen put in order or not. */
  public ReassemblyConfig withMidstream(boolean other) {
    return new ReassemblyConfig(
        policy,
        other,
        maxHeldBytes,
        maxHeldSegments,
        depth,
        holdNanos,
        idleNanos,
        closingNanos,
        onStoreFailure);
  }

  /**
   * The same with other limits.
   *
   * @param heldBytes bytes of frames that wait in a direction
   * @param heldSegments how many segments wait in a direction
   * @param newDepth bytes of a direction after which its segments pass as they come; 0 for never
   * @param newHoldNanos how long a gap is waited for
   */
  public ReassemblyConfig withLimits(
      int heldBytes, int heldSegments, long newDepth, long newHoldNanos) {
    return new ReassemblyConfig(
        policy,
        midstream,
        heldBytes,
        heldSegments,
        newDepth,
        newHoldNanos,
        idleNanos,
        closingNanos,
        onStoreFailure);
  }
}
