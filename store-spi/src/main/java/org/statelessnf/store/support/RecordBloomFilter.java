package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;

/**
 * A filter built from plain records: its table and the layout of its records, little-endian. How
 * they are used is told in {@link RecordFilters}.
 *
 * <pre>
 *  table ~f.NAME  'M'                           seed (8) newest (8) oldest (8) swept (8) stamp (8)
 *                 generation (8) block (4)      512 bytes of bits
 * </pre>
 */
final class RecordBloomFilter extends BloomFilter {
  static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_KEY = Long.BYTES + Integer.BYTES;
  static final int META_BYTES = 5 * Long.BYTES;

  private final Table table;
  private final FilterGeometry geometry;

  RecordBloomFilter(StateStore store, FilterSpec spec) {
    super(store, spec);
    this.geometry = FilterGeometry.of(spec);
    this.table =
        store.table(
            TableSpec.of("~f." + spec.name(), MAX_KEY, FilterGeometry.BLOCK_BYTES)
                .inNamespace(spec.namespace())
                .as(TableClass.SHARED));
  }

  Table table() {
    return table;
  }

  FilterGeometry geometry() {
    return geometry;
  }

  /** Room for any key below. */
  static MemorySegment newKey() {
    return MemorySegment.ofArray(new byte[MAX_KEY]);
  }

  /** Writes the key of the filter's own record and returns its length. */
  static int metaKey(MemorySegment key) {
    key.set(ValueLayout.JAVA_BYTE, 0, (byte) 'M');
    return 1;
  }

  /** Writes a block's key and returns its length. */
  static int blockKey(MemorySegment key, long generation, int block) {
    key.set(I64, 0, generation);
    key.set(I32, Long.BYTES, block);
    return MAX_KEY;
  }
}
