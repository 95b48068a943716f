package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statelessnf.io.pcap.CaptureFormat;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.Wire;

/** Frames of a file through DPDK's own reader and writer of such files, byte for byte. */
class DpdkPcapTest {
  private static final long SEED = 20_261_123;
  private static final int FRAMES = 3_000;
  private static final int LONGEST = 1_514;

  @TempDir Path folder;

  @Test
  void shouldSwapAddressesOfEveryFrameInPlace() throws IOException {
    Path in = folder.resolve("in.pcap");
    Path out = folder.resolve("out.pcap");
    List<byte[]> frames = write(in);
    String uri = "dpdk:net_pcap,rx_pcap=" + in + ",tx_pcap=" + out + "?buffers=1023";
    try (DpdkPorts ports = Devices.open(uri)) {
      DpdkPort port = ports.device(uri).port(0);
      Packet[] burst = new Packet[64];
      for (int forwarded = 0; forwarded < FRAMES; ) {
        int count = port.receive(burst, Math.min(64, FRAMES - forwarded));
        for (int i = 0; i < count; i++) {
          swap(burst[i].memory(), burst[i].offset());
        }
        assertThat(port.transmit(burst, 0, count)).isEqualTo(count);
        forwarded += count;
      }
      assertThat(port.receive(burst, 64)).isZero();
      DpdkStats stats = ports.device(uri).stats();
      assertThat(stats.packetsIn()).isEqualTo(FRAMES);
      assertThat(stats.packetsOut()).isEqualTo(FRAMES);
    }
    frames.forEach(frame -> swap(MemorySegment.ofArray(frame), 0));
    assertThat(read(out)).as("seed " + SEED).containsExactlyElementsOf(frames);
  }

  private static void swap(MemorySegment memory, long start) {
    long destination = Wire.u48(memory, start);
    Wire.put48(memory, start, Wire.u48(memory, start + 6));
    Wire.put48(memory, start + 6, destination);
  }

  private static List<byte[]> write(Path file) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    Random random = new Random(SEED);
    try (CaptureWriter writer =
            CaptureWriter.open(file, CaptureFormat.PCAP_MICROS, LinkType.ETHERNET);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LONGEST);
      for (int i = 0; i < FRAMES; i++) {
        byte[] frame = new byte[60 + random.nextInt(LONGEST - 59)];
        random.nextBytes(frame);
        frames.add(frame);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
        writer.write(memory, 0, frame.length, frame.length, i * 1_000L);
      }
    }
    return frames;
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(file)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        frames.add(
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return frames;
  }
}
