package org.statelessnf.nf.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;

class PacketPoolTest {
  private static final int CAPACITY = 64;

  private final PacketPool pool = new PacketPool(CAPACITY, 1000);

  @AfterEach
  void shouldHaveLostNoPacket() {
    assertThat(pool.available()).isEqualTo(CAPACITY);
    pool.close();
  }

  @Test
  void shouldHandOutEachBufferOnceAndThenNull() {
    Set<Long> starts = new HashSet<>();
    List<Packet> packets = new ArrayList<>();
    for (int i = 0; i < CAPACITY; i++) {
      assertThat(pool.available()).isEqualTo(CAPACITY - i);
      Packet p = Objects.requireNonNull(pool.acquire());
      packets.add(p);
      starts.add(p.offset());
      assertThat(p.offset()).isEqualTo(pool.bufferStart(p) + PacketPool.HEADROOM_BYTES);
      assertThat(p.offset() % 64).isZero();
      assertThat(p.offset() + pool.maxFrameBytes()).isLessThanOrEqualTo(pool.memory().byteSize());
      assertThat(p.memory().address()).isEqualTo(pool.memory().address());
    }
    assertThat(pool.bufferBytes()).isEqualTo(1024);
    assertThat(starts).hasSize(CAPACITY);
    assertThat(pool.available()).isZero();
    assertThat(pool.acquire()).isNull();
    assertThat(pool.acquire(new Packet[4], 0, 4)).isZero();
    packets.forEach(Packet::release);
  }

  @Test
  void shouldResetWhatItHandsOut() {
    Packet p = Objects.requireNonNull(pool.acquire());
    p.linkType(LinkType.RAW_IP);
    p.ingressPort(7);
    p.nativeHandle(7);
    p.arrivalNanos(7);
    p.fromInside(true);
    p.tag(7);
    p.wrap(p.memory(), 0, 7, 7, 7);
    p.release();
    Packet again = Objects.requireNonNull(pool.acquire());
    assertThat(again).as("last in, first out").isSameAs(p);
    assertThat(again.linkType()).isEqualTo(LinkType.ETHERNET);
    assertThat(again.ingressPort() + again.nativeHandle() + again.arrivalNanos() + again.tag())
        .isZero();
    assertThat(again.fromInside()).isFalse();
    assertThat(again.offset()).isEqualTo(pool.bufferStart(p) + PacketPool.HEADROOM_BYTES);
    assertThat(again.length() + again.wireLength() + again.timestampNanos()).isZero();
    again.release();
  }

  @Test
  void shouldRefuseADoubleReleaseAndForeignPackets() {
    Packet p = Objects.requireNonNull(pool.acquire());
    p.release();
    assertThatThrownBy(p::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> pool.release(new Packet()))
        .isInstanceOf(IllegalArgumentException.class);
    try (PacketPool other = new PacketPool(1, 256)) {
      Packet foreign = Objects.requireNonNull(other.acquire());
      assertThatThrownBy(() -> pool.release(foreign)).isInstanceOf(IllegalArgumentException.class);
      foreign.release();
    }
  }

  @Test
  void shouldRefuseSenselessSizes() {
    assertThatThrownBy(() -> new PacketPool(0, 512)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PacketPool(1, 128)).isInstanceOf(IllegalArgumentException.class);
    try (PacketPool big = new PacketPool(2, 262_144 + PacketPool.HEADROOM_BYTES)) {
      assertThat(big.maxFrameBytes()).isEqualTo(262_144);
    }
  }

  @Test
  void shouldTakeAndGiveBackBatches() {
    Random random = new Random(8);
    Packet[] burst = new Packet[CAPACITY + 8];
    Packet[] held = new Packet[CAPACITY];
    int holding = 0;
    for (int round = 0; round < 20_000; round++) {
      if (random.nextBoolean()) {
        int wanted = random.nextInt(12);
        int got = pool.acquire(burst, 3, wanted);
        assertThat(got).isEqualTo(Math.min(wanted, CAPACITY - holding));
        System.arraycopy(burst, 3, held, holding, got);
        holding += got;
      } else {
        int back = Math.min(holding, random.nextInt(12));
        pool.release(held, holding - back, back);
        holding -= back;
      }
      assertThat(pool.available()).isEqualTo(CAPACITY - holding);
      Set<Packet> distinct = new HashSet<>();
      for (int i = 0; i < holding; i++) {
        distinct.add(held[i]);
      }
      assertThat(distinct).hasSize(holding);
    }
    pool.release(held, 0, holding);
  }

  /**
   * Threads acquire, mark the buffer as theirs, and release or hand over to another thread; two
   * owners of one buffer would see each other's mark.
   */
  @Test
  void shouldNeverGiveOneBufferToTwoOwners() throws Exception {
    int threads = 4;
    ArrayBlockingQueue<Packet> handover = new ArrayBlockingQueue<>(CAPACITY);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int mark = t + 1;
      tasks.add(() -> churn(mark, handover));
    }
    int packets = 0;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (Future<Integer> done : executor.invokeAll(tasks)) {
        packets += done.get();
      }
    }
    for (Packet p = handover.poll(); p != null; p = handover.poll()) {
      p.release();
    }
    assertThat(packets).isGreaterThan(100_000);
  }

  private int churn(int mark, ArrayBlockingQueue<Packet> handover) {
    Random random = new Random(mark);
    Packet[] burst = new Packet[16];
    int packets = 0;
    for (int round = 0; round < 60_000; round++) {
      int count = pool.acquire(burst, 0, 1 + random.nextInt(16));
      for (int i = 0; i < count; i++) {
        burst[i].tag(mark);
        burst[i].memory().set(ValueLayout.JAVA_INT, burst[i].offset(), mark);
      }
      for (int i = 0; i < count; i++) {
        int found = burst[i].memory().get(ValueLayout.JAVA_INT, burst[i].offset());
        if (burst[i].tag() != mark || found != mark) {
          throw new AssertionError("buffer " + burst[i].slot() + " has two owners");
        }
      }
      packets += count;
      if (count > 0 && random.nextInt(8) == 0 && handover.offer(burst[count - 1])) {
        count--;
      }
      pool.release(burst, 0, count);
      Packet other = handover.poll();
      if (other != null) {
        other.release();
      }
    }
    return packets;
  }
}
