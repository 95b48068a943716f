package org.statelessnf.conformance.kit;

import java.time.Duration;
import java.util.List;
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
  /** Name of the option {@link #seed}. */
  public static final String SEED = "snf.seed";

  /** Name of the option {@link #scale}. */
  public static final String SCALE = "snf.scale";

  /** Name of the option {@link #hangLimit}. */
  public static final String HANG_SECONDS = "snf.hangSeconds";

  /** Name of the option {@link #deadlineSlack}. */
  public static final String DEADLINE_SLACK_MILLIS = "snf.deadlineSlackMillis";

  /** Names of all options. */
  public static final List<String> NAMES =
      List.of(SEED, SCALE, HANG_SECONDS, DEADLINE_SLACK_MILLIS);

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
            .get(SEED)
            .map(Long::decode)
            .orElseGet(() -> ThreadLocalRandom.current().nextLong(1, 1L << 48));
    return new KitOptions(
        seed,
        parameters.get(SCALE).map(Double::valueOf).orElse(null),
        Duration.ofSeconds(
            parameters.get(HANG_SECONDS).map(Long::valueOf).orElse((long) DEFAULT_HANG_SECONDS)),
        Duration.ofMillis(
            parameters
                .get(DEADLINE_SLACK_MILLIS)
                .map(Long::valueOf)
                .orElse((long) DEFAULT_SLACK_MILLIS)));
  }
}
