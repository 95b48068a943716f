package org.statelessnf.nf.firewall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.statelessnf.nf.ConfigException;

/**
 * How long a flow may idle in each of its states before it counts as absent. Immutable.
 *
 * <p>The defaults are those of Linux' netfilter, so that the firewall forgets when a Linux firewall
 * would; RFC 5382 section 5 asks for at least 2 h 4 min for an established connection, RFC 4787
 * section 4.3 for at least 2 min for UDP that is in use, RFC 5508 section 3.2 for at least 60 s for
 * ICMP queries of a NAT (a firewall's 30 s are netfilter's).
 *
 * <p>A file overrides some of them, one per line, {@code #} begins a comment:
 *
 * <pre>
 *   tcp.established = 2h
 *   udp.stream      = 180s
 * </pre>
 */
public final class Timeouts {
  static final int TCP_SYN_SENT = 0;
  static final int TCP_SYN_CROSSED = 1;
  static final int TCP_SYN_RECEIVED = 2;
  static final int TCP_ESTABLISHED = 3;
  static final int TCP_FIN_WAIT = 4;
  static final int TCP_CLOSE_WAIT = 5;
  static final int TCP_LAST_ACK = 6;
  static final int TCP_TIME_WAIT = 7;
  static final int TCP_CLOSE = 8;

  /** Strict mode: after three repetitions without an answer, or while the window is closed. */
  static final int TCP_MAX_RETRANS = 9;

  /** Strict mode: while something sent is not acknowledged. */
  static final int TCP_UNACKNOWLEDGED = 10;

  /** UDP that only one end has sent, or both but for less than two seconds. */
  static final int UDP_UNREPLIED = 11;

  static final int UDP_STREAM = 12;
  static final int ICMP = 13;
  static final int ICMPV6 = 14;
  static final int GENERIC = 15;

  private static final List<String> NAMES =
      List.of(
          "tcp.syn_sent",
          "tcp.syn_crossed",
          "tcp.syn_recv",
          "tcp.established",
          "tcp.fin_wait",
          "tcp.close_wait",
          "tcp.last_ack",
          "tcp.time_wait",
          "tcp.close",
          "tcp.max_retrans",
          "tcp.unacknowledged",
          "udp.unreplied",
          "udp.stream",
          "icmp",
          "icmpv6",
          "generic");

  private static final long[] DEFAULT_SECONDS = {
    120, 120, 60, 5 * 86_400, 120, 60, 30, 120, 10, 300, 300, 30, 120, 30, 30, 600
  };

  private static final long SECOND = 1_000_000_000L;
  private static final long MAX_DAYS = 365;

  private final long[] nanos;

  private Timeouts(long[] nanos) {
    this.nanos = nanos;
  }

  /** Netfilter's values. */
  public static Timeouts defaults() {
    long[] nanos = new long[DEFAULT_SECONDS.length];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = DEFAULT_SECONDS[i] * SECOND;
    }
    return new Timeouts(nanos);
  }

  /**
   * The defaults, overridden by a file.
   *
   * @param file lines of {@code name = duration}; units are ms, s, m, h and d
   * @throws ConfigException with file and line, if the file cannot be read or a line is wrong
   */
  public static Timeouts load(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException(file, "cannot be read (" + e + ")");
    }
    return parse(file, lines);
  }

  /** The same from lines that were read; the file is for messages. */
  static Timeouts parse(Path file, List<String> lines) {
    Timeouts timeouts = defaults();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        try {
          timeouts = timeouts.with(line);
        } catch (IllegalArgumentException e) {
          throw new ConfigException(file, i + 1, String.valueOf(e.getMessage()));
        }
      }
    }
    return timeouts;
  }

  /**
   * The same with one value changed.
   *
   * @param name one of {@link #names()}
   * @param value positive, a year at most
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public Timeouts with(String name, Duration value) {
    int index = NAMES.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "unknown timeout '" + name + "', not one of " + String.join(", ", NAMES));
    }
    if (value.isNegative() || value.isZero() || value.toDays() > MAX_DAYS) {
      throw new IllegalArgumentException(
          "timeout " + name + " must be positive and at most a year, not " + value);
    }
    long[] changed = nanos.clone();
    changed[index] = value.toNanos();
    return new Timeouts(changed);
  }

  /** The names of all timeouts. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A value.
   *
   * @param name one of {@link #names()}
   */
  public Duration get(String name) {
    int index = NAMES.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("unknown timeout '" + name + "'");
    }
    return Duration.ofNanos(nanos[index]);
  }

  long nanos(int index) {
    return nanos[index];
  }

  /** The timeout of a {@link TcpState}; they are numbered alike. */
  long tcpNanos(int state) {
    return nanos[state - TcpState.SYN_SENT];
  }

  private Timeouts with(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "'" + assignment + "' is not of the form 'name = duration'");
    }
    String name = assignment.substring(0, equals).strip();
    return with(name, duration(assignment.substring(equals + 1).strip()));
  }

  private static Duration duration(String text) {
    String unit = text.replaceFirst("^[0-9]+", "").strip().toLowerCase(Locale.ROOT);
    String number = text.replaceFirst("[^0-9].*", "");
    if (!number.isEmpty() && number.length() <= 12) {
      long value = Long.parseLong(number);
      switch (unit) {
        case "ms":
          return Duration.ofMillis(value);
        case "s":
          return Duration.ofSeconds(value);
        case "m":
          return Duration.ofMinutes(value);
        case "h":
          return Duration.ofHours(value);
        case "d":
          return Duration.ofDays(value);
        default:
          break;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no duration such as 500ms, 30s, 2m, 1h or 5d");
  }
}
