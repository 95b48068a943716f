package org.statelessnf.conformance.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
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

  /** Defaults, with a seed drawn now. */
  public static KitOptions defaults() {
    return from(name -> Optional.empty());
  }

  /**
   * Reads the parameters.
   *
   * @param parameters a parameter's text by its name
   */
  public static KitOptions from(Function<String, Optional<String>> parameters) {
    long seed =
        parameters
            .apply("snf.seed")
            .map(Long::decode)
            .orElseGet(() -> ThreadLocalRandom.current().nextLong(1, 1L << 48));
    return new KitOptions(
        seed,
        parameters.apply("snf.scale").map(Double::valueOf).orElse(null),
        Duration.ofSeconds(
            parameters
                .apply("snf.hangSeconds")
                .map(Long::valueOf)
                .orElse((long) DEFAULT_HANG_SECONDS)),
        Duration.ofMillis(
            parameters
                .apply("snf.deadlineSlackMillis")
                .map(Long::valueOf)
                .orElse((long) DEFAULT_SLACK_MILLIS)));
  }
}
