package org.statelessnf.store.example;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What stands behind the handles of a {@link MapStore}: the "server". */
public final class MapRecords {
  private final Map<String, Map<ByteBuffer, MapRecord>> tables = new ConcurrentHashMap<>();
  private final AtomicLong versions = new AtomicLong();

  /**
   * A value and its version. The array is never changed.
   *
   * @param version not 0
   * @param value the bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record MapRecord(long version, byte[] value) {}

  /**
   * The records of a table.
   *
   * @param path namespace and name
   */
  public Map<ByteBuffer, MapRecord> table(String path) {
    return tables.computeIfAbsent(path, p -> new ConcurrentHashMap<>());
  }

  /** A version that no record ever had. */
  long nextVersion() {
    return versions.incrementAndGet();
  }
}
