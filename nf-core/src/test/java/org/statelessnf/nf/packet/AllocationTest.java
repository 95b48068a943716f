package org.statelessnf.nf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.port.InMemoryPort;
import org.statelessnf.nf.port.PacketPool;

/** A packet's way through the layer, buffers included, allocates nothing once it is compiled. */
class AllocationTest {
  private static final int BURST = 32;
  private static final int ROUNDS = 20_000;

  @Test
  void shouldAllocateNothingPerPacket() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assumeTrue(
        threads.isThreadAllocatedMemorySupported(), "SKIPPED: this JVM does not count allocation");
    byte[][] frames = {
      Frames.bytes(
          Frames.ETH4
              + Frames.ipv4(6, 32, 0)
              + "1092 0050 00000001 00000000 80 02 ffff 0000 0000 020405b4 0402 0101 03030700"),
      Frames.bytes(Frames.ETH6 + Frames.ipv6(17, 10) + "1092 0035 000a 0000 6162"),
      Frames.bytes(
          Frames.ETH4
              + Frames.ipv4(1, 36, 0)
              + "03 04 0000 000005dc"
              + Frames.ipv4(6, 500, 0)
              + "0050 1092 00000007"),
      Frames.bytes(Frames.ETH4 + Frames.ipv4(17, 7, 0) + "00".repeat(7)),
    };
    try (PacketPool pool = new PacketPool(2 * BURST, 512);
        InMemoryPort port = new InMemoryPort("test", 2 * BURST, pool);
        Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(FlowKeys.MAX_LENGTH);
      Packet[] burst = new Packet[BURST];
      MemorySegment[] sources =
          Arrays.stream(frames).map(MemorySegment::ofArray).toArray(MemorySegment[]::new);
      long least = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 10 && least != 0; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < ROUNDS; round++) {
          step(pool, port, burst, sources, key);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      // The meter itself allocates now and then; a byte per packet would be 640,000 of them.
      assertThat(least).as("bytes in %s packets", ROUNDS * BURST).isLessThan(2_000);
      assertThat(pool.available()).isEqualTo(pool.capacity());
    }
  }

  private static void step(
      PacketPool pool,
      InMemoryPort port,
      Packet[] burst,
      MemorySegment[] sources,
      MemorySegment key) {
    int count = pool.acquire(burst, 0, BURST);
    for (int i = 0; i < count; i++) {
      Packet p = burst[i];
      MemorySegment source = sources[i % sources.length];
      int length = (int) source.byteSize();
      MemorySegment.copy(source, 0, p.memory(), p.offset(), length);
      p.wrap(p.memory(), p.offset(), length, length, i);
      port.offer(p);
    }
    count = port.receive(burst, BURST);
    for (int i = 0; i < count; i++) {
      Packet p = burst[i];
      PacketParser.parse(p);
      Invariants.use(p, key);
      Checksum.recompute(p);
      FlowKeys.writeDirectional(p, key, 0);
    }
    int sent = port.transmit(burst, 0, count / 2);
    port.free(burst, sent, count - sent);
    count = port.drain(burst, BURST);
    pool.release(burst, 0, count);
  }
}
