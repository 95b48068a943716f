package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.nf.port.PacketPort;

class CapturePortsTest {
  private static final int MICROS = 0xA1B2C3D4;
  private static final int BURST = 32;

  @TempDir private Path directory;

  @Test
  void shouldCarryACaptureFromFileToFile() throws IOException {
    Path input = Traces.file("mid/synscan.pcap");
    Path output = directory.resolve("out.pcap");
    try (PacketPool pool = pool(64, 1514)) {
      try (CaptureReader reader = CaptureReader.open(input);
          CaptureFilePort port =
              new CaptureFilePort(
                  new CaptureInputPort(reader, pool, ProgressListener.NONE),
                  new CaptureOutputPort(CaptureWriter.openLike(output, reader)))) {
        assertThat(port.name()).isEqualTo(input + " > " + output);
        assertThat(pump(port)).isEqualTo(2011);
        assertThat(port.output().frames()).isEqualTo(2011);
        assertThat(port.clockNanos()).isEqualTo(CaptureSummary.scan(input).maxTimestampNanos());
        assertThat(port.output().clockNanos()).isEqualTo(port.clockNanos());
      }
      assertThat(pool.available()).isEqualTo(64);
    }
    assertThat(Frame.all(output)).isEqualTo(Frame.all(input));
  }

  /** Every packet back out, until the end. */
  private static int pump(PacketPort port) {
    Packet[] burst = new Packet[BURST];
    int total = 0;
    while (!port.exhausted()) {
      int count = receiveSome(port, burst, BURST);
      assertThat(port.transmit(burst, 0, count)).isEqualTo(count);
      total += count;
    }
    assertThat(port.receive(burst, BURST)).isZero();
    return total;
  }

  /** So that a port that got stuck fails a test instead of hanging it. */
  private static int receiveSome(PacketPort port, Packet[] burst, int max) {
    int count = port.receive(burst, max);
    assertThat(count > 0 || port.exhausted()).as("received nothing before the end").isTrue();
    return count;
  }

  @Test
  void shouldFillInEverythingAPacketNeeds() throws IOException {
    byte[] data = CaptureBytes.data(60, 1);
    byte[] capture =
        CaptureBytes.littleEndian().pcapHeader(MICROS, 229).record(7, 8, 60, 1500, data).toArray();
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port = input(capture, pool)) {
      assertThat(port.clockNanos()).isEqualTo(Long.MIN_VALUE);
      Packet[] burst = new Packet[BURST];
      long before = System.nanoTime();
      assertThat(port.receive(burst, BURST)).isEqualTo(1);
      Packet packet = burst[0];
      assertThat(Frame.of(packet)).isEqualTo(ByteBuffer.wrap(data));
      assertThat(packet.wireLength()).isEqualTo(1500);
      assertThat(packet.timestampNanos()).isEqualTo(7_000_008_000L);
      assertThat(packet.linkType()).isEqualTo(101);
      assertThat(packet.arrivalNanos() - before).isNotNegative();
      assertThat(packet.offset() % 64).isZero();
      assertThat(port.clockNanos()).isEqualTo(7_000_008_000L);
      assertThat(pool.available()).isEqualTo(3);
      port.free(burst, 0, 1);
      assertThat(pool.available()).isEqualTo(4);
    }
  }

  @Test
  void shouldNeverTurnTheClockBack() throws IOException {
    byte[] data = new byte[60];
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(9, 0, data)
            .record(5, 0, data)
            .toArray();
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port = input(capture, pool)) {
      Packet[] burst = new Packet[1];
      port.receive(burst, 1);
      port.receive(burst, 1);
      assertThat(burst[0].timestampNanos()).isEqualTo(5_000_000_000L);
      assertThat(port.clockNanos()).isEqualTo(9_000_000_000L);
    }
  }

  @Test
  void shouldCountOversizedFramesAndDeliverTheOthers() throws IOException {
    CaptureBytes capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 1);
    for (int i = 0; i < 100; i++) {
      capture.record(i, 0, CaptureBytes.data(i % 3 == 0 ? 193 : 192, i));
    }
    List<Long> seconds = new ArrayList<>();
    try (PacketPool pool = pool(8, 192);
        CaptureInputPort port = input(capture.toArray(), pool)) {
      Packet[] burst = new Packet[BURST];
      while (!port.exhausted()) {
        int count = receiveSome(port, burst, BURST);
        for (int i = 0; i < count; i++) {
          seconds.add(burst[i].timestampNanos() / 1_000_000_000L);
        }
        port.free(burst, 0, count);
      }
      assertThat(port.oversized()).isEqualTo(34);
      assertThat(port.frames()).isEqualTo(100);
      assertThat(pool.available()).isEqualTo(8);
    }
    assertThat(seconds).hasSize(66).isSorted().noneMatch(second -> second % 3 == 0);
  }

  @Test
  void shouldLoseNothingWhenThePoolRunsDry() throws IOException {
    CaptureBytes capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 1);
    for (int i = 0; i < 10; i++) {
      capture.record(i, 0, new byte[60]);
    }
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port = input(capture.toArray(), pool)) {
      Packet[] burst = new Packet[BURST];
      assertThat(port.receive(burst, BURST)).isEqualTo(4);
      assertThat(port.receive(new Packet[BURST], BURST)).isZero();
      assertThat(port.exhausted()).isFalse();
      port.free(burst, 0, 4);
      assertThat(port.receive(burst, 3)).isEqualTo(3);
      assertThat(burst[0].timestampNanos()).isEqualTo(4_000_000_000L);
      port.free(burst, 0, 3);
      assertThat(port.receive(burst, BURST)).isEqualTo(3);
      port.free(burst, 0, 3);
      assertThat(port.exhausted()).isTrue();
    }
  }

  @Test
  void shouldEndAtDamageAndThrowItAtClose() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(1, 0, new byte[60])
            .record(2, 0, 999_999, 60, new byte[60])
            .toArray();
    try (PacketPool pool = pool(4, 100)) {
      CaptureInputPort port = input(capture, pool);
      Packet[] burst = new Packet[BURST];
      assertThat(port.receive(burst, BURST)).isEqualTo(1);
      assertThat(port.exhausted()).isTrue();
      assertThat(port.failure()).isInstanceOf(CaptureFormatException.class);
      assertThat(port.receive(burst, BURST)).isZero();
      assertThat(pool.available()).isEqualTo(3);
      assertThatThrownBy(port::close)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("test: captured length 999999 exceeds 262144 (packet 2, byte 100)")
          .hasCause(port.failure());
    }
  }

  @Test
  void shouldPassTheWarningOfACutTailOn() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(1, 0, new byte[60])
            .raw((byte) 1)
            .toArray();
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port = input(capture, pool)) {
      assertThat(port.warning()).isNull();
      assertThat(port.receive(new Packet[BURST], BURST)).isEqualTo(1);
      assertThat(port.warning()).startsWith("test: cut short in packet 2 at byte 100");
      assertThat(port.failure()).isNull();
    }
  }

  @Test
  void shouldReportProgressOncePerBurst() throws IOException {
    CaptureBytes capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 1);
    for (int i = 0; i < 5; i++) {
      capture.record(i, 0, new byte[60]);
    }
    List<String> calls = new ArrayList<>();
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port =
            new CaptureInputPort(
                Frame.reader(capture.toArray()),
                pool,
                (read, total, packets) -> calls.add(read + "/" + total + " " + packets))) {
      Packet[] burst = new Packet[BURST];
      while (!port.exhausted()) {
        port.free(burst, 0, receiveSome(port, burst, 3));
      }
      assertThat(port.receive(burst, 3)).isZero();
    }
    assertThat(calls).containsExactly("252/404 3", "404/404 5");
  }

  @Test
  void shouldRefuseToTransmitToAnInput() throws IOException {
    try (PacketPool pool = pool(4, 100);
        CaptureInputPort port =
            input(CaptureBytes.littleEndian().pcapHeader(MICROS, 1).toArray(), pool)) {
      assertThatThrownBy(() -> port.transmit(new Packet[1], 0, 1))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void shouldWriteRewrittenPacketsAndReleaseThemToTheirOwners() throws IOException {
    Path file = directory.resolve("out.pcapng");
    Packet foreign = new Packet();
    try (PacketPool pool = pool(4, 100)) {
      try (CaptureOutputPort port =
          new CaptureOutputPort(CaptureWriter.open(file, CaptureFormat.PCAPNG, 1))) {
        assertThat(port.exhausted()).isTrue();
        assertThat(port.receive(new Packet[1], 1)).isZero();
        Packet[] burst = new Packet[4];
        assertThat(pool.acquire(burst, 1, 2)).isEqualTo(2);
        for (int i = 1; i < 3; i++) {
          Packet packet = burst[i];
          packet.memory().asSlice(packet.offset(), 64).fill((byte) i);
          packet.wrap(packet.memory(), packet.offset(), 60, 60, i * 1_000L);
          packet.length(64);
        }
        foreign.wrap(pool.memory(), 0, 0, 9, 3_000);
        burst[3] = foreign;
        assertThat(port.transmit(burst, 1, 3)).isEqualTo(3);
        assertThat(pool.available()).isEqualTo(4);
        assertThat(port.clockNanos()).isEqualTo(3_000);
      }
    }
    List<Frame> frames = Frame.all(file);
    assertThat(frames).extracting(Frame::length).containsExactly(64, 64, 0);
    assertThat(frames).extracting(Frame::wireLength).containsExactly(64, 64, 9);
    assertThat(frames.get(1).data().get(63)).isEqualTo((byte) 2);
  }

  @Test
  void shouldFlushWithinASecondOfTraffic() throws Exception {
    Path file = directory.resolve("out.pcap");
    try (CaptureOutputPort port =
        new CaptureOutputPort(CaptureWriter.open(file, CaptureFormat.PCAP_MICROS, 1))) {
      Packet[] burst = {new Packet()};
      port.transmit(burst, 0, 1);
      Thread.sleep(1_100);
      port.transmit(burst, 0, 1);
      assertThat(Files.size(file)).isEqualTo(24 + 2 * 16);
    }
  }

  @Test
  void shouldCountLostPacketsAfterAFailureAndThrowItAtClose() throws Exception {
    Path pipe = directory.resolve("pipe");
    Tool.run("mkfifo", pipe.toString());
    FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    CaptureOutputPort port =
        new CaptureOutputPort(CaptureWriter.open(pipe, CaptureFormat.PCAP_MICROS, 1));
    reader.close();
    try (PacketPool pool = pool(BURST, 1514)) {
      Packet[] burst = new Packet[BURST];
      for (int round = 0; round < 100; round++) {
        int count = pool.acquire(burst, 0, BURST);
        for (int i = 0; i < count; i++) {
          burst[i].wrap(pool.memory(), burst[i].offset(), 1514, 1514, 0);
        }
        assertThat(port.transmit(burst, 0, count)).isEqualTo(BURST);
      }
      assertThat(pool.available()).isEqualTo(BURST);
    }
    assertThat(port.failure()).hasMessage(pipe + ": cannot be written: Broken pipe");
    assertThat(port.lost()).isGreaterThan(2_000).isEqualTo(3_200 - port.frames());
    assertThatThrownBy(port::close)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(pipe + ": cannot be written: Broken pipe");
  }

  @Test
  void shouldReportFrameOfAnotherLinkTypeInPcap() throws IOException {
    Path file = directory.resolve("out.pcap");
    CaptureOutputPort port =
        new CaptureOutputPort(CaptureWriter.open(file, CaptureFormat.PCAP_MICROS, 101));
    Packet packet = new Packet();
    packet.linkType(1);
    assertThat(port.transmit(new Packet[] {packet}, 0, 1)).isEqualTo(1);
    assertThat(port.lost()).isEqualTo(1);
    assertThatThrownBy(port::close).hasMessageStartingWith(file + ": pcap holds one link type");
  }

  private static CaptureInputPort input(byte[] capture, PacketPool pool) throws IOException {
    return new CaptureInputPort(Frame.reader(capture), pool, ProgressListener.NONE);
  }

  private static PacketPool pool(int packets, int frameBytes) {
    return new PacketPool(packets, PacketPool.HEADROOM_BYTES + frameBytes);
  }
}
