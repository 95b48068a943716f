package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.nf.port.PacketPool;

/** Ports whose wires are memory; whatever they do, every buffer comes back. */
class DpdkPortTest {
  private static final String RING = "dpdk:net_ring?buffers=1023";
  private static final String NULL = "dpdk:net_null,size=60?buffers=1023";

  private static void assertComplete(DpdkPorts ports) {
    ports
        .devices()
        .forEach(device ->
            assertThat(device.buffersAvailable()).as(device.name()).isEqualTo(device.buffers()));
  }

  @Test
  void shouldHandOutTheDriversBuffers() {
    try (DpdkPorts ports = Devices.open(NULL)) {
      DpdkDevice device = ports.device(NULL);
      DpdkPort port = device.port(0);
      long before = System.currentTimeMillis() * 1_000_000 - 1_000_000;
      Packet[] packets = Devices.receive(port, 32);
      assertThat(device.buffersAvailable()).isEqualTo(1023 - 32);
      for (Packet packet : packets) {
        assertThat(packet.memory()).isSameAs(NativeMemory.ALL);
        assertThat(packet.length()).isEqualTo(60);
        assertThat(packet.wireLength()).isEqualTo(60);
        assertThat(packet.linkType()).isEqualTo(LinkType.ETHERNET);
        assertThat(packet.timestampNanos()).isGreaterThanOrEqualTo(before);
        assertThat(packet.arrivalNanos()).isEqualTo(packets[0].arrivalNanos());
      }
      assertThat(Devices.handles(packets)).doesNotHaveDuplicates().doesNotContain(0);
      Packet first = packets[0];
      long mbuf = first.nativeHandle();
      assertThat(first.offset()).isEqualTo(NativeMemory.i64(mbuf) + Mbuf.HEADROOM_BYTES);
      Devices.free(port, packets);
      assertComplete(ports);
    }
  }

  @Test
  void shouldCarryFramesUnchangedThroughARing() {
    try (DpdkPorts ports = Devices.open(RING, NULL)) {
      DpdkPort ring = ports.device(RING).port(0);
      Packet[] sent = Devices.receive(ports.device(NULL).port(0), 8);
      for (int i = 0; i < sent.length; i++) {
        Wire.put48(sent[i].memory(), sent[i].offset(), 0x0200_0000_0000L + i);
        sent[i].length(50 + i);
      }
      // One in the middle gets a header in front.
      MemorySegment memory = sent[3].memory();
      sent[3].wrap(memory, sent[3].offset() - 4, 64, 64, 0);
      Wire.put48(memory, sent[3].offset(), 0x0200_0000_00ffL);
      assertThat(ring.transmit(sent, 0, 8)).isEqualTo(8);
      Packet[] looped = Devices.receive(ring, 8);
      for (int i = 0; i < looped.length; i++) {
        assertThat(looped[i].length()).isEqualTo(i == 3 ? 64 : 50 + i);
        assertThat(Wire.u48(looped[i].memory(), looped[i].offset()))
            .isEqualTo(0x0200_0000_0000L + (i == 3 ? 0xff : i));
      }
      Devices.free(ring, looped);
      assertComplete(ports);
    }
  }

  /** A ring of 16 accepts so many; the others stay the caller's and can be sent again. */
  @Test
  void shouldLeaveWhatIsNotAcceptedToTheCaller() {
    try (DpdkPorts ports = Devices.open("dpdk:net_ring?buffers=4095", "dpdk:net_null")) {
      DpdkPort ring = ports.device("dpdk:net_ring?buffers=4095").port(0);
      DpdkPort source = ports.device("dpdk:net_null").port(0);
      int accepted = 0;
      Packet[] packets;
      do {
        packets = Devices.receive(source, 64);
        int sent = ring.transmit(packets, 0, 64);
        accepted += sent;
        if (sent < 64) {
          for (int i = 0; i < 64; i++) {
            assertThat(packets[i].nativeHandle() != 0).isEqualTo(i >= sent);
          }
          source.free(packets, sent, 64 - sent);
          break;
        }
      } while (accepted < 10_000);
      assertThat(accepted).isBetween(64, 9_999);
      // What is in the ring still is nobody's: stop takes it out.
      ports.stop();
      assertComplete(ports);
    }
  }

  @Test
  void shouldTransmitPacketsFromMemory() {
    try (DpdkPorts ports = Devices.open(RING);
        PacketPool pool = new PacketPool(4, 4096)) {
      DpdkPort ring = ports.device(RING).port(0);
      Packet[] burst = new Packet[4];
      assertThat(pool.acquire(burst, 0, 4)).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        burst[i].length(i == 1 ? 3000 : 100 + i); // one is longer than a buffer
        MemorySegment frame = pool.memory().asSlice(burst[i].offset(), burst[i].length());
        frame.fill((byte) (i + 1));
      }
      assertThat(ring.transmit(burst, 0, 4)).isEqualTo(4);
      assertThat(pool.available()).isEqualTo(4);
      assertThat(ring.oversized()).isEqualTo(1);
      Packet[] looped = Devices.receive(ring, 3);
      for (int i = 0; i < 3; i++) {
        int original = i == 0 ? 0 : i + 1;
        Packet packet = looped[i];
        assertThat(packet.length()).isEqualTo(100 + original);
        byte[] bytes =
            packet
                .memory()
                .asSlice(packet.offset(), packet.length())
                .toArray(ValueLayout.JAVA_BYTE);
        assertThat(bytes).containsOnly((byte) (original + 1));
        assertThat(packet.offset())
            .isEqualTo(NativeMemory.i64(packet.nativeHandle()) + Mbuf.HEADROOM_BYTES);
      }
      Devices.free(ring, looped);
      assertComplete(ports);
    }
  }

  @Test
  void shouldMixPacketsOfPoolsInOneBurst() {
    try (DpdkPorts ports = Devices.open(RING, NULL);
        PacketPool pool = new PacketPool(2, 1024)) {
      DpdkPort ring = ports.device(RING).port(0);
      Packet[] own = Devices.receive(ports.device(NULL).port(0), 2);
      Packet[] memory = new Packet[2];
      pool.acquire(memory, 0, 2);
      memory[0].length(70);
      memory[1].length(71);
      own[0].length(72);
      own[1].length(73);
      Packet[] mixed = {own[0], memory[0], memory[1], own[1]};
      assertThat(ring.transmit(mixed, 0, 4)).isEqualTo(4);
      Packet[] looped = Devices.receive(ring, 4);
      assertThat(looped).extracting(Packet::length).containsExactly(72, 70, 71, 73);
      // A burst to be freed may be as mixed.
      Packet[] again = {looped[0], memory(pool), looped[1], looped[2], looped[3]};
      ring.free(again, 0, 5);
      assertThat(pool.available()).isEqualTo(2);
      assertComplete(ports);
    }
  }

  private static Packet memory(PacketPool pool) {
    Packet packet = pool.acquire();
    if (packet == null) {
      throw new AssertionError("pool is empty");
    }
    return packet;
  }

  @Test
  void shouldGiveBuffersForFramesMadeHere() {
    String uri = "dpdk:net_ring?buffers=512";
    try (DpdkPorts ports = Devices.open(uri)) {
      DpdkPort ring = ports.device(uri).port(0);
      assertThat(ring.allocate(2_049)).isNull();
      Packet[] made = new Packet[512];
      for (int i = 0; i < made.length; i++) {
        made[i] = Objects.requireNonNull(ring.allocate(2_048));
      }
      assertThat(ring.allocate(1)).isNull();
      assertThat(Devices.handles(made)).doesNotHaveDuplicates();
      Packet packet = made[7];
      assertThat(packet.length()).isZero();
      assertThat(packet.offset())
          .isEqualTo(NativeMemory.i64(packet.nativeHandle()) + Mbuf.HEADROOM_BYTES);
      packet.length(2_048);
      Wire.put8(packet.memory(), packet.offset() + 2_047, 0x5a);
      assertThat(ring.transmit(made, 7, 1)).isEqualTo(1);
      Packet looped = Devices.receive(ring, 1)[0];
      assertThat(looped.length()).isEqualTo(2_048);
      assertThat(Wire.u8(looped.memory(), looped.offset() + 2_047)).isEqualTo(0x5a);
      looped.release();
      ring.free(made, 0, 7);
      ring.free(made, 8, 504);
      assertComplete(ports);
    }
  }

  @Test
  void shouldTellASecondRelease() {
    try (DpdkPorts ports = Devices.open(NULL)) {
      DpdkPort port = ports.device(NULL).port(0);
      Packet[] packets = Devices.receive(port, 2);
      packets[0].release();
      assertThatThrownBy(() -> packets[0].release()).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> port.transmit(packets, 0, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThat(port.transmit(packets, 1, 1)).isEqualTo(1);
      assertThatThrownBy(() -> port.free(packets, 1, 1)).isInstanceOf(IllegalStateException.class);
      assertComplete(ports);
    }
  }

  @Test
  void shouldTellWhenBuffersAreLost() {
    DpdkPorts ports = Devices.open(NULL);
    Packet[] packets = Devices.receive(ports.device(NULL).port(0), 3);
    packets[0].release();
    assertThatThrownBy(ports::close)
        .isInstanceOf(DpdkException.class)
        .hasMessageContaining("packet buffers were lost: 2 of 1023 of net_null");
    packets[1].release(); // the memory is still there
    packets[2].release();
  }

  @Test
  void shouldPutSegmentsTogetherOrRefuseThem() {
    try (DpdkPorts ports = Devices.open(RING)) {
      DpdkDevice device = ports.device(RING);
      DpdkPort ring = device.port(0);
      for (int length : new int[] {500, 1500}) {
        sendInTwoSegments(device, length);
      }
      Packet[] burst = new Packet[4];
      assertThat(ring.receive(burst, 4)).isEqualTo(1);
      assertThat(burst[0].length()).isEqualTo(1000);
      assertThat(Wire.u8(burst[0].memory(), burst[0].offset() + 499)).isEqualTo(1);
      assertThat(Wire.u8(burst[0].memory(), burst[0].offset() + 500)).isEqualTo(2);
      assertThat(ring.linearized()).isEqualTo(1);
      assertThat(ring.refused()).isEqualTo(1);
      burst[0].release();
      assertComplete(ports);
    }
  }

  /** Chains two buffers of the device's own pool, as a driver does with a long frame. */
  private static void sendInTwoSegments(DpdkDevice device, int length) {
    MbufTemplate template = new MbufTemplate();
    long[] segments = new long[2];
    for (int i = 0; i < 2; i++) {
      segments[i] = device.pool().copy(template.ofOneByte());
      Mbuf.frame(segments[i], Mbuf.frame(segments[i]), length);
      NativeMemory.ALL.asSlice(Mbuf.frame(segments[i]), length).fill((byte) (i + 1));
    }
    NativeMemory.put64(segments[0] + Mbuf.NEXT, segments[1]);
    NativeMemory.put16(segments[0] + Mbuf.SEGMENTS, 2);
    NativeMemory.put32(segments[0] + Mbuf.PACKET_LENGTH, 2 * length);
    MbufBurst burst = new MbufBurst();
    burst.mbuf(0, segments[0]);
    assertThat(device.port(0).transmit(burst, 0, 1)).isEqualTo(1);
  }

  @Test
  void shouldServeEachQueueByItself() throws InterruptedException {
    String uri = "dpdk:net_ring?buffers=4095&queues=4";
    try (DpdkPorts ports = Devices.open(uri, NULL)) {
      DpdkDevice device = ports.device(uri);
      assertThat(device.ports()).hasSize(4);
      Packet[] packets = Devices.receive(ports.device(NULL).port(0), 4);
      for (int queue = 0; queue < 4; queue++) {
        packets[queue].length(64 + queue);
        assertThat(device.port(queue).transmit(packets, queue, 1)).isEqualTo(1);
      }
      Thread[] threads = new Thread[4];
      int[] lengths = new int[4];
      for (int queue = 0; queue < 4; queue++) {
        int mine = queue;
        threads[queue] =
            Thread.ofPlatform()
                .start(() -> {
                  Packet[] one = new Packet[4];
                  lengths[mine] = device.port(mine).receive(one, 4) == 1 ? one[0].length() : -1;
                  one[0].release();
                });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(lengths).containsExactly(64, 65, 66, 67);
      assertComplete(ports);
    }
  }

  @Test
  void shouldSayWhatADriverRefuses() {
    assertThatThrownBy(() -> Devices.open("dpdk:net_nothing_of_the_kind"))
        .isInstanceOf(DpdkException.class)
        .hasMessageStartingWith("dpdk:net_nothing_of_the_kind: device net_nothing_of_the_kind")
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSize(1));
    try (DpdkPorts ports = Devices.open(NULL)) { // the pool of the other was given back
      assertComplete(ports);
    }
  }

  @Test
  void shouldEndWhenClosed() {
    try (DpdkPorts ports = Devices.open(NULL)) {
      DpdkPort port = ports.device(NULL).port(0);
      assertThat(port.exhausted()).isFalse();
      port.close();
      assertThat(port.exhausted()).isTrue();
      assertThatThrownBy(() -> port.receive(new Packet[1], 1))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
