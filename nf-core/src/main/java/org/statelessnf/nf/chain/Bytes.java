package org.statelessnf.nf.chain;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Off-heap bytes that grow by doubling and are used again. */
final class Bytes {
  private static final int ALIGNMENT = 8;

  private MemorySegment memory;
  private long used;

  Bytes(int bytes) {
    memory = Arena.ofAuto().allocate(bytes, ALIGNMENT);
  }

  void clear() {
    used = 0;
  }

  /** Bytes in use. */
  int length() {
    return (int) used;
  }

  /** Ask again after {@link #allocate}. */
  MemorySegment memory() {
    return memory;
  }

  /** Makes room; offsets stay valid when the memory grows. */
  long allocate(int bytes) {
    long at = used;
    long end = at + ((bytes + (ALIGNMENT - 1L)) & -ALIGNMENT);
    if (end > memory.byteSize()) {
      MemorySegment larger =
          Arena.ofAuto().allocate(Math.max(end, 2 * memory.byteSize()), ALIGNMENT);
      MemorySegment.copy(memory, 0, larger, 0, at);
      memory = larger;
    }
    used = end;
    return at;
  }

  /** Copies bytes in; answers where they are. */
  long append(MemorySegment from, long offset, int length) {
    long at = allocate(length);
    MemorySegment.copy(from, offset, memory, at, length);
    return at;
  }
}
