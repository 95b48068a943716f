package org.statelessnf.store;

/** Spelling of names that end up in keys, table names and file names of every backend. */
final class Names {
  private static final int MAX_LENGTH = 64;

  private Names() {}

  static void check(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%s name '%s' has %d characters, allowed are 1 to %d"
              .formatted(what, name, name.length(), MAX_LENGTH));
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-'
              || c == '~';
      if (!allowed) {
        throw new IllegalArgumentException(
            "%s name '%s': character '%c' at %d is not a letter, digit or one of . _ - ~"
                .formatted(what, name, c, i));
      }
    }
  }

  static void checkNamespace(String namespace) {
    if (!namespace.isEmpty()) {
      check("namespace", namespace);
    }
  }
}
