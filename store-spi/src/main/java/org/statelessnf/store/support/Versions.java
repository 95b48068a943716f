package org.statelessnf.store.support;

import java.security.SecureRandom;

/**
 * Where versions come from: each session counts up from a place of its own on the circle of 2^64
 * numbers.
 *
 * <p>Why a version is never used again for a key (rule V):
 *
 * <ul>
 *   <li>Within a session every write takes the next number; 2^64 writes would bring it round.
 *   <li>Sessions start at independent, uniformly random places. Two writes of different sessions
 *       have the same version with probability 2^-64, whatever happened in between.
 *   <li>The store is not asked. A number that the server hands out, be it a counter or a clock, is
 *       state that a fail-over can turn back: the new master then gives out again what the old one
 *       gave out in the moments that were not replicated, or a clock that lags gives out the past.
 *       A record that was removed takes its own counter with it. None of this concerns versions
 *       that the writer makes.
 * </ul>
 *
 * <p>What a mistake would take: a writer holds the version of a record, others write that record
 * {@code n} times while it does, and the last of them has the very version held. The chance is
 * 2^-64 per conditional write, far below that of an error that TCP's and memory's checksums let
 * through.
 *
 * <p>It also makes the round trip lighter: records leave the client complete, the store neither
 * draws a number nor puts records together, and replies need not return versions.
 */
public final class Versions {
  private static final SecureRandom RANDOM = new SecureRandom();

  private long next;

  /** Starts at a random place. */
  public Versions() {
    this(RANDOM.nextLong());
  }

  /**
   * Starts at a given place, for tests.
   *
   * @param first the first version to be taken
   */
  public Versions(long first) {
    this.next = first;
  }

  /**
   * Takes consecutive versions, none of them 0.
   *
   * @param count how many
   * @return the first
   */
  public long take(int count) {
    // -count..0 is where 0 would be among them; skip it.
    if (next <= 0 && next + count > 0) {
      next = 1;
    }
    long first = next;
    next += count;
    return first;
  }
}
