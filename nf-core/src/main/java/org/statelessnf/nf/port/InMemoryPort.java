package org.statelessnf.nf.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.packet.Packet;

/**
 * A port whose wires are two rings in memory: what one thread offers is received, what is
 * transmitted another thread polls. For tests, replays and benchmarks; allocates nothing per
 * packet.
 *
 * <pre>
 *   producer: offer, closeInput  --&gt; [input ring]  --&gt; receive     the pipe that
 *   consumer: poll, drain        &lt;-- [output ring] &lt;-- transmit    runs on the port
 * </pre>
 *
 * <p><b>Threads.</b> One producer, one receiving, one transmitting and one consuming thread; all
 * four may be the same. A transmitted packet waits in the output ring: if nobody polls, {@code
 * transmit} accepts no more once it is full.
 *
 * <p><b>Clock.</b> That of a replay: the largest timestamp handed out.
 */
public final class InMemoryPort implements PacketPort {
  private static final VarHandle CLOCK;

  static {
    try {
      CLOCK = MethodHandles.lookup().findVarHandle(InMemoryPort.class, "clockNanos", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String name;
  private final PacketPool pool;
  private final SpscVarHandleArrayQueue<Packet> input;
  private final SpscVarHandleArrayQueue<Packet> output;
  private volatile boolean inputClosed;

  @SuppressWarnings("unused") // through CLOCK
  private volatile long clockNanos = Long.MIN_VALUE;

  /**
   * Makes a port.
   *
   * @param name for reports
   * @param ringCapacity packets per ring, rounded up to a power of two
   * @param pool where producers take packets from; stays the caller's, who closes it after the port
   */
  public InMemoryPort(String name, int ringCapacity, PacketPool pool) {
    this.name = name;
    this.pool = pool;
    this.input = new SpscVarHandleArrayQueue<>(ringCapacity);
    this.output = new SpscVarHandleArrayQueue<>(ringCapacity);
  }

  /** The pool that producers, and the engine for frames of its own, take packets from. */
  public PacketPool pool() {
    return pool;
  }

  /**
   * Producer: puts a packet on the input wire. Link type, lengths and timestamp are the producer's
   * to set.
   *
   * @return true if ownership has passed to the port; false if the ring is full and the packet is
   *     still the caller's
   */
  public boolean offer(Packet packet) {
    if (inputClosed) {
      throw new IllegalStateException("input of port " + name + " is closed");
    }
    return input.offer(packet);
  }

  /** Producer: no more packets will be offered. */
  public void closeInput() {
    inputClosed = true;
  }

  /** Consumer: the next transmitted packet, now the caller's; null if there is none. */
  public @Nullable Packet poll() {
    return output.poll();
  }

  /**
   * Consumer: takes transmitted packets, as a loop of {@link #poll()} would until it meets null.
   *
   * @param burst slots 0 to the result - 1 are overwritten
   * @return how many
   */
  public int drain(Packet[] burst, int max) {
    return take(output, burst, max);
  }

  /** Packets offered but not yet received; a snapshot. */
  public int inputSize() {
    return input.size();
  }

  /** Packets transmitted but not yet polled; a snapshot. */
  public int outputSize() {
    return output.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int receive(Packet[] burst, int max) {
    int count = take(input, burst, max);
    if (count == 0) {
      return 0;
    }
    long now = System.nanoTime();
    long latest = (long) CLOCK.getOpaque(this);
    for (int i = 0; i < count; i++) {
      Packet packet = burst[i];
      packet.arrivalNanos(now);
      latest = Math.max(latest, packet.timestampNanos());
    }
    CLOCK.setRelease(this, latest);
    return count;
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    for (int i = 0; i < count; i++) {
      if (!output.offer(burst[offset + i])) {
        return i;
      }
    }
    return count;
  }

  /** A packet of the pool. */
  @Override
  public @Nullable Packet allocate(int frameBytes) {
    return frameBytes <= pool.maxFrameBytes() ? pool.acquire() : null;
  }

  @Override
  public void free(Packet[] burst, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, burst.length);
    int from = offset;
    int end = offset + count;
    while (from < end) {
      int to = from;
      while (to < end && burst[to].owner() == pool) {
        to++;
      }
      pool.release(burst, from, to - from);
      if (to < end) {
        burst[to++].release();
      }
      from = to;
    }
  }

  @Override
  public boolean exhausted() {
    return inputClosed && input.isEmpty();
  }

  @Override
  public long clockNanos() {
    return (long) CLOCK.getAcquire(this);
  }

  /** Ends the input and gives packets that are still in the rings back to their owners. */
  @Override
  public void close() {
    inputClosed = true;
    releaseAll(input);
    releaseAll(output);
  }

  @Override
  public String toString() {
    return "InMemoryPort[" + name + ", in " + inputSize() + ", out " + outputSize() + "]";
  }

  private static int take(SpscVarHandleArrayQueue<Packet> ring, Packet[] burst, int max) {
    int limit = Math.min(max, burst.length);
    int count = 0;
    while (count < limit) {
      Packet packet = ring.poll();
      if (packet == null) {
        break;
      }
      burst[count++] = packet;
    }
    return count;
  }

  private static void releaseAll(SpscVarHandleArrayQueue<Packet> ring) {
    for (Packet packet = ring.poll(); packet != null; packet = ring.poll()) {
      packet.release();
    }
  }
}
