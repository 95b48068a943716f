package org.statelessnf.nf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.store.StateStore;

/** An instance with one pipe over an in-memory port. */
final class Lane implements AutoCloseable {
  private static final int POOL = 8192;

  final PacketPool pool = new PacketPool(POOL, 512);
  final InMemoryPort port = new InMemoryPort("lane", POOL, pool);
  final Instance instance;
  final PipeMetrics metrics;

  Lane(String name, StateStore store, PipeConfig config, NetworkFunction function) {
    instance = new Instance(name, () -> function, store, config);
    metrics = instance.addPipe(PipePorts.of(port, port, p -> true));
  }

  void offer(int flow, int sequence) {
    Packet packet = pool.acquire();
    if (packet == null) {
      throw new IllegalStateException("pool is empty");
    }
    Packet made =
        FrameBuilder.udp("10.0.0." + (flow % 250 + 1), 1000 + flow, "192.0.2.1", 53)
            .payload(ByteBuffer.allocate(8).putInt(flow).putInt(sequence).array())
            .build();
    java.lang.foreign.MemorySegment.copy(
        made.memory(), made.offset(), packet.memory(), packet.offset(), made.length());
    packet.wrap(packet.memory(), packet.offset(), made.length(), made.length(), sequence);
    packet.linkType(made.linkType());
    packet.arrivalNanos(System.nanoTime());
    PacketParser.parse(packet);
    while (!port.offer(packet)) {
      Thread.onSpinWait();
    }
  }

  /** Takes what was sent; checks the order per flow. */
  Map<Integer, Integer> drainInOrder() {
    Map<Integer, Integer> last = new HashMap<>();
    Map<Integer, Integer> count = new HashMap<>();
    for (Packet packet = port.poll(); packet != null; packet = port.poll()) {
      PacketParser.parse(packet);
      ByteBuffer payload =
          packet.memory().asSlice(packet.offset() + packet.payloadOffset(), 8).asByteBuffer();
      int flow = payload.getInt();
      int sequence = payload.getInt();
      assertThat(sequence).as("order in flow %d", flow).isGreaterThan(last.getOrDefault(flow, -1));
      last.put(flow, sequence);
      count.merge(flow, 1, Integer::sum);
      packet.release();
    }
    return count;
  }

  /** Takes what was sent; counts how often each sequence number came. */
  void drainSequences(Map<Integer, Integer> times) {
    for (Packet packet = port.poll(); packet != null; packet = port.poll()) {
      PacketParser.parse(packet);
      int sequence =
          packet
              .memory()
              .asSlice(packet.offset() + packet.payloadOffset(), 8)
              .asByteBuffer()
              .getInt(4);
      times.merge(sequence, 1, Integer::sum);
      packet.release();
    }
  }

  Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      if (metrics.drops(reason) > 0) {
        drops.put(reason, metrics.drops(reason));
      }
    }
    return drops;
  }

  void assertNothingLeaked() {
    assertThat(pool.available()).isEqualTo(pool.capacity());
  }

  @Override
  public void close() {
    instance.close();
    port.close();
    pool.close();
  }
}
