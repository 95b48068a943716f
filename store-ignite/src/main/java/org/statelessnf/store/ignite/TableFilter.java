package org.statelessnf.store.ignite;

import java.util.Arrays;
import org.apache.ignite.lang.IgniteBiPredicate;

/** Runs at the servers during a scan: lets the records of one table pass that have not expired. */
public final class TableFilter implements IgniteBiPredicate<byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  private final byte[] prefix;

  /**
   * For one table.
   *
   * @param prefix what its keys start with
   */
  TableFilter(byte[] prefix) {
    this.prefix = prefix.clone();
  }

  @Override
  public boolean apply(byte[] key, byte[] record) {
    return key.length > prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)
        && RecordLayout.isLive(record, System.currentTimeMillis());
  }
}
