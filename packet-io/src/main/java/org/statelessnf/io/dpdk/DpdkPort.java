package org.statelessnf.io.dpdk;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketOwner;
import org.statelessnf.nf.port.PacketPort;

/**
 * One queue of a {@link DpdkDevice}: receives and transmits bursts with one downcall each. Packets
 * are the driver's buffers; nothing is copied or allocated.
 *
 * <p><b>Threads.</b> As {@link PacketPort} says, for this queue; the device's other queues have
 * other threads. A thread that calls for the first time is made known to DPDK.
 *
 * <p><b>Foreign packets.</b> Those of another DPDK port's pool are transmitted as they are and go
 * back to their pool once sent. Others, from memory, are copied into a buffer of this port's pool
 * and released when that is accepted; one that is longer than a buffer counts as {@link
 * #oversized()} and is gone.
 *
 * <p><b>What is not handed out.</b> A frame in several segments is copied into one buffer if it
 * fits ({@link #linearized()}); if not, or if its buffer is of a pool that this process does not
 * know, it is freed and counted ({@link #refused()}).
 *
 * <p>There is no end of file: {@link #exhausted()} is true only after {@link #close}, which ends
 * this queue's use; the device is closed by {@link DpdkPorts}.
 */
public final class DpdkPort implements PacketPort {
  private final DpdkDevice device;
  private final int queue;
  private final Eal eal;
  private final BurstCalls calls;
  private final MbufPool pool;
  private final WallClock clock;
  private final MbufBurst received = new MbufBurst();
  private final MbufBurst leaving = new MbufBurst();
  private final MbufTemplate template = new MbufTemplate();
  private final LongAdder linearized = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder oversized = new LongAdder();
  private @Nullable Thread receiver;
  private @Nullable Thread transmitter;
  private final AtomicLong latestNanos = new AtomicLong(Long.MIN_VALUE); // one writer, no order
  private volatile boolean closed;

  DpdkPort(DpdkDevice device, int queue, Eal eal, BurstCalls calls, WallClock clock) {
    this.device = device;
    this.queue = queue;
    this.eal = eal;
    this.calls = calls;
    this.pool = device.pool();
    this.clock = clock;
  }

  /** The device with the queue's number if it has several: {@code net_tap0.1}. */
  @Override
  public String name() {
    return device.queues() == 1 ? device.name() : device.name() + "." + queue;
  }

  /** The device that this is a queue of. */
  public DpdkDevice device() {
    return device;
  }

  /** Always 1: the device's other queues are ports of their own. */
  @Override
  public int queues() {
    return 1;
  }

  /**
   * {@inheritDoc}
   *
   * <p>At most {@value MbufBurst#CAPACITY} in one call.
   */
  @Override
  public int receive(Packet[] burst, int max) {
    int limit = Math.min(Math.min(max, burst.length), MbufBurst.CAPACITY);
    int count = receive(received, limit);
    if (count == 0) {
      return 0;
    }
    long now = System.nanoTime();
    long wall = Math.max(latestNanos.getPlain(), clock.nanos(now));
    latestNanos.setOpaque(wall);
    MbufPool own = pool;
    long ownAddress = own.address();
    int filled = 0;
    for (int i = 0; i < count; i++) {
      long mbuf = received.mbuf(i);
      Packet packet;
      if (Mbuf.pool(mbuf) == ownAddress && Mbuf.segments(mbuf) == 1) {
        packet = own.packet(mbuf);
        packet.nativeHandle(mbuf);
      } else {
        packet = Mbuf.segments(mbuf) == 1 ? handle(mbuf) : linear(mbuf);
        if (packet == null) {
          continue;
        }
        mbuf = packet.nativeHandle();
      }
      int length = Mbuf.dataLength(mbuf);
      packet.wrap(NativeMemory.ALL, Mbuf.frame(mbuf), length, length, wall);
      packet.arrivalNanos(now);
      burst[filled++] = packet;
    }
    return filled;
  }

  /** The handle of a buffer of whatever pool; null if that is not known, and the frame is gone. */
  private @Nullable Packet handle(long mbuf) {
    MbufPool owner = MbufPool.at(Mbuf.pool(mbuf));
    if (owner == null) {
      return refuse(mbuf);
    }
    Packet packet = owner.packet(mbuf);
    packet.nativeHandle(mbuf);
    return packet;
  }

  private @Nullable Packet linear(long mbuf) {
    long copy = Mbuf.packetLength(mbuf) <= pool.maxFrameBytes() ? pool.linear(mbuf) : 0;
    if (copy == 0) {
      return refuse(mbuf);
    }
    linearized.increment();
    freeOne(mbuf);
    return handle(copy);
  }

  private @Nullable Packet refuse(long mbuf) {
    refused.increment();
    freeOne(mbuf);
    return null;
  }

  private void freeOne(long mbuf) {
    MbufBurst scratch = DpdkThread.current(eal).burst();
    scratch.mbuf(0, mbuf);
    pool.free(scratch.address(), 1);
  }

  /**
   * The bare burst, for a forwarder that needs no {@link Packet}: equals {@link #receive(Packet[],
   * int)} without handles, checks and times. The buffers are the caller's, who gives each back by
   * {@link #transmit(MbufBurst, int, int)} or {@link #free(MbufBurst, int, int)}.
   *
   * @param burst slots 0 to the result - 1 are overwritten
   * @param max at most this many, not more than {@link MbufBurst#CAPACITY}
   * @return how many
   */
  public int receive(MbufBurst burst, int max) {
    if (Thread.currentThread() != receiver) {
      receiver = enter();
    }
    return calls.receive(burst.address(), Math.min(max, MbufBurst.CAPACITY));
  }

  /**
   * Hands bare buffers to the driver.
   *
   * @return how many were accepted; the others stay the caller's
   */
  public int transmit(MbufBurst burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, MbufBurst.CAPACITY);
    if (Thread.currentThread() != transmitter) {
      transmitter = enter();
    }
    return count == 0 ? 0 : calls.transmit(burst.address(offset), count);
  }

  /** Frees bare buffers. Any thread. */
  public void free(MbufBurst burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, MbufBurst.CAPACITY);
    pool.free(burst.address(offset), count);
  }

  private Thread enter() {
    if (closed) {
      throw new IllegalStateException("port " + name() + " is closed");
    }
    DpdkThread.current(eal);
    return Thread.currentThread();
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int limit = Math.min(end, at + MbufBurst.CAPACITY);
      boolean own = isOwn(burst[at]);
      int to = own ? gather(burst, at, limit) : endOfForeign(burst, at, limit);
      int sent = own ? transmitGathered(burst, at, to) : transmitForeign(burst, at, to);
      at += sent;
      if (at < to) {
        break;
      }
    }
    return at - offset;
  }

  /** Whether a packet is a buffer of DPDK, of whichever pool. */
  private static boolean isOwn(Packet packet) {
    return packet.owner() instanceof MbufPool;
  }

  private static int endOfForeign(Packet[] burst, int from, int limit) {
    int to = from + 1;
    while (to < limit && !isOwn(burst[to])) {
      to++;
    }
    return to;
  }

  /** Takes the buffers of a run of own packets; returns the end of the run. */
  private int gather(Packet[] burst, int from, int limit) {
    int to = from;
    while (to < limit && isOwn(burst[to])) {
      Packet packet = burst[to];
      // Cleared before the driver has it: it may be received again, by another thread, at once.
      long mbuf = MbufPool.take(packet);
      if (packet.offset() != Mbuf.frame(mbuf) || packet.length() != Mbuf.dataLength(mbuf)) {
        Mbuf.frame(mbuf, packet.offset(), packet.length());
      }
      leaving.mbuf(to - from, mbuf);
      to++;
    }
    return to;
  }

  private int transmitGathered(Packet[] burst, int from, int to) {
    int count = to - from;
    int sent = transmit(leaving, 0, count);
    for (int i = sent; i < count; i++) {
      burst[from + i].nativeHandle(leaving.mbuf(i));
    }
    return sent;
  }

  /** Packets from elsewhere; those that cannot be sent by this port are dropped on the way. */
  private int transmitForeign(Packet[] burst, int from, int to) {
    int at = from;
    while (at < to) {
      if (!fits(burst[at])) {
        burst[at++].release();
        oversized.increment();
      } else {
        int copied = copy(burst, at, to);
        int sent = transmit(leaving, 0, copied);
        free(leaving, sent, copied - sent);
        for (int i = at; i < at + sent; i++) {
          burst[i].release();
        }
        at += sent;
        if (sent == 0 || sent < copied) {
          break;
        }
      }
    }
    return at - from;
  }

  /** Copies what fits, up to the first that does not, or until the pool is empty. */
  private int copy(Packet[] burst, int from, int to) {
    int copied = 0;
    while (from + copied < to && fits(burst[from + copied])) {
      long mbuf = pool.copy(template.of(burst[from + copied]));
      if (mbuf == 0) {
        break;
      }
      leaving.mbuf(copied++, mbuf);
    }
    return copied;
  }

  private boolean fits(Packet packet) {
    return packet.length() > 0 && packet.length() <= pool.maxFrameBytes();
  }

  /** A buffer of the port's pool; the frame begins behind the headroom. */
  @Override
  public @Nullable Packet allocate(int frameBytes) {
    if (frameBytes > pool.maxFrameBytes()) {
      return null;
    }
    if (Thread.currentThread() != transmitter) {
      transmitter = enter();
    }
    long mbuf = pool.copy(template.ofOneByte());
    if (mbuf == 0) {
      return null;
    }
    Packet packet = pool.packet(mbuf);
    packet.nativeHandle(mbuf);
    packet.wrap(NativeMemory.ALL, Mbuf.frame(mbuf), 0, 0, 0);
    packet.arrivalNanos(0);
    return packet;
  }

  @Override
  public void free(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    MbufBurst scratch = DpdkThread.current(eal).burst();
    int gathered = 0;
    for (int i = offset; i < offset + count; i++) {
      PacketOwner owner = burst[i].owner();
      if (owner instanceof MbufPool) {
        if (gathered == MbufBurst.CAPACITY) {
          free(scratch, 0, gathered);
          gathered = 0;
        }
        scratch.mbuf(gathered++, MbufPool.take(burst[i]));
      } else {
        burst[i].release();
      }
    }
    free(scratch, 0, gathered);
  }

  @Override
  public boolean exhausted() {
    return closed;
  }

  /** The wall clock. */
  @Override
  public long clockNanos() {
    return Math.max(latestNanos.getOpaque(), clock.nanos(System.nanoTime()));
  }

  /** Frames in several segments that were copied into one buffer. */
  public long linearized() {
    return linearized.sum();
  }

  /** Frames received that were freed at once: too long for a buffer, or of an unknown pool. */
  public long refused() {
    return refused.sum();
  }

  /** Packets from memory that were dropped by transmit because no buffer holds them. */
  public long oversized() {
    return oversized.sum();
  }

  /** Ends the use of this queue. The device stays open. */
  @Override
  public void close() {
    closed = true;
    receiver = null;
    transmitter = null;
  }

  @Override
  public String toString() {
    return "DpdkPort[" + name() + "]";
  }
}
