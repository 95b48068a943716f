package org.statelessnf.store.local.chronicle;

import java.util.Set;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUri;

/**
 * What a store is made by. It is fixed when the directory is first used; a URI that says nothing
 * takes what is there.
 *
 * @param entries records of all tables, timers and filters included
 * @param valueBytes length of a typical value, which the file is sized by
 * @param sessions sessions of all processes at a time
 */
record ChronicleOptions(long entries, int valueBytes, int sessions) {
  static final String ENTRIES = "entries";
  static final String VALUE_BYTES = "valueBytes";
  static final String SESSIONS = "sessions";
  static final Set<String> NAMES = Set.of(ENTRIES, VALUE_BYTES, SESSIONS);

  private static final long DEFAULT_ENTRIES = 256 << 10;
  private static final int DEFAULT_VALUE_BYTES = 64;
  private static final int DEFAULT_SESSIONS = 128;

  /** From a URI, with the defaults filled in. */
  static ChronicleOptions from(StoreUri uri) {
    return new ChronicleOptions(
        uri.longOption(ENTRIES, DEFAULT_ENTRIES, 1, 1L << 30),
        (int) uri.longOption(VALUE_BYTES, DEFAULT_VALUE_BYTES, 1, RecordLayout.MAX_VALUE_BYTES),
        (int) uri.longOption(SESSIONS, DEFAULT_SESSIONS, 2, 1 << 14));
  }

  /**
   * Checks what a URI says against what is there.
   *
   * @throws StoreConfigException if they differ
   */
  void requireFits(StoreUri uri) {
    ChronicleOptions asked = from(uri);
    requireSame(uri, ENTRIES, entries, asked.entries);
    requireSame(uri, VALUE_BYTES, valueBytes, asked.valueBytes);
    requireSame(uri, SESSIONS, sessions, asked.sessions);
  }

  private static void requireSame(StoreUri uri, String name, long is, long asked) {
    if (uri.option(name) != null && is != asked) {
      throw new StoreConfigException(
          "'%s': the store was made with %s=%d; leave the option out, or empty the directory"
              .formatted(uri, name, is));
    }
  }
}
