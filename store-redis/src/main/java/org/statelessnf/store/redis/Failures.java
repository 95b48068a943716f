package org.statelessnf.store.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreException;
import org.statelessnf.store.StoreUnavailableException;

/** What errors mean: of the server, per command, and of a connection that does not come about. */
final class Failures {
  private Failures() {}

  /**
   * The first word of an error reply.
   *
   * @param error such as {@code MOVED 42 127.0.0.1:6379}
   */
  static String code(String error) {
    int space = error.indexOf(' ');
    return space < 0 ? error : error.substring(0, space);
  }

  /**
   * What an error reply means for what was asked.
   *
   * <p>The codes listed are those by which a server refuses a command, or the first write of a
   * script, before it has changed anything. Any other error may have struck in the middle of a
   * script.
   *
   * @param error the error reply
   * @param changes whether the request would have changed something
   */
  static Outcome outcome(String error, boolean changes) {
    return switch (code(error)) {
      case "OOM" -> Outcome.FULL;
      case "MOVED",
          "ASK",
          "TRYAGAIN",
          "CLUSTERDOWN",
          "CROSSSLOT",
          "LOADING",
          "BUSY",
          "MASTERDOWN",
          "MISCONF",
          "NOAUTH",
          "NOPERM",
          "NOREPLICAS",
          "NOSCRIPT",
          "READONLY" ->
          Outcome.UNAVAILABLE;
      default -> changes ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
    };
  }

  /**
   * Whom to blame for a connection that does not come about, in one line.
   *
   * @param options how the store was to be opened
   * @param node which server
   * @param within how long it was waited for
   * @param cause what Lettuce says, or null
   */
  static StoreException unavailable(
      RedisOptions options, String node, Duration within, @Nullable Throwable cause) {
    Throwable root = cause;
    for (int depth = 0; root != null && depth < 16; depth++) {
      String message = root.getMessage();
      if (message != null && isLogin(message)) {
        return new StoreConfigException(
            "%s: %s refuses the login: %s".formatted(options.uri(), node, oneLine(message)), root);
      }
      if (root.getCause() == null || root.getCause() == root) {
        break;
      }
      root = root.getCause();
    }
    String why =
        root == null
            ? "no answer within " + within.toMillis() + " ms"
            : oneLine(root.getMessage() == null ? root.toString() : root.getMessage());
    String message = "%s: %s cannot be reached: %s".formatted(options.uri(), node, why);
    return root == null
        ? new StoreUnavailableException(message)
        : new StoreUnavailableException(message, root);
  }

  /** Whether all that is known of a failed connection is that the server closed it. */
  static boolean isClosed(@Nullable NodeLink down) {
    Throwable cause = down == null ? null : down.failure();
    for (int depth = 0; cause != null && depth < 16; depth++) {
      String message = cause.getMessage();
      if (message != null && message.endsWith("Connection closed prematurely")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean isLogin(String message) {
    return message.startsWith("WRONGPASS")
        || message.startsWith("NOAUTH")
        || message.startsWith("ERR AUTH")
        || message.startsWith("ERR invalid password")
        || message.startsWith("ERR Client sent AUTH");
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    // Netty's native transport names the system call: "finishConnect(..) failed with error(-111):
    // ".
    return line.replaceFirst("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
  }
}
