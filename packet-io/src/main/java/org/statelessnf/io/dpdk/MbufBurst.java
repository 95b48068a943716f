package org.statelessnf.io.dpdk;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/**
 * Addresses of packet buffers, in native memory, as the drivers take and give them.
 *
 * <p>For one thread at a time. A slot holds a buffer that belongs to whoever filled it; nothing is
 * given back by clearing or dropping a burst.
 */
public final class MbufBurst {
  /** Buffers that fit. */
  public static final int CAPACITY = 512;

  /** Kept, so that the memory lives as long as the burst. */
  private final Arena arena = Arena.ofAuto();

  private final long address =
      arena.allocate(CAPACITY * ValueLayout.ADDRESS.byteSize(), 64).address();

  /** Address of the array. */
  long address() {
    return address;
  }

  /** Address of a slot. */
  long address(int index) {
    return address + ((long) index << 3);
  }

  /** The buffer in a slot. */
  public long mbuf(int index) {
    return NativeMemory.i64(address(index));
  }

  /** Puts a buffer into a slot. */
  void mbuf(int index, long mbuf) {
    NativeMemory.put64(address(index), mbuf);
  }

  /** Address of the first byte of the frame in a slot, to be used with {@link NativeMemory}. */
  public long frame(int index) {
    return Mbuf.frame(mbuf(index));
  }

  /** Bytes of the frame in a slot, of its first segment. */
  public int length(int index) {
    return Mbuf.dataLength(mbuf(index));
  }
}
