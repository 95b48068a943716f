package org.statelessnf.store.local.chronicle;

import java.lang.foreign.ValueLayout;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.hash.Data;
import org.jspecify.annotations.Nullable;

/**
 * Bytes outside of the heap as Chronicle Map wants to see a key or a value. The map reads, hashes,
 * compares and copies them where they lie: no array in between. Reused by its session; to the map
 * it stands for a {@code byte[]}.
 */
final class OffHeapBytes implements Data<byte[]> {
  private static final LongHashFunction HASH = LongHashFunction.xx_r39();

  private final PointerBytesStore store = new PointerBytesStore();
  private final long address;
  private final long room;
  private int length;

  /**
   * For bytes that start at a fixed place.
   *
   * @param address where
   * @param room how many bytes there may be
   */
  OffHeapBytes(long address, int room) {
    this.address = address;
    this.room = room;
    store.set(address, room);
  }

  /** How many bytes there are now. */
  void length(int bytes) {
    if (bytes < 0 || bytes > room) {
      throw new IllegalArgumentException(bytes + " bytes, room for " + room);
    }
    length = bytes;
  }

  @Override
  public RandomDataInput bytes() {
    return store;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public long hash(LongHashFunction function) {
    return function.hashMemory(address, length);
  }

  @Override
  public int dataHashCode() {
    return (int) HASH.hashMemory(address, length);
  }

  @Override
  public boolean equivalent(RandomDataInput source, long sourceOffset) {
    return OffHeap.same(source.addressForRead(sourceOffset), address, length);
  }

  @Override
  public void writeTo(@SuppressWarnings("rawtypes") RandomDataOutput target, long targetOffset) {
    long to = target.addressForWrite(targetOffset);
    OffHeap.copy(OffHeap.ALL, address, OffHeap.ALL, to, length);
  }

  @Override
  public byte[] get() {
    return OffHeap.ALL.asSlice(address, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public byte[] getUsing(byte @Nullable [] using) {
    return get();
  }
}
