package org.statelessnf.store.ignite;

import java.util.Arrays;
import java.util.NoSuchElementException;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.IgniteException;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StoreUnavailableException;

/** Runs over the records of a table: a scan of the cache, filtered at the servers. */
final class IgniteScan implements ScanCursor {
  private final IgniteTable table;
  private final Grid.Rows rows;
  private Cache.@Nullable Entry<byte[], byte[]> current;

  IgniteScan(Grid grid, IgniteTable table) {
    this.table = table;
    this.rows = grid.scan(new TableFilter(table.prefix()));
  }

  @Override
  public boolean next() {
    try {
      // Expired while the page was on its way, or not: asked again when it is shown.
      while (rows.hasNext()) {
        current = rows.next();
        if (RecordLayout.isLive(current.getValue(), System.currentTimeMillis())) {
          return true;
        }
      }
      current = null;
      return false;
    } catch (CacheException | IgniteException e) {
      throw new StoreUnavailableException("scan of " + table + ": " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] key() {
    byte[] key = entry().getKey();
    return Arrays.copyOfRange(key, IgniteTable.PREFIX_BYTES, key.length);
  }

  @Override
  public byte[] value() {
    byte[] record = entry().getValue();
    return Arrays.copyOfRange(record, RecordLayout.VALUE, record.length);
  }

  @Override
  public long version() {
    return RecordLayout.version(entry().getValue());
  }

  @Override
  public void close() {
    rows.close();
  }

  private Cache.Entry<byte[], byte[]> entry() {
    if (current == null) {
      throw new NoSuchElementException("no record: call next first");
    }
    return current;
  }
}
