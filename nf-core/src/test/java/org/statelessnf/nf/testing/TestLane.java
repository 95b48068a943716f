package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;

/**
 * An instance of the real engine with one pipe, and the two ends of its wire. Packets that come out
 * are looked at and given back as packets are sent. Inside is 10.0.0.0/8.
 *
 * <p>One thread sends.
 */
public final class TestLane implements AutoCloseable {
  private static final int POOL = 4096;
  private static final int BURST = 256;

  private final PacketPool pool = new PacketPool(POOL, 256);
  private final InMemoryPort port;
  private final Instance instance;
  private final PipeMetrics metrics;
  private final Consumer<Packet> look;
  private final Packet[] burst = new Packet[BURST];
  private long sent;
  private long passed;

  /**
   * A lane, started.
   *
   * @param name for messages
   * @param look sees each packet that comes out
   */
  public TestLane(
      String name,
      StateStore store,
      PipeConfig config,
      Supplier<NetworkFunction> function,
      Consumer<Packet> look) {
    this.port = new InMemoryPort(name, POOL, pool);
    this.instance = new Instance(name, function, store, config);
    this.look = look;
    this.metrics = instance.addPipe(PipePorts.of(port, port, p -> p.ipv4Source() >>> 24 == 10));
    instance.start();
  }

  /** Sends a frame; waits for room. */
  public void send(byte[] frame, long nanos) {
    Packet packet = pool.acquire();
    while (packet == null) {
      if (drain() == 0) {
        Thread.onSpinWait();
      }
      packet = pool.acquire();
    }
    MemorySegment.copy(
        MemorySegment.ofArray(frame), 0, packet.memory(), packet.offset(), frame.length);
    packet.wrap(packet.memory(), packet.offset(), frame.length, frame.length, nanos);
    packet.linkType(LinkType.ETHERNET);
    while (!port.offer(packet)) {
      drain();
    }
    sent++;
  }

  /** Waits until all that was sent has come out or was dropped. */
  public void settle() {
    while (pool.available() < pool.capacity()) {
      RuntimeException failure = metrics.firstFunctionFailure();
      Throwable broken = failure == null ? instance.failure() : failure;
      if (broken != null) {
        throw new AssertionError("the lane has failed", broken);
      }
      if (drain() == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Packets sent so far. */
  public long sent() {
    return sent;
  }

  /** Packets that came out so far. */
  public long passed() {
    return passed;
  }

  /** Packets dropped for a reason; exact after {@link #end}. */
  public long drops(DropReason reason) {
    return metrics.drops(reason);
  }

  /** All packets dropped; exact after {@link #end}. */
  public long drops() {
    return Arrays.stream(DropReason.values()).mapToLong(metrics::drops).sum();
  }

  /** Conditional writes that were repeated, and the like. */
  public PipeMetrics metrics() {
    return metrics;
  }

  /** Ends the instance in good order. */
  public void end() throws InterruptedException {
    settle();
    port.closeInput();
    instance.awaitEnd();
    Throwable failure = instance.failure();
    if (failure != null) {
      throw new AssertionError("the lane has failed", failure);
    }
  }

  private int drain() {
    int count = port.drain(burst, BURST);
    for (int i = 0; i < count; i++) {
      Packet packet = burst[i];
      look.accept(packet);
      packet.release();
    }
    passed += count;
    return count;
  }

  /** A frame with other ports, its checksum left as it is. */
  public static void ports(byte[] frame, int source, int destination) {
    frame[34] = (byte) (source >>> 8);
    frame[35] = (byte) source;
    frame[36] = (byte) (destination >>> 8);
    frame[37] = (byte) destination;
  }

  /** Bytes of a packet made by {@link FrameBuilder}. */
  public static byte[] frame(FrameBuilder frame) {
    return FrameBuilder.bytes(frame.build());
  }

  /** The record count of a table. */
  public static int records(StateStore store, StateTable table) {
    int count = 0;
    try (StoreSession session = store.openSession();
        ScanCursor cursor = session.scan(store.table(table.spec()))) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  @Override
  public void close() {
    instance.close();
    port.close();
    pool.close();
  }
}
