package org.statelessnf.store.local.chronicle;

/**
 * What the map holds. The key is the number of the table and the user's key, so that one map serves
 * all tables:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | table (32 bits)                                               |  0
 *  +---------------------------------------------------------------+
 *  | key ...                                                       |  4
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The value is version, end of life and the user's value, little-endian, at any address:
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  | version (64 bits)                                             |  0
 *  +---------------------------------------------------------------+
 *  | end, milliseconds of the store's clock (64 bits)              |  8
 *  +---------------------------------------------------------------+
 *  | value ...                                                     | 16
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class RecordLayout {
  /** Longest key of a table. */
  static final int MAX_KEY_BYTES = 1024;

  /** Longest value of a table. */
  static final int MAX_VALUE_BYTES = 64 * 1024;

  /** Where the user's key starts. */
  static final int KEY = 4;

  /** Where the user's value starts. */
  static final int VALUE = 16;

  /** End of a record that has none. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int END = 8;

  private RecordLayout() {}

  static int table(long keyAddress) {
    return OffHeap.ALL.get(OffHeap.I32, keyAddress);
  }

  static long version(long recordAddress) {
    return OffHeap.ALL.get(OffHeap.I64, recordAddress);
  }

  static long end(long recordAddress) {
    return OffHeap.ALL.get(OffHeap.I64, recordAddress + END);
  }

  static void head(long recordAddress, long version, long end) {
    OffHeap.ALL.set(OffHeap.I64, recordAddress, version);
    OffHeap.ALL.set(OffHeap.I64, recordAddress + END, end);
  }
}
