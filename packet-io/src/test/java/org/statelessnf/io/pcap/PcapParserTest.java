package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapParserTest {
  private static final int MICROS = 0xA1B2C3D4;
  private static final int NANOS = 0xA1B23C4D;
  private static final byte[] DATA = CaptureBytes.data(61, 1);

  @ParameterizedTest
  @CsvSource({
    "LITTLE_ENDIAN, false, 1700000000123456000",
    "LITTLE_ENDIAN, true, 1700000000000123456",
    "BIG_ENDIAN, false, 1700000000123456000",
    "BIG_ENDIAN, true, 1700000000000123456",
  })
  void shouldReadBothByteOrdersAndResolutions(String order, boolean nanos, long expected)
      throws IOException {
    CaptureBytes capture = new CaptureBytes(byteOrder(order));
    capture.pcapHeader(nanos ? NANOS : MICROS, 1).record(1_700_000_000, 123_456, 61, 1514, DATA);

    try (CaptureReader reader = Frame.reader(capture.toArray())) {
      CapturedFrame frame = new CapturedFrame();
      assertThat(reader.next(frame)).isTrue();
      assertThat(frame.timestampNanos()).isEqualTo(expected);
      assertThat(frame.timestamped()).isTrue();
      assertThat(frame.length()).isEqualTo(61);
      assertThat(frame.wireLength()).isEqualTo(1514);
      assertThat(frame.linkType()).isEqualTo(1);
      assertThat(frame.interfaceId()).isZero();
      assertThat(frame.number()).isEqualTo(1);
      assertThat(frame.fileOffset()).isEqualTo(24);
      assertThat(Frame.of(frame).data().array()).isEqualTo(DATA);
      assertThat(reader.next(frame)).isFalse();
      assertThat(reader.next(frame)).isFalse();
      assertThat(reader.truncation()).isNull();
      assertThat(reader.format())
          .isEqualTo(nanos ? CaptureFormat.PCAP_NANOS : CaptureFormat.PCAP_MICROS);
      assertThat(reader.nanosecondResolution()).isEqualTo(nanos);
      assertThat(reader.snapLength()).isEqualTo(65535);
      assertThat(reader.bytesRead()).isEqualTo(capture.size());
      assertThat(reader.totalBytes()).isEqualTo(capture.size());
    }
  }

  private static ByteOrder byteOrder(String name) {
    return name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  @Test
  void shouldReadUnsignedSeconds() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(NANOS, 1)
            .record(0xFFFF_FFFFL, 999_999_999, DATA)
            .toArray();
    assertThat(Frame.all(capture).getFirst().timestampNanos())
        .isEqualTo(4_294_967_295_999_999_999L);
  }

  /** Only damaged files have such fractions; what matters is that time stays a number. */
  @Test
  void shouldCarryFractionsOfMoreThanASecondOver() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(7, 1_000_000, DATA)
            .record(0xFFFF_FFFFL, 0xFFFF_FFFFL, DATA)
            .toArray();
    assertThat(Frame.all(capture))
        .extracting(Frame::timestampNanos)
        .containsExactly(8_000_000_000L, 4_294_967_295_000_000_000L + 4_294_967_295_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "101, 101",
    "12, 101",
    "14, 101",
    "228, 101",
    "229, 101",
    "113, 113",
    "276, 276"
  })
  void shouldMapLinkTypes(int inFile, int handedOut) throws IOException {
    byte[] capture =
        CaptureBytes.bigEndian().pcapHeader(MICROS, inFile).record(1, 2, DATA).toArray();
    assertThat(Frame.all(capture).getFirst().linkType()).isEqualTo(handedOut);
  }

  @ParameterizedTest
  @CsvSource({"0, NULL", "105, IEEE802_11", "253, NETLINK", "4711, unknown"})
  void shouldRefuseOtherLinkTypesByNumberAndName(int linkType, String name) {
    byte[] capture = CaptureBytes.littleEndian().pcapHeader(MICROS, linkType).toArray();
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage(
            "test: link type "
                + linkType
                + " ("
                + name
                + ") is not supported (Ethernet, raw IP and Linux cooked are)");
  }

  /** FCS length 4 bytes (2 words) and the bit that says so, as some cards' drivers write. */
  @Test
  void shouldIgnoreFrameCheckSequenceBitsOfLinkType() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian().pcapHeader(MICROS, 0x2400_0001).record(1, 2, DATA).toArray();
    assertThat(Frame.all(capture).getFirst().linkType()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a1b2cd34 | modified pcap (magic a1b2cd34) is not supported",
        "34cdb2a1 | modified pcap (magic a1b2cd34) is not supported",
        "1c0001ac | modified pcap (IXIA) is not supported",
        "736e6f6f | snoop capture is not supported",
        "28b52ffd | zstd-compressed file is not supported",
        "3c68746d | not a capture file (starts with 0x3c68746d)",
      })
  void shouldNameForeignFormats(String magic, String message) {
    byte[] capture =
        CaptureBytes.bigEndian()
            .pcapHeader(Integer.parseUnsignedInt(magic, 16), 1)
            .record(1, 2, DATA)
            .toArray();
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessageStartingWith("test: " + message);
  }

  @Test
  void shouldRefuseOtherVersions() {
    byte[] capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 2, 3, 1).toArray();
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage("test: pcap version 2.3 is not supported (2.4 is)");
  }

  @Test
  void shouldRefuseReservedBitsOfLinkType() {
    byte[] capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 0x0001_0001).toArray();
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage("test: damaged pcap file header: link type field 0x00010001");
  }

  @Test
  void shouldReadFileOfHeaderOnly() throws IOException {
    assertThat(Frame.all(CaptureBytes.littleEndian().pcapHeader(MICROS, 1).toArray())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | test: not a capture file (empty)",
        "1 | test: not a capture file (1 bytes)",
        "3 | test: not a capture file (3 bytes)",
        "4 | test: pcap file header is cut short: 4 of 24 bytes",
        "23 | test: pcap file header is cut short: 23 of 24 bytes",
      })
  void shouldRefuseFileWithoutWholeHeader(int length, String message) {
    byte[] whole = CaptureBytes.littleEndian().pcapHeader(MICROS, 1).toArray();
    byte[] capture = Arrays.copyOf(whole, length);
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage(message);
  }

  @Test
  void shouldAcceptLongestFrameWhateverSnapLengthSays() throws IOException {
    byte[] longest = CaptureBytes.data(CaptureReader.MAX_FRAME_BYTES, 3);
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(1, 0, longest)
            .record(2, 0, DATA)
            .record(3, 0, longest)
            .record(4, 0, longest)
            .record(5, 0, longest)
            .toArray();
    List<Frame> frames = Frame.all(capture);
    assertThat(frames).hasSize(5);
    assertThat(frames.get(4).data().array()).isEqualTo(longest);
    assertThat(frames.get(1).data().array()).isEqualTo(DATA);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {CaptureReader.MAX_FRAME_BYTES + 1, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
  void shouldRefuseAbsurdLengthWithItsPlaceAndStayRefused(long captured) throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(1, 0, DATA)
            .record(2, 0, captured, captured, DATA)
            .record(3, 0, DATA)
            .toArray();
    try (CaptureReader reader = Frame.reader(capture)) {
      CapturedFrame frame = new CapturedFrame();
      assertThat(reader.next(frame)).isTrue();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> reader.next(frame))
            .isInstanceOf(CaptureFormatException.class)
            .hasMessage(
                "test: captured length " + captured + " exceeds 262144 (packet 2, byte 101)");
      }
      assertThat(reader.frames()).isEqualTo(1);
    }
  }

  @Test
  void shouldNotReportLessOnTheWireThanWasCaptured() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .pcapHeader(MICROS, 1)
            .record(1, 0, 61, 14, DATA)
            .record(1, 0, 61, 0xFFFF_FFFFL, DATA)
            .toArray();
    assertThat(Frame.all(capture))
        .extracting(Frame::wireLength)
        .containsExactly(61, Integer.MAX_VALUE);
  }

  @Test
  void shouldDeliverFramesBeforeCutTailAndWarn() throws IOException {
    CaptureBytes capture =
        CaptureBytes.littleEndian().pcapHeader(MICROS, 1).record(1, 0, DATA).record(2, 0, DATA);
    byte[] cut = Arrays.copyOf(capture.toArray(), capture.size() - 1);
    try (CaptureReader reader = Frame.reader(cut)) {
      assertThat(Frame.all(reader)).hasSize(1);
      assertThat(reader.truncatedTail()).isTrue();
      assertThat(reader.truncation())
          .isEqualTo("test: cut short in packet 2 at byte 101; the 1 packets before it are used");
      assertThat(reader.next(new CapturedFrame())).isFalse();
      assertThat(reader.truncatedTail()).isTrue();
    }
  }

  @Test
  void shouldReadGzip() throws IOException {
    CaptureBytes capture = CaptureBytes.bigEndian().pcapHeader(NANOS, 101);
    for (int i = 0; i < 5_000; i++) {
      capture.record(i, i, CaptureBytes.data(i % 1500, i));
    }
    byte[] packed = gzip(capture.toArray());
    assertThat(Frame.all(packed)).isEqualTo(Frame.all(capture.toArray())).hasSize(5_000);
    try (CaptureReader reader = Frame.reader(packed)) {
      Frame.all(reader);
      assertThat(reader.bytesRead()).isEqualTo(packed.length);
      assertThat(reader.truncatedTail()).isFalse();
    }
  }

  @Test
  void shouldReadGzipOfSeveralMembers() throws IOException {
    CaptureBytes first = CaptureBytes.littleEndian().pcapHeader(MICROS, 1).record(1, 0, DATA);
    CaptureBytes second = CaptureBytes.littleEndian().record(2, 0, DATA);
    byte[] packedFirst = gzip(first.toArray());
    byte[] packedSecond = gzip(second.toArray());
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    together.writeBytes(packedFirst);
    together.writeBytes(packedSecond);
    assertThat(Frame.all(together.toByteArray())).hasSize(2);
    // The same as two reads, as from a pipe: the first ends where a member ends.
    InputStream apart =
        new SequenceInputStream(
            new ByteArrayInputStream(packedFirst), new ByteArrayInputStream(packedSecond));
    try (CaptureReader reader = CaptureReader.open(Channels.newChannel(apart), "test", -1)) {
      assertThat(Frame.all(reader)).hasSize(2);
    }
  }

  @Test
  void shouldWarnOfCutGzip() throws IOException {
    CaptureBytes capture = CaptureBytes.littleEndian().pcapHeader(MICROS, 1);
    for (int i = 0; i < 100; i++) {
      capture.record(i, 0, DATA);
    }
    byte[] packed = gzip(capture.toArray());
    try (CaptureReader reader = Frame.reader(Arrays.copyOf(packed, packed.length - 5))) {
      Frame.all(reader);
      assertThat(reader.truncatedTail()).isTrue();
    }
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
      stream.write(plain);
    }
    return packed.toByteArray();
  }
}
