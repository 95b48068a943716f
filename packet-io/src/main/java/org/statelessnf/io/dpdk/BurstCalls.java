package org.statelessnf.io.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The downcalls that move packets through a queue: one per burst. Handles are constants of the
 * class and not bound to an address, so that the compiler inlines them and a device may come and
 * go.
 *
 * <p>Drivers that make no system call are called without a change of thread state ({@link
 * Linker.Option#critical}); the others must not be, because such a call holds up the garbage
 * collector for as long as it lasts.
 */
final class BurstCalls {
  private static final FunctionDescriptor BURST =
      FunctionDescriptor.of(JAVA_SHORT, JAVA_LONG, JAVA_LONG, JAVA_SHORT);
  private static final MethodHandle BRIEF =
      Linker.nativeLinker().downcallHandle(BURST, Linker.Option.critical(false));
  private static final MethodHandle LONG = Linker.nativeLinker().downcallHandle(BURST);

  private final boolean systemCalls;
  private final MemorySegment receive;
  private final long receiveQueue;
  private final MemorySegment transmit;
  private final long transmitQueue;

  /**
   * The calls of one queue of a started device.
   *
   * @param systemCalls whether the driver makes any
   * @param ops the port's {@code rte_eth_fp_ops}
   */
  BurstCalls(boolean systemCalls, DpdkAbi abi, MemorySegment ops, int queue) {
    this.systemCalls = systemCalls;
    this.receive = ops.get(ADDRESS, abi.receive());
    this.transmit = ops.get(ADDRESS, abi.transmit());
    long slot = queue * ADDRESS.byteSize();
    this.receiveQueue = NativeMemory.i64(ops.get(JAVA_LONG, abi.receiveQueues()) + slot);
    this.transmitQueue = NativeMemory.i64(ops.get(JAVA_LONG, abi.transmitQueues()) + slot);
  }

  /** Fills an array of addresses with received packets; returns how many. */
  int receive(long array, int max) {
    try {
      short count =
          systemCalls
              ? (short) LONG.invokeExact(receive, receiveQueue, array, (short) max)
              : (short) BRIEF.invokeExact(receive, receiveQueue, array, (short) max);
      return count & 0xffff;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Hands packets to the driver; returns how many it took. */
  int transmit(long array, int count) {
    try {
      short taken =
          systemCalls
              ? (short) LONG.invokeExact(transmit, transmitQueue, array, (short) count)
              : (short) BRIEF.invokeExact(transmit, transmitQueue, array, (short) count);
      return taken & 0xffff;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A downcall throws nothing but what the virtual machine throws. */
  static Error unexpected(Throwable e) {
    return e instanceof Error error ? error : new AssertionError("a downcall threw", e);
  }
}
