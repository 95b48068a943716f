package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The downcalls that free and copy packets. They make no system call. Any thread. */
final class PoolCalls {
  private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor COPY =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle FREE_BULK =
      Linker.nativeLinker().downcallHandle(FREE, Linker.Option.critical(false));
  private static final MethodHandle COPY_PACKET =
      Linker.nativeLinker().downcallHandle(COPY, Linker.Option.critical(false));

  private final MemorySegment freeBulk;
  private final MemorySegment copy;

  PoolCalls(DpdkLibrary library) {
    freeBulk = library.symbol("rte_pktmbuf_free_bulk");
    copy = library.symbol("rte_pktmbuf_copy");
  }

  /** Gives packets back to their pools, all their segments. */
  void free(long array, int count) {
    try {
      FREE_BULK.invokeExact(freeBulk, array, count);
    } catch (Throwable e) {
      throw BurstCalls.unexpected(e);
    }
  }

  /** Copies the first bytes of a packet into a buffer of a pool; 0 if the pool is empty. */
  long copy(long mbuf, long pool, int length) {
    try {
      return (long) COPY_PACKET.invokeExact(copy, mbuf, pool, 0, length);
    } catch (Throwable e) {
      throw BurstCalls.unexpected(e);
    }
  }
}
