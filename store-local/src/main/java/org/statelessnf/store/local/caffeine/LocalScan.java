package org.statelessnf.store.local.caffeine;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ScanCursor;

/** Runs over the map while others write; leaves out what has ended. */
final class LocalScan implements ScanCursor {
  private final Iterator<Map.Entry<RecordKey, byte[]>> entries;
  private final StoreClock clock;
  private @Nullable RecordKey key;
  private byte @Nullable [] record;

  LocalScan(ConcurrentMap<RecordKey, byte[]> map, StoreClock clock) {
    this.entries = map.entrySet().iterator();
    this.clock = clock;
  }

  @Override
  public boolean next() {
    while (entries.hasNext()) {
      Map.Entry<RecordKey, byte[]> entry = entries.next();
      byte[] candidate = entry.getValue();
      if (RecordBytes.end(candidate) > clock.floor()) {
        key = entry.getKey();
        record = candidate;
        return true;
      }
    }
    key = null;
    record = null;
    return false;
  }

  @Override
  public byte[] key() {
    return current(key).toBytes();
  }

  @Override
  public byte[] value() {
    byte[] bytes = current(record);
    return Arrays.copyOfRange(bytes, RecordBytes.VALUE, bytes.length);
  }

  @Override
  public long version() {
    return RecordBytes.version(current(record));
  }

  private static <T> T current(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the cursor is not at a record");
    }
    return part;
  }

  @Override
  public void close() {
    key = null;
    record = null;
  }
}
