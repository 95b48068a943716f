package org.statelessnf.store;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A store URI: {@code scheme:target?option=value&option=value}. What the target means is up to the
 * backend. Secrets do not belong into a URI; should one be there, {@link #toString} leaves it out.
 *
 * <p>Common options: {@code timeout} (of an operation, default 1s), {@code connectTimeout} (default
 * 2s), {@code namespace} (default {@code default}). Durations are written {@code 250ms}, {@code
 * 2s}, {@code 5m}.
 */
public final class StoreUri {
  /** Options that every backend understands. */
  public static final Set<String> COMMON_OPTIONS = Set.of("timeout", "connectTimeout", "namespace");

  private final String scheme;
  private final String target;
  private final Map<String, String> options;

  private StoreUri(String scheme, String target, Map<String, String> options) {
    this.scheme = scheme;
    this.target = target;
    this.options = options;
  }

  /**
   * Takes a URI apart.
   *
   * @param text the URI
   * @throws StoreConfigException if there is no scheme, or an option is given twice or without
   *     value
   */
  public static StoreUri parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || !text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
      throw new StoreConfigException(
          "'%s' is not a store URI: expected scheme:target, such as caffeine: or redis://host:6379"
              .formatted(redact(text)));
    }
    int question = text.indexOf('?', colon);
    String target = text.substring(colon + 1, question < 0 ? text.length() : question);
    Map<String, String> options = new LinkedHashMap<>();
    if (question >= 0 && question + 1 < text.length()) {
      for (String pair : text.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
          throw new StoreConfigException(
              "'%s': option '%s' has no value".formatted(redact(text), redact(pair)));
        }
        String name = pair.substring(0, equals);
        String value = decode(text, pair.substring(equals + 1));
        if (options.put(name, value) != null) {
          throw new StoreConfigException(
              "'%s': option '%s' is given twice".formatted(redact(text), name));
        }
      }
    }
    return new StoreUri(
        text.substring(0, colon).toLowerCase(Locale.ROOT),
        target,
        Collections.unmodifiableMap(options));
  }

  /** Scheme in lower case. */
  public String scheme() {
    return scheme;
  }

  /**
   * What stands between the scheme's colon and the question mark, as written. May hold a secret.
   */
  public String target() {
    return target;
  }

  /** The options in the order given. */
  public Map<String, String> options() {
    return options;
  }

  /**
   * An option's text.
   *
   * @param name its name
   * @return null if it was not given
   */
  public @Nullable String option(String name) {
    return options.get(name);
  }

  /**
   * An option's text.
   *
   * @param name its name
   * @param otherwise what counts if it was not given
   */
  public String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /**
   * A whole number.
   *
   * @param name the option's name
   * @param otherwise what counts if it was not given
   * @param min smallest allowed
   * @param max largest allowed
   * @throws StoreConfigException if it is not a number in that range
   */
  public long longOption(String name, long otherwise, long min, long max) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(name, text, "a whole number from %d to %d".formatted(min, max), e);
    }
    throw bad(name, text, "a whole number from %d to %d".formatted(min, max), null);
  }

  /**
   * {@code true} or {@code false}.
   *
   * @param name the option's name
   * @param otherwise what counts if it was not given
   * @throws StoreConfigException if it is neither
   */
  public boolean booleanOption(String name, boolean otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(name, text, "true or false", null);
    };
  }

  /**
   * A duration such as {@code 250ms}, {@code 2s}, {@code 5m}.
   *
   * @param name the option's name
   * @param otherwise what counts if it was not given
   * @throws StoreConfigException if it is not a positive duration
   */
  public Duration durationOption(String name, Duration otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    String unit = text.replaceFirst("^[0-9]+", "");
    String number = text.substring(0, text.length() - unit.length());
    if (!number.isEmpty() && number.length() <= 12) {
      long value = Long.parseLong(number);
      if (value > 0) {
        Duration duration =
            switch (unit) {
              case "ms" -> Duration.ofMillis(value);
              case "s" -> Duration.ofSeconds(value);
              case "m" -> Duration.ofMinutes(value);
              default -> null;
            };
        if (duration != null) {
          return duration;
        }
      }
    }
    throw bad(name, text, "a duration such as 250ms, 2s or 5m", null);
  }

  /**
   * A secret that one option names the file of, or another one the environment's variable: it never
   * stands in the URI itself.
   *
   * @param fileOption option that names a file
   * @param variableOption option that names a variable
   * @return without blanks at its ends; null if neither option was given
   * @throws StoreConfigException if both are given, or there is nothing where one of them points
   */
  public @Nullable String secretOption(String fileOption, String variableOption) {
    String file = options.get(fileOption);
    String variable = options.get(variableOption);
    if (file == null && variable == null) {
      return null;
    }
    if (file != null && variable != null) {
      throw new StoreConfigException(
          "'%s': give %s or %s, not both".formatted(this, fileOption, variableOption));
    }
    String secret;
    if (file != null) {
      try {
        secret = Files.readString(Path.of(file)).strip();
      } catch (IOException e) {
        throw new StoreConfigException(
            "'%s': option %s: cannot read '%s'".formatted(this, fileOption, file), e);
      }
    } else {
      secret = System.getenv(variable);
    }
    if (secret == null) {
      throw new StoreConfigException(
          "'%s': option %s: no variable '%s' in the environment"
              .formatted(this, variableOption, variable));
    }
    if (secret.isEmpty()) {
      throw new StoreConfigException(
          "'%s': the password in %s is empty"
              .formatted(this, file != null ? fileOption : variableOption));
    }
    return secret;
  }

  /** Option {@code timeout}: time an operation has if the caller gives none. */
  public Duration timeout() {
    return durationOption("timeout", Duration.ofSeconds(1));
  }

  /** Option {@code connectTimeout}: time that opening the store may take. */
  public Duration connectTimeout() {
    return durationOption("connectTimeout", Duration.ofSeconds(2));
  }

  /**
   * Option {@code namespace}: the namespace of specs that name none.
   *
   * @throws StoreConfigException if it is not a name
   */
  public String namespace() {
    String name = options.getOrDefault("namespace", "default");
    try {
      Names.check("namespace", name);
    } catch (IllegalArgumentException e) {
      throw new StoreConfigException("'" + this + "': " + e.getMessage(), e);
    }
    return name;
  }

  void rejectUnknownOptions(Set<String> known) {
    for (String name : options.keySet()) {
      if (!COMMON_OPTIONS.contains(name) && !known.contains(name)) {
        TreeSet<String> all = new TreeSet<>(COMMON_OPTIONS);
        all.addAll(known);
        throw new StoreConfigException(
            "'%s': unknown option '%s'; known are %s"
                .formatted(this, name, String.join(", ", all)));
      }
    }
  }

  /** The URI without secrets: user information and options that look like one are left out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheme).append(':').append(target);
    char separator = '?';
    for (Map.Entry<String, String> option : options.entrySet()) {
      text.append(separator).append(option.getKey()).append('=').append(option.getValue());
      separator = '&';
    }
    return redact(text.toString());
  }

  private static String redact(String text) {
    return text.replaceAll("//([^/@?:]*):[^/@?]*@", "//$1:***@")
        .replaceAll("(?i)([?&][^=&]*(?:password|secret|token)[^=&]*=)(?!file:|env:)[^&]*", "$1***");
  }

  private static String decode(String uri, String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new StoreConfigException(
          "'%s': '%s' is not a valid option value".formatted(redact(uri), redact(value)), e);
    }
  }

  private StoreConfigException bad(
      String name, String text, String expected, @Nullable Throwable cause) {
    String message = "'%s': option %s is '%s', expected %s".formatted(this, name, text, expected);
    return cause == null
        ? new StoreConfigException(message)
        : new StoreConfigException(message, cause);
  }
}
