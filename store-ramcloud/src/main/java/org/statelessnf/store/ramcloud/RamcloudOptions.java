package org.statelessnf.store.ramcloud;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;

/**
 * A store URI of this backend, taken apart and checked. {@code docs/ramcloud.md} lists the options.
 *
 * @param locator of the coordinator, in RAMCloud's words
 * @param cluster name of the cluster
 * @param library path of {@code libramcloud.so}, or null to look for it
 * @param log file that the library logs to
 * @param span servers that a new table is spread over
 * @param durability what an acknowledged write survives
 * @param maxInFlight batches a session takes
 * @param connectTimeout time that opening may take
 * @param replaceAfter how long a call may be overdue before its client is given up
 * @param resendAfter how long a call takes at least in which the library sent something twice
 */
record RamcloudOptions(
    String locator,
    String cluster,
    @Nullable String library,
    String log,
    int span,
    Durability durability,
    int maxInFlight,
    Duration connectTimeout,
    Duration replaceAfter,
    Duration resendAfter) {
  static final int DEFAULT_MAX_IN_FLIGHT = 4;

  /** Options, beside the common ones. */
  static final Set<String> NAMES =
      Set.of(
          "cluster",
          "library",
          "log",
          "span",
          "replicated",
          "maxInFlight",
          "replaceAfter",
          "resendAfter");

  static RamcloudOptions parse(StoreUri uri) {
    String locator = uri.target();
    // An unknown protocol makes the library hang, an unparsable locator makes it fail: look first.
    if (!locator.matches("[a-z][a-z+]*:[A-Za-z]+=[^,;=]+(,[A-Za-z]+=[^,;=]+)*")) {
      throw bad(
          uri,
          "'%s' is not a coordinator's locator such as tcp:host=127.0.0.1,port=12246"
              .formatted(locator));
    }
    String cluster = uri.option("cluster", "main");
    if (!cluster.matches("[A-Za-z0-9._-]{1,64}")) {
      throw bad(uri, "option cluster is '%s', expected a name".formatted(cluster));
    }
    return new RamcloudOptions(
        locator,
        cluster,
        uri.option("library"),
        uri.option("log", "/dev/null"),
        (int) uri.longOption("span", 4, 1, 1024),
        uri.booleanOption("replicated", true) ? Durability.NODE_CRASH : Durability.PROCESS_CRASH,
        (int) uri.longOption("maxInFlight", DEFAULT_MAX_IN_FLIGHT, 1, 32),
        uri.connectTimeout(),
        uri.durationOption("replaceAfter", Duration.ofSeconds(5)),
        uri.durationOption("resendAfter", Duration.ofMillis(450)));
  }

  private static StoreConfigException bad(StoreUri uri, String what) {
    return new StoreConfigException("'%s': %s".formatted(uri, what));
  }
}
