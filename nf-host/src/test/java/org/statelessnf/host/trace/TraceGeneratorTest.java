package org.statelessnf.host.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.TcpHeader;

class TraceGeneratorTest {
  @TempDir private Path directory;

  private static void forEach(List<TraceFrame> frames, Consumer<Packet> action) {
    Packet packet = new Packet();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4096);
      for (TraceFrame frame : frames) {
        int length = frame.bytes().length;
        MemorySegment.copy(frame.bytes(), 0, memory, ValueLayout.JAVA_BYTE, 0, length);
        packet.wrap(memory, 0, length, length, frame.timestampNanos());
        packet.linkType(LinkType.ETHERNET);
        PacketParser.parse(packet);
        action.accept(packet);
      }
    }
  }

  private static List<String> texts(List<TraceFrame> frames) {
    List<String> texts = new ArrayList<>();
    forEach(frames, packet -> texts.add(packet.timestampNanos() + " " + packet));
    return texts;
  }

  @Test
  void shouldMakeTheSameFramesForTheSameSeedAndOthersForAnother() {
    List<String> one = texts(new TraceGenerator(TraceSpec.office(1)).generate());

    assertThat(texts(new TraceGenerator(TraceSpec.office(1)).generate())).isEqualTo(one);
    assertThat(texts(new TraceGenerator(TraceSpec.office(2)).generate())).isNotEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldMakeOnlyFramesThatParseAndHaveRightChecksums(long seed) {
    List<TraceFrame> frames =
        new ArrayList<>(new TraceGenerator(TraceSpec.office(seed)).generate());
    frames.addAll(new TraceGenerator(TraceSpec.service(seed)).generate());
    int[] notIp = {0};
    forEach(
        frames,
        packet -> {
          if (packet.parseStatus() == ParseStatus.NOT_IP) {
            notIp[0]++;
            return;
          }
          assertThat(packet.parseStatus()).as(packet.toString()).isEqualTo(ParseStatus.OK);
          if (packet.ipVersion() == 4) {
            assertThat(Checksum.verifyIpv4Header(packet))
                .as(packet.toString())
                .isEqualTo(Checksum.VALID);
          }
          assertThat(Checksum.verifyTransport(packet))
              .as(packet.toString())
              .isEqualTo(Checksum.VALID);
        });
    assertThat(notIp[0]).isBetween(1, 100);
  }

  @Test
  void shouldHoldSeveralHundredConnectionsFromBeginToEnd() {
    List<TraceFrame> frames = new TraceGenerator(TraceSpec.office(1)).generate();
    Map<Integer, Integer> protocols = new HashMap<>();
    Map<Integer, Integer> flags = new HashMap<>();
    int[] v6 = {0};
    int[] errors = {0};
    forEach(
        frames,
        packet -> {
          protocols.merge(packet.protocol(), 1, Integer::sum);
          if (packet.protocol() == IpProtocol.TCP) {
            flags.merge(packet.tcpFlags() & ~TcpHeader.PSH, 1, Integer::sum);
          }
          v6[0] += packet.ipVersion() == 6 ? 1 : 0;
          errors[0] += packet.isIcmpError() ? 1 : 0;
        });

    assertThat(frames.size()).isBetween(8_000, 30_000);
    assertThat(flags.get(TcpHeader.SYN | TcpHeader.ACK)).isBetween(300, 400);
    assertThat(flags.get(TcpHeader.FIN | TcpHeader.ACK)).isGreaterThan(500);
    assertThat(flags.get(TcpHeader.RST | TcpHeader.ACK)).isGreaterThan(20);
    assertThat(protocols.get(IpProtocol.UDP)).isGreaterThan(500);
    assertThat(protocols.get(IpProtocol.ICMP)).isGreaterThan(20);
    assertThat(v6[0]).isGreaterThan(500);
    assertThat(errors[0]).isPositive();
  }

  @Test
  void shouldGiveEveryFrameATimeOfItsOwn() {
    long last = Long.MIN_VALUE;
    for (TraceFrame frame : new TraceGenerator(TraceSpec.office(1)).generate()) {
      assertThat(frame.timestampNanos()).isGreaterThan(last);
      last = frame.timestampNanos();
    }
  }

  @Test
  void shouldWriteACaptureThatReadsBack() throws Exception {
    List<TraceFrame> frames = new TraceGenerator(TraceSpec.service(1)).generate();
    Path file = directory.resolve("trace.pcap");
    TraceGenerator.write(frames, file);

    CapturedFrame frame = new CapturedFrame();
    try (CaptureReader reader = CaptureReader.open(file)) {
      for (TraceFrame expected : frames) {
        assertThat(reader.next(frame)).isTrue();
        assertThat(frame.timestampNanos()).isEqualTo(expected.timestampNanos());
        assertThat(frame.length()).isEqualTo(expected.bytes().length);
      }
      assertThat(reader.next(frame)).isFalse();
      assertThat(reader.nanosecondResolution()).isTrue();
    }
  }

  @Test
  void shouldRefuseASpecThatCannotBe() {
    assertThatThrownBy(() -> new TraceSpec(1, Duration.ZERO, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TraceSpec(1, Duration.ofSeconds(1), 1, 1, -1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
