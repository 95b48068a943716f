package org.statelessnf.nf.firewall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.nf.ConfigException;
import org.statelessnf.nf.FailurePolicy;

/**
 * Reads a firewall's configuration: one statement per line, {@code #} begins a comment.
 *
 * <pre>
 *   mode    liberal | strict
 *   policy  multicast | non-ip | link-local | fragments | store-failure   pass | drop
 *   limit   half-open-per-source | half-open   NUMBER
 *   default in | out   allow | deny
 *   allow | deny …     a {@link Rule}; the first that matches decides
 * </pre>
 */
final class FirewallConfigFile {
  private final List<Rule> rules = new ArrayList<>();
  private boolean strict;
  private boolean allowOut = true;
  private boolean allowIn;
  private Policy multicast = Policy.PASS;
  private Policy nonIp = Policy.PASS;
  private Policy linkLocal = Policy.PASS;
  private Policy laterFragments = Policy.PASS;
  private Limits limits = Limits.NONE;
  private FailurePolicy onStoreFailure = FailurePolicy.DROP;

  private FirewallConfigFile() {}

  static FirewallConfig load(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException(file, "cannot be read (" + e + ")");
    }
    return parse(file, lines);
  }

  /** The same from lines that were read; the file is for messages. */
  static FirewallConfig parse(Path file, List<String> lines) {
    FirewallConfigFile config = new FirewallConfigFile();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        try {
          config.take(line);
        } catch (IllegalArgumentException e) {
          throw new ConfigException(file, i + 1, String.valueOf(e.getMessage()));
        }
      }
    }
    return config.build();
  }

  private FirewallConfig build() {
    return new FirewallConfig(
        strict,
        Timeouts.defaults(),
        new Rules(rules, allowOut, allowIn),
        multicast,
        nonIp,
        linkLocal,
        laterFragments,
        limits,
        onStoreFailure);
  }

  private void take(String line) {
    String[] words = line.split("\\s+");
    switch (words[0]) {
      case "allow", "deny" -> rules.add(Rule.parse(line));
      case "mode" -> {
        expect(words, 2, "mode liberal|strict");
        strict = choose(words[1], "strict", "liberal");
      }
      case "default" -> {
        expect(words, 3, "default in|out allow|deny");
        boolean allow = choose(words[2], "allow", "deny");
        if (choose(words[1], "out", "in")) {
          allowOut = allow;
        } else {
          allowIn = allow;
        }
      }
      case "policy" -> {
        expect(words, 3, "policy NAME pass|drop");
        policy(words[1], choose(words[2], "pass", "drop"));
      }
      case "limit" -> {
        expect(words, 3, "limit NAME NUMBER");
        limit(words[1], number(words[2]));
      }
      default ->
          throw new IllegalArgumentException(
              "'"
                  + words[0]
                  + "' begins no statement: allow, deny, default, policy, limit or mode expected");
    }
  }

  private void policy(String name, boolean pass) {
    Policy policy = pass ? Policy.PASS : Policy.DROP;
    switch (name) {
      case "multicast" -> multicast = policy;
      case "non-ip" -> nonIp = policy;
      case "link-local" -> linkLocal = policy;
      case "fragments" -> laterFragments = policy;
      case "store-failure" -> onStoreFailure = pass ? FailurePolicy.PASS : FailurePolicy.DROP;
      default ->
          throw new IllegalArgumentException(
              "unknown policy '"
                  + name
                  + "', not one of multicast, non-ip, link-local, fragments, store-failure");
    }
  }

  private void limit(String name, int number) {
    limits =
        switch (name) {
          case "half-open-per-source" -> new Limits(number, limits.halfOpen());
          case "half-open" -> new Limits(limits.halfOpenPerSource(), number);
          default ->
              throw new IllegalArgumentException(
                  "unknown limit '" + name + "', not one of half-open-per-source, half-open");
        };
  }

  private static int number(String word) {
    if (!word.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "'" + word + "' is no number from 0, which is no limit, to 999999999");
    }
    return Integer.parseInt(word);
  }

  private static void expect(String[] words, int count, String form) {
    if (words.length != count) {
      throw new IllegalArgumentException("not of the form '" + form + "'");
    }
  }

  /** True for the first of two words, false for the second. */
  private static boolean choose(String word, String first, String second) {
    if (word.equals(first)) {
      return true;
    }
    if (word.equals(second)) {
      return false;
    }
    throw new IllegalArgumentException(
        "'" + word + "' is neither '" + first + "' nor '" + second + "'");
  }
}
