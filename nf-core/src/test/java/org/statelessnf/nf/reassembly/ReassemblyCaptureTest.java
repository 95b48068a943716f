package org.statelessnf.nf.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Captures;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Real connections through three instances, as they were captured and in other orders. */
final class ReassemblyCaptureTest {
  private static final int INSTANCES = 3;
  private static final int WINDOW = 6;
  private static final int ORDERS = 10;
  private static final long START = 1_700_000_000_000_000_000L;
  private static final long STEP_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final int BOUNDARIES = TcpHeader.SYN | TcpHeader.RST;

  /** Somebody behind the re-assembly, who takes nothing but the byte that comes next. */
  private static final class Receiver {
    final Map<String, StringBuilder> connections = new HashMap<>();
    final Map<String, StringBuilder> directions = new TreeMap<>();
    final Map<String, Integer> next = new HashMap<>();
    int ahead;

    void take(Packet packet) {
      String from = end(packet, 12, packet.sourcePort());
      String to = end(packet, 16, packet.destinationPort());
      int sequence = firstByte(packet);
      String payload = Lane.payload(packet);
      int known = next.computeIfAbsent(from + to, d -> sequence) - sequence;
      if (payload.isEmpty() || known >= payload.length()) {
        return;
      }
      if (known < 0) {
        ahead++;
        known = 0;
      }
      String connection = from.compareTo(to) < 0 ? from + to : to + from;
      append(directions, from + to, payload.substring(known));
      append(connections, connection, payload.substring(known));
      next.put(from + to, sequence + payload.length());
    }

    private static void append(Map<String, StringBuilder> texts, String key, String text) {
      texts.computeIfAbsent(key, k -> new StringBuilder()).append(text);
    }
  }

  private static String end(Packet packet, int offset, int port) {
    return Addresses.format(packet.memory(), packet.l3Start() + offset, 4) + ":" + port + " ";
  }

  private static int firstByte(Packet packet) {
    int sequence = TcpHeader.sequence(packet.memory(), packet.l4Start());
    return (packet.tcpFlags() & TcpHeader.SYN) != 0 ? sequence + 1 : sequence;
  }

  private static List<Packet> packets(String capture) throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (Captures.Frame frame : Captures.read("tcp/" + capture)) {
      packets.add(FrameBuilder.packet(frame.bytes, frame.timestampNanos, true, frame.linkType));
    }
    return packets;
  }

  private static Receiver run(List<Packet> packets) {
    List<Reassembly> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(new Reassembly(ReassemblyConfig.defaults(), ReassemblyEvent.Sink.NONE));
    }
    Receiver receiver = new Receiver();
    try (SequentialRunner runner = new SequentialRunner(instances)) {
      int linkType = packets.getFirst().linkType();
      for (Packet packet : packets) {
        Verdict verdict = runner.run(packet);
        take(receiver, runner.takeEmitted(), linkType);
        take(receiver, verdict.before(), linkType);
        if (verdict.passes()) {
          receiver.take(packet);
        }
        take(receiver, verdict.after(), linkType);
      }
      runner.advanceTo(packets.getLast().timestampNanos() + PATIENCE_NANOS);
      take(receiver, runner.takeEmitted(), linkType);
      assertThat(runner.size(instances.getFirst().held())).isZero();
    }
    return receiver;
  }

  private static void take(Receiver receiver, List<Verdict.Frame> frames, int linkType) {
    for (Verdict.Frame frame : frames) {
      receiver.take(FrameBuilder.packet(frame.bytes(), 0, true, linkType));
    }
  }

  /** What the segments of each direction make, up to the first byte that is in none. */
  private static Map<String, String> streams(List<Packet> packets) {
    Map<String, TreeMap<Integer, Character>> bytes = new TreeMap<>();
    Map<String, Integer> begin = new HashMap<>();
    for (Packet packet : packets) {
      String direction =
          end(packet, 12, packet.sourcePort()) + end(packet, 16, packet.destinationPort());
      int from = firstByte(packet) - begin.computeIfAbsent(direction, d -> firstByte(packet));
      String payload = Lane.payload(packet);
      for (int i = 0; i < payload.length(); i++) {
        bytes
            .computeIfAbsent(direction, d -> new TreeMap<>())
            .putIfAbsent(from + i, payload.charAt(i));
      }
    }
    Map<String, String> streams = new TreeMap<>();
    bytes.forEach((direction, all) -> {
      StringBuilder text = new StringBuilder();
      for (int i = 0; all.containsKey(i); i++) {
        text.append(all.get(i));
      }
      streams.put(direction, text.toString());
    });
    return streams;
  }

  @ParameterizedTest
  @CsvSource({
    "one_tcp_stream.pcap, one_tcp_stream_output.txt",
    "three_http_streams.pcap, three_http_streams_conn_1_output.txt",
    "three_http_streams.pcap, three_http_streams_conn_2_output.txt",
    "three_http_streams.pcap, three_http_streams_conn_3_output.txt",
    "tcp-reassembly.pcap, 172.16.133.54.64370-23.21.118.18.80.txt"
  })
  void shouldDeliverWhatIsExpected(String capture, String text) throws IOException {
    String expected = Files.readString(Captures.file("tcp/" + text), StandardCharsets.ISO_8859_1);
    Receiver receiver = run(packets(capture));
    assertThat(receiver.connections.values()).anySatisfy(t -> assertThat(t).hasToString(expected));
    assertThat(receiver.ahead).isZero();
  }

  /** Losses, retransmissions and overlaps; in some, bytes are missing for good. */
  @ParameterizedTest
  @CsvSource({
    "handshake-reorder.pcap, true",
    "http-ooo.pcap, true",
    "lab-simopen-1.pcap, true",
    "one_tcp_stream.pcap, true",
    "reassembly.pcap, false",
    "ssh-dups.pcap, true",
    "tcp-badsegments.pcap, false",
    "tcp-fast-open.pcap, true",
    "tcp-reassembly.pcap, true",
    "three_http_streams.pcap, true"
  })
  void shouldDeliverEveryByteUpToAGap(String capture, boolean complete) throws IOException {
    List<Packet> packets = packets(capture);
    Map<String, String> expected = streams(packets);
    Receiver receiver = run(packets);
    assertThat(receiver.ahead == 0).isEqualTo(complete);
    Map<String, String> found = texts(receiver.directions);
    if (complete) {
      assertThat(found).isEqualTo(expected);
    } else {
      expected.forEach((direction, text) -> assertThat(found.get(direction)).startsWith(text));
    }
  }

  /** The same segments, in other orders. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "handshake-reorder.pcap",
        "one_tcp_stream.pcap",
        "ssh-dups.pcap",
        "tcp-reassembly.pcap",
        "three_http_streams.pcap"
      })
  void shouldDeliverTheStreamWhateverTheOrder(String capture) throws IOException {
    Map<String, String> expected = streams(packets(capture));
    for (int order = 0; order < ORDERS; order++) {
      List<Packet> packets = shuffled(packets(capture), new Random(order));
      Receiver receiver = run(packets);
      assertThat(texts(receiver.directions)).as("seed %d", order).isEqualTo(expected);
      assertThat(receiver.ahead).as("seed %d", order).isZero();
    }
  }

  private static Map<String, String> texts(Map<String, StringBuilder> builders) {
    Map<String, String> texts = new TreeMap<>();
    builders.forEach((key, text) -> texts.put(key, text.toString()));
    return texts;
  }

  /** Segments change places with near ones, but with none that opens or resets a connection. */
  private static List<Packet> shuffled(List<Packet> packets, Random random) {
    List<Packet> all = new ArrayList<>();
    List<Packet> window = new ArrayList<>();
    for (Packet packet : packets) {
      boolean boundary = (packet.tcpFlags() & BOUNDARIES) != 0;
      if (boundary || window.size() == WINDOW) {
        Collections.shuffle(window, random);
        all.addAll(window);
        window.clear();
      }
      (boundary ? all : window).add(packet);
    }
    Collections.shuffle(window, random);
    all.addAll(window);
    List<Packet> timed = new ArrayList<>();
    for (Packet packet : all) {
      long at = START + timed.size() * STEP_NANOS;
      timed.add(FrameBuilder.packet(FrameBuilder.bytes(packet), at, true, packet.linkType()));
    }
    return timed;
  }
}
