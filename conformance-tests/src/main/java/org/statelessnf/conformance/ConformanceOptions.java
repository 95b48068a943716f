package org.statelessnf.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What can be set about a run.
 *
 * @param seed what all random choices follow from; null to draw one
 * @param scale factor on bulk work, below 1 for a slow store; null for the fixture's own
 * @param rules ids or beginnings of ids ({@code V}, {@code T2}, {@code L01}) of the rules to try;
 *     empty for all
 * @param hangLimit a rule that takes longer is taken to hang; null for the default
 */
public record ConformanceOptions(
    @Nullable Long seed, @Nullable Double scale, List<String> rules, @Nullable Duration hangLimit) {

  /** Copies the list. */
  public ConformanceOptions {
    rules = List.copyOf(rules);
    if (scale != null && !(scale > 0)) {
      throw new IllegalArgumentException("scale " + scale + " is not positive");
    }
  }

  /** All rules, a seed of its own, the fixture's scale. */
  public static ConformanceOptions defaults() {
    return new ConformanceOptions(null, null, List.of(), null);
  }

  /**
   * The same with another seed.
   *
   * @param other the seed
   */
  public ConformanceOptions withSeed(long other) {
    return new ConformanceOptions(other, scale, rules, hangLimit);
  }

  /**
   * The same at another scale.
   *
   * @param other the scale
   */
  public ConformanceOptions withScale(double other) {
    return new ConformanceOptions(seed, other, rules, hangLimit);
  }

  /**
   * The same for some rules only.
   *
   * @param ids ids or beginnings of ids
   */
  public ConformanceOptions withRules(String... ids) {
    return new ConformanceOptions(seed, scale, List.of(ids), hangLimit);
  }

  /**
   * The same with another limit.
   *
   * @param limit time after which a rule is taken to hang
   */
  public ConformanceOptions withHangLimit(Duration limit) {
    return new ConformanceOptions(seed, scale, rules, limit);
  }

  boolean selects(String ruleId) {
    return rules.isEmpty()
        || rules.stream().anyMatch(one -> ruleId.startsWith(one.toUpperCase(Locale.ROOT)));
  }
}
