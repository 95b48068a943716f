package org.statelessnf.nf.ips;

/** What {@code flow:} asks, and what a flow answers, as flags. */
final class FlowTest {
  /** From the client. */
  static final int TO_SERVER = 1;

  /** From the server. */
  static final int TO_CLIENT = 1 << 1;

  /** Both ends have agreed on the connection, or both have sent. */
  static final int ESTABLISHED = 1 << 2;

  /** They have not. */
  static final int NOT_ESTABLISHED = 1 << 3;

  /** All that a state of a flow is needed for. */
  private static final int NEEDS_FLOW = TO_SERVER | TO_CLIENT | ESTABLISHED | NOT_ESTABLISHED;

  /** Only in reassembled streams. */
  static final int ONLY_STREAM = 1 << 4;

  /** Only in single packets. */
  static final int NO_STREAM = 1 << 5;

  private FlowTest() {}

  /**
   * Parses what stands behind {@code flow:}.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static int parse(String text) {
    int flags = 0;
    for (String word : text.split(",", -1)) {
      flags |=
          switch (word.strip()) {
            case "to_server", "from_client" -> TO_SERVER;
            case "to_client", "from_server" -> TO_CLIENT;
            case "established" -> ESTABLISHED;
            case "not_established" -> NOT_ESTABLISHED;
            case "stateless" -> 0;
            case "only_stream" -> ONLY_STREAM;
            case "no_stream" -> NO_STREAM;
            default ->
                throw new IllegalArgumentException("flow: '" + word.strip() + "' is not supported");
          };
    }
    refuseBoth(flags, TO_SERVER, TO_CLIENT, text);
    refuseBoth(flags, ESTABLISHED, NOT_ESTABLISHED, text);
    refuseBoth(flags, ONLY_STREAM, NO_STREAM, text);
    return flags;
  }

  /** Whether the state of a flow is needed to tell. */
  static boolean needsFlow(int asked) {
    return (asked & NEEDS_FLOW) != 0;
  }

  /**
   * Whether a flow is as asked.
   *
   * @param actual one of each pair, or 0 if there is no flow
   */
  static boolean matches(int asked, int actual) {
    int wanted = asked & NEEDS_FLOW;
    return (wanted & actual) == wanted;
  }

  private static void refuseBoth(int flags, int one, int other, String text) {
    if ((flags & one) != 0 && (flags & other) != 0) {
      throw new IllegalArgumentException("flow: '" + text + "' contradicts itself");
    }
  }
}
