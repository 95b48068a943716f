package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngParserTest {
  private static final int ETHERNET = 1;
  private static final byte[] DATA = CaptureBytes.data(61, 1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadAllThreePacketBlocks(boolean bigEndian) throws IOException {
    CaptureBytes capture =
        new CaptureBytes(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    capture
        .section()
        .interfaceBlock(ETHERNET, 0)
        .enhancedPacket(0, 1_700_000_000_123_456L, 61, 1514, DATA)
        .simplePacket(61, DATA)
        .obsoletePacket(0, 1_700_000_000_000_001L, DATA);

    List<Frame> frames = Frame.all(capture.toArray());

    assertThat(frames).extracting(frame -> frame.data().array()).containsExactly(DATA, DATA, DATA);
    assertThat(frames).extracting(Frame::wireLength).containsExactly(1514, 61, 61);
    assertThat(frames).extracting(Frame::timestamped).containsExactly(true, false, true);
    assertThat(frames)
        .extracting(Frame::timestampNanos)
        .containsExactly(
            1_700_000_000_123_456_000L, 1_700_000_000_123_456_000L, 1_700_000_000_000_001_000L);
  }

  @Test
  void shouldTellWhereAFrameCameFrom() throws IOException {
    CaptureBytes capture =
        CaptureBytes.littleEndian().section().interfaceBlock(ETHERNET, 96).interfaceBlock(101, 0);
    int place = capture.enhancedPacket(0, 1, DATA).size();
    capture.enhancedPacket(1, 2, DATA);
    try (CaptureReader reader = Frame.reader(capture.toArray())) {
      CapturedFrame frame = new CapturedFrame();
      reader.next(frame);
      reader.next(frame);
      assertThat(frame.interfaceId()).isEqualTo(1);
      assertThat(frame.linkType()).isEqualTo(101);
      assertThat(frame.number()).isEqualTo(2);
      assertThat(frame.fileOffset()).isEqualTo(place);
      assertThat(reader.linkType()).isEqualTo(ETHERNET);
      assertThat(reader.snapLength()).isEqualTo(96);
      assertThat(reader.format()).isEqualTo(CaptureFormat.PCAPNG);
      assertThat(reader.frames()).isEqualTo(2);
      assertThat(reader.bytesRead()).isEqualTo(capture.size());
    }
  }

  @Test
  void shouldStartEachSectionWithItsOwnByteOrderAndInterfaces() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .enhancedPacket(0, 1_000_000, DATA)
            .order(ByteOrder.BIG_ENDIAN)
            .section()
            .interfaceBlock(113, 0)
            .enhancedPacket(0, 2_000_000, DATA)
            .order(ByteOrder.LITTLE_ENDIAN)
            .section(1, 2)
            .interfaceBlock(228, 0)
            .enhancedPacket(0, 3_000_000, DATA)
            .toArray();
    List<Frame> frames = Frame.all(capture);
    assertThat(frames).extracting(Frame::linkType).containsExactly(1, 113, 101);
    assertThat(frames)
        .extracting(Frame::timestampNanos)
        .containsExactly(1_000_000_000L, 2_000_000_000L, 3_000_000_000L);
  }

  @Test
  void shouldForgetInterfacesOfTheSectionBefore() {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .section()
            .enhancedPacket(0, 1, DATA)
            .toArray();
    assertMalformed(capture, "interface 0 of 0 in the section (packet 1, byte 76)");
  }

  @Test
  void shouldUseEachInterfacesClock() throws IOException {
    CaptureBytes bytes = CaptureBytes.bigEndian();
    byte[] capture =
        bytes
            .section()
            .interfaceBlock(ETHERNET, 0, bytes.timeResolution(9))
            .interfaceBlock(ETHERNET, 0, bytes.option(2, (byte) 'e'), bytes.timeResolution(0x94))
            .interfaceBlock(ETHERNET, 0, bytes.timeResolution(3), bytes.timeOffset(1_000_000))
            .interfaceBlock(ETHERNET, 0, bytes.option(0), bytes.timeResolution(9))
            .enhancedPacket(0, 7, DATA)
            .enhancedPacket(1, 3L << 19, DATA)
            .enhancedPacket(2, 1_234, DATA)
            .enhancedPacket(3, 7, DATA)
            .toArray();
    assertThat(Frame.all(capture))
        .extracting(Frame::timestampNanos)
        .containsExactly(7L, 1_500_000_000L, 1_000_001_234_000_000L, 7_000L);
  }

  @Test
  void shouldReportResolutionOfFirstInterface() throws IOException {
    CaptureBytes bytes = CaptureBytes.littleEndian();
    bytes.section().interfaceBlock(ETHERNET, 0, bytes.timeResolution(9));
    try (CaptureReader reader = Frame.reader(bytes.toArray())) {
      assertThat(reader.nanosecondResolution()).isTrue();
    }
    try (CaptureReader reader =
        Frame.reader(CaptureBytes.littleEndian().section().interfaceBlock(1, 0).toArray())) {
      assertThat(reader.nanosecondResolution()).isFalse();
    }
  }

  /** Snapped to 96 bytes, a frame of 61 has 61 and one of 1514 has 96. */
  @Test
  void shouldCutSimplePacketsToSnapLength() throws IOException {
    byte[] data96 = CaptureBytes.data(96, 5);
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 96)
            .simplePacket(61, DATA)
            .simplePacket(1514, data96)
            .toArray();
    List<Frame> frames = Frame.all(capture);
    assertThat(frames).extracting(Frame::length).containsExactly(61, 96);
    assertThat(frames).extracting(Frame::wireLength).containsExactly(61, 1514);
    assertThat(frames).extracting(Frame::timestampNanos).containsExactly(0L, 0L);
  }

  @Test
  void shouldSkipOtherBlocksEvenLongerThanTheWindow() throws IOException {
    CaptureBytes bytes = CaptureBytes.littleEndian();
    byte[] capture =
        bytes
            .section()
            .block(4, bytes.buffer(32))
            .interfaceBlock(ETHERNET, 0)
            .block(5, bytes.buffer(12))
            .block(0x0BAD, bytes.buffer(3 << 20))
            .block(0x8000_0BAD, bytes.buffer(0))
            .enhancedPacket(0, 1, DATA)
            .block(10, bytes.buffer(2 << 20))
            .toArray();
    assertThat(Frame.all(capture)).hasSize(1);
  }

  @Test
  void shouldRefuseFileWhoseFirstInterfaceIsUnusable() {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(253, 0)
            .interfaceBlock(ETHERNET, 0)
            .enhancedPacket(1, 1, DATA)
            .toArray();
    assertMalformed(
        capture,
        "link type 253 (NETLINK) is not supported (Ethernet, raw IP and Linux cooked are)");
  }

  @Test
  void shouldFailAtFirstPacketOfAnotherUnusableInterface() throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .interfaceBlock(105, 0)
            .enhancedPacket(0, 1, DATA)
            .enhancedPacket(1, 2, DATA)
            .toArray();
    try (CaptureReader reader = Frame.reader(capture)) {
      CapturedFrame frame = new CapturedFrame();
      assertThat(reader.next(frame)).isTrue();
      assertThatThrownBy(() -> reader.next(frame))
          .isInstanceOf(CaptureFormatException.class)
          .hasMessage(
              "test: interface 1: link type 105 (IEEE802_11) is not supported"
                  + " (Ethernet, raw IP and Linux cooked are) (packet 2, byte 164)");
    }
  }

  @Test
  void shouldReadFileWithoutInterfaces() throws IOException {
    try (CaptureReader reader = Frame.reader(CaptureBytes.littleEndian().section().toArray())) {
      assertThat(reader.linkType()).isEqualTo(ETHERNET);
      assertThat(reader.next(new CapturedFrame())).isFalse();
      assertThat(reader.truncatedTail()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "8", "11", "13", "-1"})
  void shouldRefuseImpossibleBlockLength(int length) {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .block(99, length, new byte[8], length)
            .toArray();
    assertMalformed(
        capture,
        "block length "
            + Integer.toUnsignedString(length)
            + " is not a multiple of 4 from 12 on (packet 1, byte 48)");
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 6})
  void shouldRefuseBlockWhoseLengthsDiffer(int type) throws IOException {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .block(type, 32, new byte[20], 36)
            .enhancedPacket(0, 1, DATA)
            .toArray();
    assertMalformed(capture, "block lengths differ: 32 in front, 36 behind (packet 1, byte 48)");
    try (CaptureReader reader = Frame.reader(capture)) {
      CapturedFrame frame = new CapturedFrame();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> reader.next(frame))
            .isInstanceOf(CaptureFormatException.class)
            .hasMessageContaining("block lengths differ");
      }
    }
  }

  @Test
  void shouldRefusePacketBlockLongerThanTheWindow() {
    byte[] capture =
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .enhancedPacket(0, 1, 60, 60, new byte[1 << 20])
            .toArray();
    assertMalformed(capture, "block length 1048608 exceeds 1048576 (packet 1, byte 48)");
  }

  @Test
  void shouldRefuseFrameLongerThanItsBlock() {
    assertMalformed(
        packet(CaptureBytes.littleEndian(), 65, DATA),
        "captured length 65 exceeds the block's 64 bytes (packet 1, byte 48)");
    assertMalformed(
        packet(CaptureBytes.littleEndian(), 0xFFFF_FFFFL, DATA),
        "captured length 4294967295 exceeds 262144 (packet 1, byte 48)");
    assertMalformed(
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0)
            .simplePacket(65, DATA)
            .toArray(),
        "captured length 65 exceeds the block's 64 bytes (packet 1, byte 48)");
  }

  private static byte[] packet(CaptureBytes bytes, long captured, byte[] data) {
    return bytes
        .section()
        .interfaceBlock(ETHERNET, 0)
        .enhancedPacket(0, 1, captured, captured, data)
        .toArray();
  }

  @Test
  void shouldRefuseBlocksTooShortForTheirFields() {
    assertMalformed(
        CaptureBytes.littleEndian().section().block(1, 16, new byte[4], 16).toArray(),
        "interface description of 16 bytes is shorter than 20 (packet 1, byte 28)");
    assertMalformed(
        withInterface().block(6, 28, new byte[16], 28).toArray(),
        "packet block of 28 bytes is shorter than 32 (packet 1, byte 48)");
    assertMalformed(
        withInterface().block(3, 12, new byte[0], 12).toArray(),
        "simple packet block of 12 bytes is shorter than 16 (packet 1, byte 48)");
    assertMalformed(
        withInterface().block(2, 12, new byte[0], 12).toArray(),
        "packet block of 12 bytes is shorter than 32 (packet 1, byte 48)");
    byte[] magic = {0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 0, 0, 0, 0};
    assertMalformed(
        withInterface().block(0x0A0D0D0A, 24, magic, 24).toArray(),
        "section header of 24 bytes is shorter than 28 (packet 1, byte 48)");
  }

  private static CaptureBytes withInterface() {
    return CaptureBytes.littleEndian().section().interfaceBlock(ETHERNET, 0);
  }

  @Test
  void shouldRefuseBrokenSectionHeaders() {
    assertMalformed(
        CaptureBytes.littleEndian().section(2, 0).toArray(),
        "pcapng version 2.0 is not supported (1.0 is) (packet 1, byte 0)");
    assertMalformed(
        withInterface().block(0x0A0D0D0A, 28, new byte[16], 28).toArray(),
        "section header without byte-order magic: 0x00000000 (packet 1, byte 48)");
    assertMalformed(
        Arrays.copyOf(CaptureBytes.littleEndian().section().toArray(), 23),
        "pcapng section header is cut short: 23 bytes");
  }

  @Test
  void shouldRefuseBrokenInterfaceOptions() {
    CaptureBytes bytes = CaptureBytes.littleEndian();
    assertMalformed(
        bytes.section().interfaceBlock(ETHERNET, 0, bytes.timeResolution(20)).toArray(),
        "if_tsresol 0x14 is not usable (packet 1, byte 28)");
    assertMalformed(
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0, bytes.option(9, (byte) 9, (byte) 9))
            .toArray(),
        "if_tsresol of 2 bytes, not 1 (packet 1, byte 28)");
    assertMalformed(
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0, bytes.option(14, (byte) 9))
            .toArray(),
        "if_tsoffset of 1 bytes, not 8 (packet 1, byte 28)");
    assertMalformed(
        CaptureBytes.littleEndian()
            .section()
            .interfaceBlock(ETHERNET, 0, new byte[] {2, 0, 9, 0, 'e', 't', 'h', '0'})
            .toArray(),
        "interface option 2 of 9 bytes overruns (packet 1, byte 28)");
  }

  @Test
  void shouldRefuseEndlessInterfaces() {
    CaptureBytes capture = CaptureBytes.littleEndian().section();
    for (int i = 0; i <= 65_536; i++) {
      capture.interfaceBlock(ETHERNET, 0);
    }
    assertMalformed(
        capture.toArray(), "more than 65536 interfaces in a section (packet 1, byte 1310748)");
  }

  @Test
  void shouldWarnOfTailCutInASkippedBlock() throws IOException {
    CaptureBytes bytes = CaptureBytes.littleEndian();
    byte[] whole =
        bytes
            .section()
            .interfaceBlock(ETHERNET, 0)
            .enhancedPacket(0, 1, DATA)
            .block(99, bytes.buffer(4 << 20))
            .toArray();
    for (int missing : new int[] {1, 5, 3 << 20, (4 << 20) + 5}) {
      byte[] cut = Arrays.copyOf(whole, whole.length - missing);
      try (CaptureReader reader = Frame.reader(cut)) {
        assertThat(Frame.all(reader)).hasSize(1);
        assertThat(reader.next(new CapturedFrame())).isFalse();
        assertThat(reader.truncation())
            .isEqualTo("test: cut short in packet 2 at byte 144; the 1 packets before it are used");
      }
    }
  }

  private static void assertMalformed(byte[] capture, String message) {
    assertThatThrownBy(() -> Frame.all(capture))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage("test: " + message);
  }
}
