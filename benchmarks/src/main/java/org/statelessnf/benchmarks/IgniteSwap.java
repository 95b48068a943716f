package org.statelessnf.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Sets records that have the version expected, as one would write it by hand: a record is a version
 * and a value, a record with another version is answered with false. Arguments: for each key, in
 * the order of the first, its beginning, the version expected and the new one; and the values.
 */
final class IgniteSwap implements CacheEntryProcessor<byte[], byte[], Boolean> {
  static final int WORDS = 3;
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long serialVersionUID = 1L;

  @Override
  public @Nullable Boolean process(MutableEntry<byte[], byte[]> entry, Object... arguments) {
    long[] swaps = (long[]) arguments[0];
    long wanted = (long) LONG.get(entry.getKey(), 0);
    int from = 0;
    int to = swaps.length / WORDS;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (swaps[middle * WORDS] < wanted) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    byte[] present = entry.getValue();
    if (present == null || (long) LONG.get(present, 0) != swaps[from * WORDS + 1]) {
      return false;
    }
    byte[] record = new byte[Long.BYTES + MultiReadSubject.VALUE_BYTES];
    LONG.set(record, 0, swaps[from * WORDS + 2]);
    System.arraycopy(
        (byte[]) arguments[1],
        from * MultiReadSubject.VALUE_BYTES,
        record,
        Long.BYTES,
        MultiReadSubject.VALUE_BYTES);
    entry.setValue(record);
    return null;
  }
}
