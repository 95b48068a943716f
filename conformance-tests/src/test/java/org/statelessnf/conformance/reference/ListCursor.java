package org.statelessnf.conformance.reference;

import java.util.List;
import org.statelessnf.store.ScanCursor;

/** Runs over records that were all taken at once. */
final class ListCursor implements ScanCursor {
  private final List<Reply> records;
  private int at = -1;

  ListCursor(List<Reply> records) {
    this.records = records;
  }

  @Override
  public boolean next() {
    return ++at < records.size();
  }

  @Override
  public byte[] key() {
    return records.get(at).key();
  }

  @Override
  public byte[] value() {
    byte[] value = records.get(at).value();
    return value == null ? new byte[0] : value;
  }

  @Override
  public long version() {
    return records.get(at).version();
  }

  @Override
  public void close() {}
}
