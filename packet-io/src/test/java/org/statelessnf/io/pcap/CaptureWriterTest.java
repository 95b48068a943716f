package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.packet.LinkType;

class CaptureWriterTest {
  private static final int ETHERNET = LinkType.ETHERNET;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(CaptureFormat.class)
  void shouldReadBackWhatWasWritten(CaptureFormat format) throws Exception {
    Path file = directory.resolve("out");
    List<Frame> frames = randomFrames(format == CaptureFormat.PCAP_MICROS);
    write(file, format, frames);
    assertThat(Frame.all(file)).isEqualTo(frames);
    assertThat(Tool.run("capinfos", "-T", "-r", "-m", "-Q", "-c", file.toString()))
        .containsExactly("\"" + file + "\",\"" + frames.size() + "\"");
    assertThat(
            Tool.run("tshark", "-n", "-r", file.toString(), "-T", "fields", "-e", "frame.cap_len"))
        .isEqualTo(frames.stream().map(frame -> String.valueOf(frame.length())).toList());
  }

  /** All lengths around the padding, the longest, and enough of them to fill the buffer twice. */
  private static List<Frame> randomFrames(boolean micros) {
    Random random = new Random(42);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int length = i < 70 ? i : random.nextInt(1515);
      frames.add(randomFrame(random, length, micros));
    }
    for (int i = 0; i < 5; i++) {
      frames.add(randomFrame(random, CaptureReader.MAX_FRAME_BYTES - i, micros));
    }
    return frames;
  }

  private static Frame randomFrame(Random random, int length, boolean micros) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    long nanos = 1_700_000_000_000_000_000L + random.nextInt(1_000_000_000);
    return new Frame(
        ByteBuffer.wrap(data),
        length + random.nextInt(3),
        micros ? nanos / 1000 * 1000 : nanos,
        true,
        ETHERNET);
  }

  private static void write(Path file, CaptureFormat format, List<Frame> frames)
      throws IOException {
    try (CaptureWriter writer = CaptureWriter.open(file, format, ETHERNET)) {
      for (Frame frame : frames) {
        write(writer, frame);
      }
      assertThat(writer.frames()).isEqualTo(frames.size());
      assertThat(writer.format()).isEqualTo(format);
      long bytes = writer.bytes();
      writer.flush();
      assertThat(Files.size(file)).isEqualTo(bytes);
    }
  }

  private static void write(CaptureWriter writer, Frame frame) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(frame.length() + 8L);
      MemorySegment.copy(MemorySegment.ofArray(frame.data().array()), 0, memory, 5, frame.length());
      writer.write(
          memory, 5, frame.length(), frame.wireLength(), frame.timestampNanos(), frame.linkType());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dhcp.pcap", "dhcp-nanosecond.pcap", "sll.pcap", "empty.pcap"})
  void shouldCopyPcapBitByBit(String name) throws IOException {
    Path input = Traces.file("format/" + name);
    Path output = directory.resolve(name);
    copy(input, output);
    byte[] expected = Files.readAllBytes(input);
    // The one thing that differs: the snapshot length, 65535 in these files, 262144 in ours.
    expected[16] = 0;
    expected[17] = 0;
    expected[18] = 4;
    assertThat(Files.readAllBytes(output)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp.pcap, out.pcap, PCAP_MICROS",
    "dhcp.pcapng, out.pcap, PCAP_MICROS",
    "dhcp-nanosecond.pcap, out, PCAP_NANOS",
    "dhcp-nanosecond.pcapng, out.cap, PCAP_NANOS",
    "dhcp.pcap, out.pcapng, PCAPNG",
    "dhcp-nanosecond.pcap, OUT.PcapNG, PCAPNG",
  })
  void shouldKeepTheInputsFramesAndResolution(String from, String to, CaptureFormat format)
      throws IOException {
    Path input = Traces.file("format/" + from);
    Path output = directory.resolve(to);
    copy(input, output);
    assertThat(Frame.all(output)).isEqualTo(Frame.all(input));
    try (CaptureReader reader = CaptureReader.open(output)) {
      assertThat(reader.format()).isEqualTo(format);
    }
  }

  static void copy(Path input, Path output) throws IOException {
    try (CaptureReader reader = CaptureReader.open(input);
        CaptureWriter writer = CaptureWriter.openLike(output, reader)) {
      CapturedFrame frame = new CapturedFrame();
      while (reader.next(frame)) {
        writer.write(
            frame.memory(),
            frame.offset(),
            frame.length(),
            frame.wireLength(),
            frame.timestampNanos());
      }
    }
  }

  @Test
  void shouldWriteEachLinkTypeToAnInterfaceOfItsOwn() throws Exception {
    Path file = directory.resolve("mixed.pcapng");
    byte[] data = CaptureBytes.data(60, 1);
    try (CaptureWriter writer = CaptureWriter.open(file, CaptureFormat.PCAPNG, ETHERNET)) {
      for (int linkType : new int[] {101, 1, 113, 101}) {
        write(writer, new Frame(ByteBuffer.wrap(data), 60, 5, true, linkType));
      }
    }
    assertThat(Frame.all(file)).extracting(Frame::linkType).containsExactly(101, 1, 113, 101);
    assertThat(
            Tool.run(
                "tshark", "-n", "-r", file.toString(), "-T", "fields", "-e", "frame.interface_id"))
        .containsExactly("1", "0", "2", "1");
  }

  /** The buffer is used again and again: what was in it must not leak into the padding. */
  @Test
  void shouldPadWithZeros() throws IOException {
    Path file = directory.resolve("out.pcapng");
    byte[] ones = new byte[1000];
    Arrays.fill(ones, (byte) -1);
    long before;
    try (CaptureWriter writer = CaptureWriter.open(file, CaptureFormat.PCAPNG, ETHERNET)) {
      write(writer, new Frame(ByteBuffer.wrap(ones), 1000, 0, true, ETHERNET));
      writer.flush();
      before = writer.bytes();
      write(writer, new Frame(ByteBuffer.wrap(ones, 0, 1), 1, 0, true, ETHERNET));
    }
    byte[] written = Files.readAllBytes(file);
    int at = (int) before + 28;
    assertThat(Arrays.copyOfRange(written, at, at + 4)).containsExactly(-1, 0, 0, 0);
  }

  @Test
  void shouldRefuseSecondLinkTypeInPcapAndGoOn() throws IOException {
    Path file = directory.resolve("one.pcap");
    Frame frame = new Frame(ByteBuffer.wrap(new byte[60]), 60, 0, true, ETHERNET);
    Frame other = new Frame(ByteBuffer.wrap(new byte[60]), 60, 0, true, 101);
    try (CaptureWriter writer = CaptureWriter.open(file, CaptureFormat.PCAP_NANOS, ETHERNET)) {
      assertThatThrownBy(() -> write(writer, other))
          .isInstanceOf(IOException.class)
          .hasMessage(
              file
                  + ": pcap holds one link type, 1 (ETHERNET), and here is a frame of"
                  + " 101 (RAW); write pcapng (name it *.pcapng)");
      write(writer, frame);
    }
    assertThat(Frame.all(file)).containsExactly(frame);
  }

  @Test
  void shouldCutTimesToWhatTheFormatCanSay() throws IOException {
    long[] times = {-1, 0, 4_294_967_295_999_999_999L, Long.MAX_VALUE};
    assertThat(timesAfter(CaptureFormat.PCAP_NANOS, times))
        .containsExactly(0L, 0L, 4_294_967_295_999_999_999L, 4_294_967_295_854_775_807L);
    assertThat(timesAfter(CaptureFormat.PCAP_MICROS, times))
        .containsExactly(0L, 0L, 4_294_967_295_999_999_000L, 4_294_967_295_854_775_000L);
    assertThat(timesAfter(CaptureFormat.PCAPNG, 4_294_967_296_000_000_001L, -1))
        .containsExactly(4_294_967_296_000_000_001L, 0L);
  }

  private List<Long> timesAfter(CaptureFormat format, long... times) throws IOException {
    Path file = directory.resolve("times");
    List<Frame> frames = new ArrayList<>();
    for (long time : times) {
      frames.add(new Frame(ByteBuffer.allocate(9), 9, time, true, ETHERNET));
    }
    write(file, format, frames);
    return Frame.all(file).stream().map(Frame::timestampNanos).toList();
  }

  @Test
  void shouldRefuseImpossibleFrames() throws IOException {
    Path file = directory.resolve("out.pcap");
    MemorySegment memory = Arena.ofAuto().allocate(100);
    try (CaptureWriter writer = CaptureWriter.open(file, CaptureFormat.PCAPNG, ETHERNET)) {
      assertThatThrownBy(() -> writer.write(memory, 0, -1, 0, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.write(memory, 0, 262_145, 262_145, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.write(memory, 0, 60, 59, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("frame of 60 captured bytes, 59 on the wire");
      assertThatThrownBy(() -> writer.write(memory, 50, 60, 60, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      writer.write(memory, 40, 60, 60, 0);
    }
    assertThat(Frame.all(file)).hasSize(1);
  }

  /** What a run that is killed leaves behind: everything flushed so far, and nothing in halves. */
  @ParameterizedTest
  @EnumSource(CaptureFormat.class)
  void shouldLeaveValidCaptureAtEveryMoment(CaptureFormat format) throws IOException {
    Path file = directory.resolve("out");
    Frame frame = new Frame(ByteBuffer.wrap(new byte[1000]), 1000, 0, true, ETHERNET);
    CaptureWriter writer = CaptureWriter.open(file, format, ETHERNET);
    assertThat(Frame.all(file)).isEmpty();
    int seen = 0;
    for (int i = 0; i < 3000; i++) {
      write(writer, frame);
      if (i % 100 == 0) {
        try (CaptureReader reader = CaptureReader.open(file)) {
          seen = Frame.all(reader).size();
          assertThat(reader.truncatedTail()).isFalse();
        }
      }
    }
    assertThat(seen).isGreaterThan(1000);
    writer.flush();
    assertThat(Frame.all(file)).hasSize(3000);
    writer.close();
    writer.close();
    assertThatThrownBy(() -> write(writer, frame)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldKeepWritingInAnInterruptedThread() throws IOException {
    Path file = directory.resolve("out.pcap");
    Frame frame = new Frame(ByteBuffer.wrap(new byte[1000]), 1000, 0, true, ETHERNET);
    try (CaptureWriter writer = CaptureWriter.open(file, CaptureFormat.PCAP_NANOS, ETHERNET)) {
      Thread.currentThread().interrupt();
      for (int i = 0; i < 3000; i++) {
        write(writer, frame);
      }
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Frame.all(file)).hasSize(3000);
  }

  @Test
  void shouldSayInOneLineWhyAFileCannotBeWritten() throws IOException {
    Path missing = directory.resolve("missing").resolve("out.pcap");
    assertRefused(missing, missing + ": cannot be written: No such file or directory");
    assertRefused(directory, directory + ": cannot be written: Is a directory");
    Path gz = directory.resolve("out.pcap.gz");
    assertRefused(gz, gz + ": compressed captures are read, not written");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> CaptureWriter.open(file, CaptureFormat.PCAP_MICROS, ETHERNET))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }

  @Test
  void shouldRefuseToOverwriteItsInput() throws IOException {
    Path file = directory.resolve("in.pcap");
    write(file, CaptureFormat.PCAP_NANOS, List.of());
    Path alias = Files.createSymbolicLink(directory.resolve("alias.pcap"), file);
    try (CaptureReader reader = CaptureReader.open(file)) {
      assertThatThrownBy(() -> CaptureWriter.openLike(alias, reader))
          .isInstanceOf(IOException.class)
          .hasMessage(alias + ": is the input file; write to another one");
    }
  }

  @Test
  void shouldReportFullDisk() {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "SKIPPED: this system has no /dev/full");
    assertRefused(full, "/dev/full: cannot be written: No space left on device");
  }

  /** The reader of a pipe goes away: the writer fails, keeps failing, and does not hang. */
  @Test
  void shouldReportFailureInTheMiddleAndAtClose() throws Exception {
    Path pipe = directory.resolve("pipe");
    Tool.run("mkfifo", pipe.toString());
    Frame frame = new Frame(ByteBuffer.wrap(new byte[1000]), 1000, 0, true, ETHERNET);
    FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    CaptureWriter writer = CaptureWriter.open(pipe, CaptureFormat.PCAP_NANOS, ETHERNET);
    reader.close();
    String message = pipe + ": cannot be written: Broken pipe";
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3000; i++) {
                write(writer, frame);
              }
            })
        .hasMessage(message);
    assertThatThrownBy(() -> write(writer, frame)).hasMessage(message);
    assertThatThrownBy(writer::flush).hasMessage(message);
    assertThatThrownBy(writer::close).hasMessage(message);
    writer.close();
  }
}
