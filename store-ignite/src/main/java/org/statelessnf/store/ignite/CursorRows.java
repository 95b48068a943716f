package org.statelessnf.store.ignite;

import java.util.Iterator;
import java.util.NoSuchElementException;
import javax.cache.Cache;
import org.apache.ignite.cache.query.QueryCursor;

/** A cursor of Ignite's as rows. */
final class CursorRows implements Grid.Rows {
  private final QueryCursor<Cache.Entry<byte[], byte[]>> cursor;
  private final Iterator<Cache.Entry<byte[], byte[]>> rows;
  private boolean closed;

  CursorRows(QueryCursor<Cache.Entry<byte[], byte[]>> cursor) {
    this.cursor = cursor;
    this.rows = cursor.iterator();
  }

  @Override
  public boolean hasNext() {
    return !closed && rows.hasNext();
  }

  @Override
  public Cache.Entry<byte[], byte[]> next() {
    if (closed) {
      throw new NoSuchElementException("the scan is closed");
    }
    return rows.next();
  }

  @Override
  public void close() {
    closed = true;
    cursor.close();
  }
}
