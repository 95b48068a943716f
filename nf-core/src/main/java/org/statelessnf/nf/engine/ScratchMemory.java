package org.statelessnf.nf.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Bump-allocated off-heap bytes of one batch; grows by doubling, is emptied with the batch. */
@SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the pipe; close() closes it
final class ScratchMemory implements AutoCloseable {
  private static final int ALIGNMENT = 8;

  private Arena arena = Arena.ofShared();
  private MemorySegment memory;
  private long used;

  ScratchMemory(long bytes) {
    this.memory = arena.allocate(bytes, ALIGNMENT);
  }

  MemorySegment memory() {
    return memory;
  }

  void clear() {
    used = 0;
  }

  /** Offsets stay valid when the memory grows, the segment does not: ask {@link #memory} again. */
  long allocate(int bytes) {
    long at = used;
    long end = at + ((bytes + (ALIGNMENT - 1L)) & -ALIGNMENT);
    if (end > memory.byteSize()) {
      Arena larger = Arena.ofShared();
      MemorySegment grown = larger.allocate(Math.max(end, 2 * memory.byteSize()), ALIGNMENT);
      MemorySegment.copy(memory, 0, grown, 0, at);
      arena.close();
      arena = larger;
      memory = grown;
    }
    used = end;
    return at;
  }

  @Override
  public void close() {
    arena.close();
  }
}
