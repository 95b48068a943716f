package org.statelessnf.nf.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketOwner;

/**
 * A fixed number of packets with off-heap buffers of equal size, in one segment.
 *
 * <pre>
 *   buffer i:  | headroom 128 | frame, up to maxFrameBytes()            |  bufferBytes, a multiple of 64
 *              ^ i * bufferBytes
 * </pre>
 *
 * <p>The headroom lets an NF put headers in front without moving the frame. Buffers may be as large
 * as one likes: a pool for frames of 256 KiB (offloaded captures) has {@code bufferBytes} of {@code
 * 262_144 + HEADROOM_BYTES}; larger frames are the port's to cut or to refuse.
 *
 * <p><b>Threads.</b> Any thread acquires and releases. Free handles are a lock-free stack (last in,
 * first out: the buffer that is handed out is likely still in a cache), linked by slot numbers; its
 * head holds a count in the upper half that each change increments, so that a stale compare-and-set
 * fails. Batches cost one compare-and-set.
 *
 * <p>Releasing to a closed pool is allowed and does nothing useful; touching memory of a closed
 * pool throws.
 */
public final class PacketPool implements PacketOwner, AutoCloseable {
  /** Free bytes in front of each frame. */
  public static final int HEADROOM_BYTES = 128;

  private static final int ALIGNMENT = 64;
  private static final int NONE = -1;
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(PacketPool.class, "head", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Arena arena;
  private final MemorySegment memory;
  private final int bufferBytes;
  private final Packet[] packets;

  /** Slot below this one in the stack of free slots. */
  private final int[] below;

  /** Height of the stack up to and including this slot. */
  private final int[] height;

  /** Whether the slot is out: catches a double release, as well as unsynchronized reads can. */
  private final boolean[] out;

  /**
   * Changes so far in the upper 32 bits, top slot in the lower. Written by compare-and-set only.
   */
  @SuppressWarnings("unused") // through HEAD
  private volatile long head;

  /**
   * Allocates the pool.
   *
   * @param packets number of packets
   * @param bufferBytes bytes per packet with the headroom of {@link #HEADROOM_BYTES}; rounded up to
   *     a multiple of 64
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  public PacketPool(int packets, int bufferBytes) {
    if (packets < 1 || bufferBytes <= HEADROOM_BYTES || bufferBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "a pool of " + packets + " packets of " + bufferBytes + " bytes");
    }
    this.bufferBytes = (bufferBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    this.arena = Arena.ofShared();
    this.memory = arena.allocate((long) packets * this.bufferBytes, ALIGNMENT);
    this.packets = new Packet[packets];
    this.below = new int[packets];
    this.height = new int[packets];
    this.out = new boolean[packets];
    for (int slot = 0; slot < packets; slot++) {
      this.packets[slot] = new Packet(this, slot);
      below[slot] = slot - 1;
      height[slot] = slot + 1;
    }
    HEAD.setVolatile(this, packets - 1L);
  }

  /**
   * Takes a packet out. Its frame is empty and begins behind the headroom; port, direction, tag,
   * native handle and link type have their defaults.
   *
   * @return the packet, now the caller's; null if all are out
   */
  public @Nullable Packet acquire() {
    while (true) {
      long seen = head;
      int slot = (int) seen;
      if (slot == NONE) {
        return null;
      }
      if (HEAD.compareAndSet(this, seen, next(seen, below[slot]))) {
        return reset(slot);
      }
    }
  }

  /**
   * Takes several packets out, as a loop of {@link #acquire()} would until it meets null.
   *
   * @param burst slots {@code offset} to {@code offset} + result - 1 hold the packets afterwards;
   *     the rest of the {@code count} slots may have been overwritten
   * @return how many
   */
  public int acquire(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    while (true) {
      long seen = head;
      int slot = (int) seen;
      int taken = 0;
      // Links may change underneath; then the head has changed too and the compare-and-set fails.
      while (taken < count && slot != NONE) {
        burst[offset + taken++] = packets[slot];
        slot = below[slot];
      }
      if (taken == 0) {
        return 0;
      }
      if (HEAD.compareAndSet(this, seen, next(seen, slot))) {
        for (int i = offset; i < offset + taken; i++) {
          reset(burst[i].slot());
        }
        return taken;
      }
    }
  }

  /**
   * Puts a packet back. The caller must have owned it.
   *
   * @throws IllegalStateException if it is not out (released twice)
   * @throws IllegalArgumentException if it is another pool's
   */
  @Override
  public void release(Packet packet) {
    int slot = takeBack(packet);
    push(slot, slot, 1);
  }

  /**
   * Puts packets back, as a loop of {@link #release(Packet)} would; all of them must be this
   * pool's.
   */
  public void release(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    if (count == 0) {
      return;
    }
    int bottom = takeBack(burst[offset]);
    int top = bottom;
    for (int i = offset + 1; i < offset + count; i++) {
      int slot = takeBack(burst[i]);
      below[slot] = top;
      top = slot;
    }
    push(top, bottom, count);
  }

  /** Packets that are not out; a snapshot while other threads acquire and release. */
  public int available() {
    int top = (int) head;
    return top == NONE ? 0 : height[top];
  }

  /** Number of packets, in and out. */
  public int capacity() {
    return packets.length;
  }

  /** Longest frame that fits behind the headroom, in bytes. */
  public int maxFrameBytes() {
    return bufferBytes - HEADROOM_BYTES;
  }

  /** Bytes per packet, headroom included. */
  public int bufferBytes() {
    return bufferBytes;
  }

  /** The memory of all buffers. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the buffer of a packet begins in {@link #memory()}: its headroom. */
  public long bufferStart(Packet packet) {
    return (long) packet.slot() * bufferBytes;
  }

  /** Frees the memory. Packets that are still out must not be touched any more. */
  @Override
  public void close() {
    arena.close();
  }

  @Override
  public String toString() {
    return "PacketPool[" + available() + " of " + capacity() + " x " + bufferBytes + " B]";
  }

  private Packet reset(int slot) {
    Packet packet = packets[slot];
    out[slot] = true;
    packet.wrap(memory, (long) slot * bufferBytes + HEADROOM_BYTES, 0, 0, 0);
    packet.linkType(LinkType.ETHERNET);
    packet.ingressPort(0);
    packet.nativeHandle(0);
    packet.arrivalNanos(0);
    packet.fromInside(false);
    packet.tag(0);
    return packet;
  }

  private int takeBack(Packet packet) {
    if (packet.owner() != this) {
      throw new IllegalArgumentException("packet of another pool: " + packet);
    }
    int slot = packet.slot();
    if (!out[slot]) {
      throw new IllegalStateException("packet " + slot + " released twice");
    }
    out[slot] = false;
    return slot;
  }

  /** Pushes {@code count} slots, linked from {@code top} down to {@code bottom}. */
  private void push(int top, int bottom, int count) {
    while (true) {
      long seen = head;
      int under = (int) seen;
      below[bottom] = under;
      int high = (under == NONE ? 0 : height[under]) + count;
      for (int slot = top, left = count; left > 0; slot = below[slot], left--) {
        height[slot] = high--;
      }
      if (HEAD.compareAndSet(this, seen, next(seen, top))) {
        return;
      }
    }
  }

  private static long next(long seen, int top) {
    return ((seen >>> 32) + 1) << 32 | (top & 0xffff_ffffL);
  }
}
