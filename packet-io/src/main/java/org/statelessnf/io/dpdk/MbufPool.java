package org.statelessnf.io.dpdk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketOwner;

/**
 * A pool of DPDK's packet buffers and the handle of each.
 *
 * <p>Every buffer keeps one {@link Packet} for life: the slot is written into the buffer's private
 * part when the buffer is first seen, so that a received packet costs no search and no allocation.
 * {@link Packet#nativeHandle()} is the buffer while it is out in Java, and 0 while DPDK has it:
 * that tells a second release.
 *
 * <p>Any thread. A handle's fields go from thread to thread by way of DPDK's queues, whose own
 * barriers order them.
 */
final class MbufPool implements PacketOwner {
  private static final Object CHANGE = new Object();

  /** The open pools. A buffer may come in by a port (a ring) that is not the one of its pool. */
  private static volatile MbufPool[] open = {};

  private final Eal eal;
  private final PoolCalls calls;
  private final String name;
  private final int maxFrameBytes;
  private final Packet[] packets;
  private final AtomicInteger used = new AtomicInteger();
  private final long address;
  private boolean closed;

  /**
   * Makes the pool.
   *
   * @param name no other pool of the process has it
   * @param capacity number of buffers
   * @param cacheBuffers free buffers that a thread keeps for itself
   */
  MbufPool(Eal eal, String name, int capacity, int maxFrameBytes, int cacheBuffers) {
    this.eal = eal;
    this.calls = eal.poolCalls();
    this.name = name;
    this.maxFrameBytes = maxFrameBytes;
    this.packets = new Packet[capacity];
    for (int slot = 0; slot < capacity; slot++) {
      packets[slot] = new Packet(this, slot);
    }
    this.address =
        eal.createPool(name, capacity, cacheBuffers, maxFrameBytes + Mbuf.HEADROOM_BYTES);
    change(null, this);
  }

  private static void change(@Nullable MbufPool without, @Nullable MbufPool with) {
    synchronized (CHANGE) {
      List<MbufPool> pools = new ArrayList<>(List.of(open));
      if (without != null) {
        pools.remove(without);
      }
      if (with != null) {
        pools.add(with);
      }
      open = pools.toArray(MbufPool[]::new);
    }
  }

  /** The open pool at an address; null if there is none. */
  static @Nullable MbufPool at(long address) {
    for (MbufPool pool : open) {
      if (pool.address == address) {
        return pool;
      }
    }
    return null;
  }

  String name() {
    return name;
  }

  long address() {
    return address;
  }

  /** Number of buffers, in and out. */
  int capacity() {
    return packets.length;
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** Buffers that are in, exact while no other thread takes or gives. */
  int available() {
    return eal.available(address);
  }

  /** Buffers whose handles are in Java's hands; bare bursts have none. For when all is quiet. */
  int handedOut() {
    int count = 0;
    for (Packet packet : packets) {
      if (packet.nativeHandle() != 0) {
        count++;
      }
    }
    return count;
  }

  /** The handle of a buffer of this pool that has come out of DPDK. */
  Packet packet(long mbuf) {
    int slot = Mbuf.slot(mbuf);
    if (slot < 0) {
      slot = used.getAndIncrement();
      Mbuf.slot(mbuf, slot);
    }
    return packets[slot];
  }

  /**
   * A buffer with a copy of a frame.
   *
   * @param template describes the frame
   * @return 0 if the pool is empty
   */
  long copy(MbufTemplate template) {
    return calls.copy(template.address(), address, template.length());
  }

  /** A buffer of this pool with all segments of a packet that fit it together; 0 if it is empty. */
  long linear(long mbuf) {
    return calls.copy(mbuf, address, Mbuf.packetLength(mbuf));
  }

  /**
   * Takes a packet's buffer from its handle, to hand it to DPDK.
   *
   * @throws IllegalStateException if DPDK has it already
   */
  static long take(Packet packet) {
    long mbuf = packet.nativeHandle();
    if (mbuf == 0) {
      throw new IllegalStateException("packet " + packet.slot() + " released or sent twice");
    }
    packet.nativeHandle(0);
    return mbuf;
  }

  @Override
  public void release(Packet packet) {
    if (packet.owner() != this) {
      throw new IllegalArgumentException("packet of another pool: " + packet);
    }
    MbufBurst burst = DpdkThread.current(eal).burst();
    burst.mbuf(0, take(packet));
    calls.free(burst.address(), 1);
  }

  /** Gives raw buffers back, to this pool or whichever they are of. */
  void free(long array, int count) {
    calls.free(array, count);
  }

  /**
   * Frees the memory, unless buffers are missing: then it stays, because someone may yet touch
   * them.
   *
   * @param leftBehind buffers that a closed driver has left somewhere and touches no more
   * @return buffers that are missing
   */
  int close(int leftBehind) {
    if (closed) {
      return 0;
    }
    closed = true;
    int missing = capacity() - available() - leftBehind;
    if (missing == 0) {
      change(this, null);
      eal.freePool(address);
    }
    return missing;
  }

  @Override
  public String toString() {
    return "MbufPool[" + name + ", " + capacity() + " x " + maxFrameBytes + " B]";
  }
}
