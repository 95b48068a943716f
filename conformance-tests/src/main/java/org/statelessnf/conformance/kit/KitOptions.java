package org.statelessnf.conformance.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What can be set about a run, each by a JUnit configuration parameter or a system property of the
 * same name.
 *
 * @param seed {@code snf.seed}: what all random choices follow from; drawn if not given, and told
 *     with every failure
 * @param scale {@code snf.scale}: factor on all bulk work; null for the fixture's own
 * @param hangLimit {@code snf.hangSeconds}: a test that takes longer is taken to hang; only a
 *     guard, generous
 * @param deadlineSlack {@code snf.deadlineSlackMillis}: how much later than its deadline an
 *     operation may end before the rule about it fails; generous, since machines are noisy
 */
public record KitOptions(
    long seed, @Nullable Double scale, Duration hangLimit, Duration deadlineSlack) {
  private static final int DEFAULT_HANG_SECONDS = 180;
  private static final int DEFAULT_SLACK_MILLIS = 10_000;

  /** Configuration parameters of a run. */
  @FunctionalInterface
  public interface Parameters {
    /**
     * A parameter's text.
     *
     * @param name its name
     */
    Optional<String> get(String name);
  }

  /** Defaults, with a seed drawn now. */
  public static KitOptions defaults() {
    return from(name -> Optional.empty());
  }

  /**
   * Reads the parameters.
   *
   * @param parameters a parameter's text by its name
   */
  public static KitOptions from(Parameters parameters) {
    long seed =
        parameters
            .get("snf.seed")
            .map(Long::decode)
            .orElseGet(() -> ThreadLocalRandom.current().nextLong(1, 1L << 48));
    return new KitOptions(
        seed,
        parameters.get("snf.scale").map(Double::valueOf).orElse(null),
        Duration.ofSeconds(
            parameters
                .get("snf.hangSeconds")
                .map(Long::valueOf)
                .orElse((long) DEFAULT_HANG_SECONDS)),
        Duration.ofMillis(
            parameters
                .get("snf.deadlineSlackMillis")
                .map(Long::valueOf)
                .orElse((long) DEFAULT_SLACK_MILLIS)));
  }
}
