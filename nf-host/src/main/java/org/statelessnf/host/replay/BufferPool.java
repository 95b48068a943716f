package org.statelessnf.host.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketOwner;
import org.statelessnf.nf.port.PacketPool;

/**
 * Packet buffers of two sizes, and the news of their release. Most frames fit the small ones; the
 * few large ones, for frames up to 256 KiB, are allocated when the first such frame is met.
 *
 * <p><b>Threads.</b> The replaying thread acquires and takes the news; any thread releases.
 */
final class BufferPool implements PacketOwner, AutoCloseable {
  /** Longest frame that a small buffer takes. */
  static final int SMALL_FRAME_BYTES = 2048 - PacketPool.HEADROOM_BYTES;

  private static final int SMALL_BYTES = 2048;
  private static final int LARGE_BUFFERS = 64;
  private static final int IN = 0;
  private static final int OUT = 1;

  private final int smallBuffers;
  private final int largeBytes;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment small;
  private final Packet[] packets;
  private final AtomicIntegerArray state;
  private final MpscVarHandleArrayQueue<Packet> released;
  private final int[] freeSmall;
  private final int[] freeLarge = new int[LARGE_BUFFERS];
  private @Nullable MemorySegment large;
  private int freeSmallCount;
  private int freeLargeCount;

  /**
   * Allocates the small buffers.
   *
   * @param smallBuffers how many
   * @param maxFrameBytes longest frame of all
   */
  BufferPool(int smallBuffers, int maxFrameBytes) {
    this.smallBuffers = smallBuffers;
    this.largeBytes = (maxFrameBytes + PacketPool.HEADROOM_BYTES + 63) / 64 * 64;
    this.small = arena.allocate((long) smallBuffers * SMALL_BYTES, 64);
    int all = smallBuffers + LARGE_BUFFERS;
    this.packets = new Packet[all];
    this.state = new AtomicIntegerArray(all);
    this.released = new MpscVarHandleArrayQueue<>(all);
    this.freeSmall = new int[smallBuffers];
    for (int slot = 0; slot < all; slot++) {
      packets[slot] = new Packet(this, slot);
    }
    for (int slot = 0; slot < smallBuffers; slot++) {
      freeSmall[freeSmallCount++] = slot;
    }
    for (int i = 0; i < LARGE_BUFFERS; i++) {
      freeLarge[freeLargeCount++] = smallBuffers + i;
    }
  }

  /** Number of buffers of both sizes; {@link Packet#slot} is below it. */
  int capacity() {
    return packets.length;
  }

  /** Whether a buffer for a frame of that length is free. */
  boolean has(int frameBytes) {
    return (frameBytes <= SMALL_FRAME_BYTES ? freeSmallCount : freeLargeCount) > 0;
  }

  /** Takes a buffer, which there must be, and points it at an empty frame behind the headroom. */
  Packet acquire(int frameBytes) {
    int slot;
    MemorySegment memory;
    long start;
    if (frameBytes <= SMALL_FRAME_BYTES) {
      slot = freeSmall[--freeSmallCount];
      memory = small;
      start = (long) slot * SMALL_BYTES;
    } else {
      slot = freeLarge[--freeLargeCount];
      memory = largeMemory();
      start = (long) (slot - smallBuffers) * largeBytes;
    }
    state.set(slot, OUT);
    Packet packet = packets[slot];
    packet.wrap(memory, start + PacketPool.HEADROOM_BYTES, 0, 0, 0);
    packet.ingressPort(0);
    packet.nativeHandle(0);
    packet.arrivalNanos(0);
    packet.fromInside(false);
    packet.tag(0);
    return packet;
  }

  private MemorySegment largeMemory() {
    MemorySegment memory = large;
    if (memory == null) {
      memory = arena.allocate((long) LARGE_BUFFERS * largeBytes, 64);
      large = memory;
    }
    return memory;
  }

  /** Any thread: the packet is dropped, or was written. */
  @Override
  public void release(Packet packet) {
    if (packet.owner() != this) {
      throw new IllegalArgumentException("packet of another pool: " + packet);
    }
    if (!state.compareAndSet(packet.slot(), OUT, IN)) {
      throw new IllegalStateException("packet " + packet.slot() + " released twice");
    }
    released.offer(packet); // has room for every packet there is
  }

  /** The next packet that was released, its buffer free again from now on; null if none was. */
  @Nullable Packet pollReleased() {
    Packet packet = released.relaxedPoll();
    if (packet != null) {
      int slot = packet.slot();
      if (slot < smallBuffers) {
        freeSmall[freeSmallCount++] = slot;
      } else {
        freeLarge[freeLargeCount++] = slot;
      }
    }
    return packet;
  }

  /** Frees the memory; packets that are still out must not be touched any more. */
  @Override
  public void close() {
    arena.close();
  }
}
