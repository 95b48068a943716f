package org.statelessnf.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Everything a store declares about itself, in one place. The conformance kit tests it both ways:
 * what is declared works, what is not declared answers {@link Outcome#UNSUPPORTED}.
 *
 * @param scope how far records are shared
 * @param consistency what concurrent operations on one key may observe
 * @param durability what an acknowledged write survives
 * @param maxKeyBytes longest key, at least {@value #MIN_MAX_KEY_BYTES} (rule K)
 * @param maxValueBytes longest value, at least {@value #MIN_MAX_VALUE_BYTES} (rule K)
 * @param maxInFlight batches a session takes before {@code submit} pushes back; 1 for a store that
 *     completes in {@code submit}
 * @param features optional parts that work, unmodifiable
 */
public record Capabilities(
    Scope scope,
    Consistency consistency,
    Durability durability,
    int maxKeyBytes,
    int maxValueBytes,
    int maxInFlight,
    Set<Feature> features) {

  /** Every store takes keys of at least this many bytes. */
  public static final int MIN_MAX_KEY_BYTES = 128;

  /** Every store takes values of at least this many bytes. */
  public static final int MIN_MAX_VALUE_BYTES = 64 * 1024;

  /** Checks the minima of rule K and copies the feature set. */
  public Capabilities {
    if (maxKeyBytes < MIN_MAX_KEY_BYTES || maxValueBytes < MIN_MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "limits below the contract's minimum: keys %d < %d or values %d < %d"
              .formatted(maxKeyBytes, MIN_MAX_KEY_BYTES, maxValueBytes, MIN_MAX_VALUE_BYTES));
    }
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("maxInFlight " + maxInFlight + " < 1");
    }
    features =
        Collections.unmodifiableSet(
            features.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(features));
  }

  /**
   * Whether an optional part is declared.
   *
   * @param feature the part asked for
   */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }
}
