package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures that other programs wrote, against what other programs read in them. */
class FormatFilesTest {
  @ParameterizedTest
  @ValueSource(strings = {"dhcp-nanosecond.pcap", "dhcp.pcapng", "dhcp-nanosecond.pcapng"})
  void shouldReadTheSameFourPacketsFromEachFormat(String name) throws IOException {
    List<Frame> expected = Frame.all(Traces.file("format/dhcp.pcap"));
    assertThat(expected).hasSize(4);
    assertThat(expected.getFirst().timestampNanos()).isEqualTo(1_102_274_184_317_453_000L);
    assertThat(Frame.all(Traces.file("format/" + name))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp.pcap, PCAP_MICROS, false",
    "dhcp-nanosecond.pcap, PCAP_NANOS, true",
    "dhcp.pcapng, PCAPNG, false",
    "dhcp-nanosecond.pcapng, PCAPNG, true",
  })
  void shouldTellFormatAndResolution(String name, CaptureFormat format, boolean nanos)
      throws IOException {
    try (CaptureReader reader = CaptureReader.open(Traces.file("format/" + name))) {
      assertThat(reader.format()).isEqualTo(format);
      assertThat(reader.nanosecondResolution()).isEqualTo(nanos);
    }
  }

  /** Three interfaces: Ethernet, loopback with one packet (the last), Ethernet without packets. */
  @ParameterizedTest
  @ValueSource(strings = {"be-test100.pcapng", "le-test100.pcapng"})
  void shouldReadFourPacketsAndRefuseTheOneOnLoopback(String name) throws IOException {
    Path file = Traces.file("format/" + name);
    List<Frame> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(file)) {
      CapturedFrame frame = new CapturedFrame();
      for (int i = 0; i < 4; i++) {
        assertThat(reader.next(frame)).isTrue();
        frames.add(Frame.of(frame));
      }
      assertThatThrownBy(() -> reader.next(frame))
          .isInstanceOf(CaptureFormatException.class)
          .hasMessage(
              file
                  + ": interface 1: link type 0 (NULL) is not supported"
                  + " (Ethernet, raw IP and Linux cooked are) (packet 5, byte 1988)");
    }
    assertThat(frames).extracting(Frame::length).containsExactly(314, 342, 314, 342);
    assertThat(frames).extracting(Frame::timestamped).containsExactly(false, true, false, true);
    assertThat(frames)
        .extracting(Frame::timestampNanos)
        .containsExactly(
            0L, 1_340_954_905_298_858_000L, 1_340_954_905_298_858_000L, 1_340_954_905_300_858_000L);
  }

  @Test
  void shouldRefuseNetlinkCapture() {
    Path file = Traces.file("format/microsecs_big_endian.pcap");
    assertThatThrownBy(() -> CaptureReader.open(file))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessage(
            file
                + ": link type 253 (NETLINK) is not supported"
                + " (Ethernet, raw IP and Linux cooked are)");
  }

  @Test
  void shouldReadEmptyCapture() throws IOException {
    assertThat(Frame.all(Traces.file("format/empty.pcap"))).isEmpty();
  }

  @Test
  void shouldReadLinuxCooked() throws IOException {
    List<Frame> frames = Frame.all(Traces.file("format/sll.pcap"));
    assertThat(frames).hasSize(518).allMatch(frame -> frame.linkType() == 113);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad/fuzz-2006-06-26-2594.pcap", // big-endian
        "bad/truncated-header.pcap", // captured shorter than on the wire
        "l2/mpls-in-vlan.pcap", // longer than 1514 bytes
        "format/dhcp-nanosecond.pcapng",
        "tcp/payload-syn.pcap", // raw IP
      })
  void shouldReadWhatTsharkReads(String name) throws IOException, InterruptedException {
    Path file = Traces.file(name);
    List<String> expected =
        Tool.run(
            "tshark",
            "-n",
            "-r",
            file.toString(),
            "-T",
            "fields",
            "-E",
            "separator=,",
            "-e",
            "frame.time_epoch",
            "-e",
            "frame.cap_len",
            "-e",
            "frame.len");
    assertThat(expected).isNotEmpty();
    assertThat(Frame.all(file)).extracting(FormatFilesTest::likeTshark).isEqualTo(expected);
  }

  private static String likeTshark(Frame frame) {
    BigDecimal seconds = BigDecimal.valueOf(frame.timestampNanos(), 9);
    return seconds.toPlainString() + "," + frame.length() + "," + frame.wireLength();
  }

  @Test
  void shouldCountWhatCapinfosCountsInEveryCapture() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("capinfos", "-T", "-r", "-m", "-Q", "-c"));
    List<String> counted = new ArrayList<>();
    for (Path file : Traces.upTo(Long.MAX_VALUE)) {
      try {
        counted.add(file + "," + Frame.all(file).size());
        command.add(file.toString());
      } catch (CaptureFormatException e) {
        assertThat(e).hasMessageContaining("link type");
      }
    }
    assertThat(counted).hasSizeGreaterThan(50);
    assertThat(Tool.run(command.toArray(new String[0])))
        .extracting(line -> line.replace("\"", ""))
        .isEqualTo(counted);
  }

  @Test
  void shouldSummarize() throws IOException {
    CaptureSummary summary = CaptureSummary.scan(Traces.file("mid/mix-dev.pcap"));
    assertThat(summary.frames()).isEqualTo(34_362);
    assertThat(summary.capturedBytes()).isEqualTo(19_770_553);
    assertThat(summary.maxFrameBytes()).isEqualTo(1514);
    assertThat(summary.maxTimestampNanos()).isGreaterThan(1_700_000_000_000_000_000L);
  }
}
