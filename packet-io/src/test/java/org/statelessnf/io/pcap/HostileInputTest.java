package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes are: a normal end or a {@link CaptureFormatException} of one line, nothing
 * else, and no frame that reaches outside of the file. Seeds are fixed; a failure names the input.
 */
class HostileInputTest {
  private static final int SMALL_BYTES = 2_500;
  private static final int FLIPS_PER_CAPTURE = 300;
  private static final int BIT_FLIPS_AT_ONCE = 4;

  @Test
  void shouldDeliverThePrefixOfMadeUpCapturesCutAnywhere() throws IOException {
    madeUp().forEach(HostileInputTest::cutAnywhere);
  }

  @Test
  void shouldDeliverThePrefixOfSmallCapturesCutAnywhere() throws IOException {
    for (Path file : Traces.upTo(SMALL_BYTES)) {
      cutAnywhere(file.toString(), Files.readAllBytes(file));
    }
  }

  @Test
  void shouldSurviveFlippedBitsInMadeUpCaptures() throws IOException {
    madeUp().forEach((name, bytes) -> flipBits(name, bytes, 5 * FLIPS_PER_CAPTURE));
  }

  @Test
  void shouldSurviveFlippedBitsInSmallCaptures() throws IOException {
    for (Path file : Traces.upTo(SMALL_BYTES)) {
      flipBits(file.toString(), Files.readAllBytes(file), FLIPS_PER_CAPTURE);
    }
  }

  /** Overwrites whole fields with the numbers that arithmetic goes wrong at. */
  @Test
  void shouldSurviveExtremeFields() throws IOException {
    int[] extremes = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, -4, 0x7FFF_FFFC, 12, 262_144};
    for (Map.Entry<String, byte[]> sample : madeUp().entrySet()) {
      byte[] bytes = sample.getValue();
      for (int at = 0; at + 4 <= bytes.length; at++) {
        for (int extreme : extremes) {
          byte[] changed = bytes.clone();
          for (int i = 0; i < 4; i++) {
            changed[at + i] = (byte) (extreme >>> (8 * i));
          }
          read(sample.getKey() + ", " + extreme + " at " + at, changed);
        }
      }
    }
  }

  /** A few kilobytes that unpack to a gigabyte of empty records take time, not memory. */
  @Test
  void shouldReadHighlyCompressedFileInConstantMemory() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
      stream.write(CaptureBytes.littleEndian().pcapHeader(0xA1B2C3D4, 1).toArray());
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        stream.write(zeros);
      }
    }
    try (CaptureReader reader = Frame.reader(packed.toByteArray())) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        assertThat(frame.length()).isZero();
      }
      assertThat(reader.frames()).isEqualTo((64 << 20) / 16);
    }
  }

  private static Map<String, byte[]> madeUp() throws IOException {
    byte[] data = CaptureBytes.data(33, 9);
    Map<String, byte[]> samples = new LinkedHashMap<>();
    for (boolean bigEndian : new boolean[] {false, true}) {
      CaptureBytes pcap = bigEndian ? CaptureBytes.bigEndian() : CaptureBytes.littleEndian();
      pcap.pcapHeader(0xA1B23C4D, 1).record(1, 2, data).record(3, 4, data);
      samples.put("pcap, big endian " + bigEndian, pcap.toArray());
      CaptureBytes pcapng = bigEndian ? CaptureBytes.bigEndian() : CaptureBytes.littleEndian();
      pcapng
          .section()
          .interfaceBlock(1, 40, pcapng.timeResolution(9), pcapng.timeOffset(-5))
          .enhancedPacket(0, 1, data)
          .block(5, pcapng.buffer(12))
          .simplePacket(33, data)
          .section()
          .interfaceBlock(101, 0)
          .obsoletePacket(0, 1, data);
      samples.put("pcapng, big endian " + bigEndian, pcapng.toArray());
      samples.put("gzip, big endian " + bigEndian, PcapParserTest.gzip(pcapng.toArray()));
    }
    return samples;
  }

  private static void cutAnywhere(String name, byte[] bytes) {
    List<Frame> whole = read(name, bytes);
    for (int length = 0; length < bytes.length; length++) {
      String cut = name + " cut to " + length;
      List<Frame> frames = read(cut, Arrays.copyOf(bytes, length));
      assertThat(frames).as(cut).isEqualTo(whole.subList(0, frames.size()));
    }
  }

  private static void flipBits(String name, byte[] bytes, int rounds) {
    Random random = new Random(bytes.length);
    for (int round = 0; round < rounds; round++) {
      byte[] changed = bytes.clone();
      int flips = 1 + random.nextInt(BIT_FLIPS_AT_ONCE);
      for (int i = 0; i < flips; i++) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      read(name + ", round " + round, changed);
    }
  }

  private static List<Frame> read(String name, byte[] bytes) {
    List<Frame> frames = new ArrayList<>();
    try (CaptureReader reader = Frame.reader(bytes)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        checkPlace(name, frame, bytes);
        frames.add(Frame.of(frame));
      }
    } catch (CaptureFormatException e) {
      assertThat(e.getMessage()).as(name).startsWith("test: ").doesNotContain("\n");
    } catch (IOException | RuntimeException | Error e) {
      fail(name, e);
    }
    return frames;
  }

  private static void checkPlace(String name, CapturedFrame frame, byte[] file) {
    assertThat(frame.length()).as(name).isBetween(0, CaptureReader.MAX_FRAME_BYTES);
    assertThat(frame.wireLength()).as(name).isGreaterThanOrEqualTo(frame.length());
    assertThat(frame.timestampNanos()).as(name).isNotNegative();
    if (!name.startsWith("gzip")) {
      assertThat(frame.fileOffset() + frame.length()).as(name).isLessThan(file.length);
    }
  }
}
