package org.statelessnf.nf.ips;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.chain.Chain;
import org.statelessnf.nf.defrag.Defrag;
import org.statelessnf.nf.defrag.DefragConfig;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.TcpHeader;
import org.statelessnf.nf.reassembly.Reassembly;
import org.statelessnf.nf.reassembly.ReassemblyConfig;
import org.statelessnf.nf.reassembly.ReassemblyEvent;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.Orders;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.TestLane;
import org.statelessnf.nf.testing.Verdict;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** {@code --nf defrag,reassembly,ips}: signatures in streams that come in pieces, in any order. */
final class IpsChainTest {
  private static final long START = 1_700_000_000_000_000_000L;
  private static final String ALERT =
      "alert tcp any any -> any any (content:\"ATTACK\"; content:\"NOW\"; distance:1; sid:1;)";
  private static final String DROP = "drop tcp any any -> any any (content:\"ATTACK\"; sid:2;)";
  private static final List<String> PIECES = List.of("..AT", "TAC", "K - N", "OW..");

  private final List<Alert> alerts = Collections.synchronizedList(new ArrayList<>());
  private long nanos = START;

  private Chain chain(String... rules) {
    return new Chain(
        List.of(
            new Defrag(DefragConfig.defaults()),
            new Reassembly(ReassemblyConfig.defaults(), ReassemblyEvent.Sink.NONE),
            new Ips(IpsConfig.of(RuleSetTest.rules(rules), alerts::add))));
  }

  private SequentialRunner runner(String... rules) {
    return new SequentialRunner(List.of(chain(rules), chain(rules), chain(rules)));
  }

  private FrameBuilder segment(int port, int flags, int sequence, String payload) {
    nanos += 1_000_000;
    return FrameBuilder.tcp("10.0.0.1", port, "198.51.100.7", 80, flags)
        .numbers(sequence, 5001)
        .payload(payload.getBytes(StandardCharsets.ISO_8859_1))
        .at(nanos);
  }

  private List<Packet> opening(int port) {
    return List.of(
        segment(port, TcpHeader.SYN, 999, "").build(),
        FrameBuilder.tcp("198.51.100.7", 80, "10.0.0.1", port, TcpHeader.SYN | TcpHeader.ACK)
            .numbers(5000, 1000)
            .fromOutside()
            .at(nanos)
            .build(),
        segment(port, TcpHeader.ACK, 1000, "").build());
  }

  private List<Packet> data(int port) {
    List<Packet> segments = new ArrayList<>();
    int sequence = 1000;
    for (String piece : PIECES) {
      segments.add(segment(port, TcpHeader.ACK, sequence, piece).build());
      sequence += piece.length();
    }
    return segments;
  }

  /** What comes out of the segments, given again with the time that has come. */
  private String run(SequentialRunner runner, List<Packet> packets) {
    StringBuilder out = new StringBuilder();
    for (Packet packet : packets) {
      nanos += 1_000_000;
      Packet again = FrameBuilder.packet(FrameBuilder.bytes(packet), nanos, packet.fromInside());
      Verdict verdict = runner.run(again);
      verdict.before().forEach(f -> out.append(payload(f)));
      out.append(verdict.passes() ? payload(again) : "");
      verdict.after().forEach(f -> out.append(payload(f)));
    }
    return out.toString();
  }

  private static String payload(Verdict.Frame frame) {
    return payload(FrameBuilder.packet(frame.bytes(), 0, true));
  }

  private static String payload(Packet packet) {
    byte[] bytes = FrameBuilder.bytes(packet);
    return new String(
        bytes, packet.payloadOffset(), packet.payloadLength(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldFindASignatureWhateverTheOrderOfTheSegments() {
    List<List<Packet>> orders = Orders.of(data(1));
    assertThat(orders).hasSize(24);
    for (List<Packet> order : orders) {
      alerts.clear();
      try (SequentialRunner runner = runner(ALERT)) {
        run(runner, opening(1));
        assertThat(run(runner, order)).isEqualTo(String.join("", PIECES));
      }
      assertThat(alerts).hasSize(1);
    }
  }

  @Test
  void shouldKeepTheEndOfASignatureFromPassingWhateverTheOrderOfTheSegments() {
    for (List<Packet> order : Orders.of(data(1))) {
      alerts.clear();
      try (SequentialRunner runner = runner(DROP)) {
        run(runner, opening(1));
        assertThat(run(runner, order)).isEqualTo("..ATTAC");
      }
      assertThat(alerts).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void shouldFindItThoughAnInstanceDiesInTheMiddle(int after) {
    List<Packet> segments = new ArrayList<>(data(1));
    Collections.reverse(segments);
    try (SequentialRunner runner = runner(ALERT)) {
      run(runner, opening(1));
      String out = run(runner, segments.subList(0, after));
      runner.kill(after % 3);
      out += run(runner, segments.subList(after, segments.size()));
      assertThat(out).isEqualTo(String.join("", PIECES));
    }
    assertThat(alerts).hasSize(1);
  }

  /** Many connections at once, through two instances of the engine. */
  @Test
  void shouldFindEachOnceInTheEngine() throws Exception {
    int connections = 200;
    List<Packet> openings = new ArrayList<>();
    List<Packet> segments = new ArrayList<>();
    for (int c = 0; c < connections; c++) {
      openings.addAll(opening(2000 + c));
      segments.addAll(data(2000 + c));
    }
    Collections.shuffle(segments, new Random(7));
    try (StateStore store = Stores.open("caffeine:");
        TestLane one = lane("one", store);
        TestLane two = lane("two", store)) {
      for (Packet packet : openings) {
        one.send(FrameBuilder.bytes(packet), START);
      }
      one.settle();
      int turn = 0;
      for (Packet packet : segments) {
        (turn++ % 2 == 0 ? one : two).send(FrameBuilder.bytes(packet), START + 1_000_000);
      }
      one.end();
      two.end();
      assertThat(one.drops() + two.drops()).isZero();
      assertThat(one.metrics().emitted() + two.metrics().emitted())
          .isEqualTo(one.metrics().held() + two.metrics().held());
      assertThat(one.passed() + two.passed()).isEqualTo(one.sent() + two.sent());
    }
    assertThat(alerts).hasSize(connections);
  }

  private TestLane lane(String name, StateStore store) {
    PipeConfig patient = PipeConfig.defaults().withPatience(Duration.ofMinutes(1));
    return new TestLane(name, store, patient, () -> chain(ALERT), packet -> {});
  }
}
