package org.statelessnf.nf.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.testing.FrameBuilder;
import org.statelessnf.nf.testing.InterleavedRunner;
import org.statelessnf.nf.testing.SequentialRunner;
import org.statelessnf.nf.testing.Verdict;

/** Limits of half-open flows: who is counted, and for how long. */
class FirewallLimitsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;
  private static final String ATTACKER = "10.0.0.66";
  private static final String HOST = "10.0.0.1";
  private static final String SERVER = "192.0.2.9";
  private static final int SYN = 0x02;
  private static final int SYN_ACK = 0x12;
  private static final int ACK = 0x10;
  private static final int RST = 0x14;

  private long now = START;

  private static FirewallConfig config(int perSource, int all) {
    return FirewallConfig.defaults().withLimits(new Limits(perSource, all));
  }

  private DropReason syn(SequentialRunner runner, String from, int port) {
    return reason(runner, FrameBuilder.tcp(from, port, SERVER, 80, SYN).numbers(100, 0));
  }

  private DropReason reason(SequentialRunner runner, FrameBuilder frame) {
    Verdict verdict = runner.run(frame.at(now).build());
    DropReason reason = verdict.reason();
    return reason == null ? DropReason.NO_VERDICT : reason;
  }

  private void passes(SequentialRunner runner, FrameBuilder frame) {
    assertThat(runner.run(frame.at(now).build()).passes()).isTrue();
  }

  private static FrameBuilder answer(String to, int port, int flags, int sequence) {
    return FrameBuilder.tcp(SERVER, 80, to, port, flags).numbers(sequence, 101).fromOutside();
  }

  private static StateTable counters(Firewall firewall) {
    return firewall.layout().tables().get(1);
  }

  @Test
  void shouldLimitASourceAndNoOther() {
    Firewall firewall = new Firewall(config(3, 0));
    try (SequentialRunner runner = new SequentialRunner(firewall)) {
      for (int port = 1; port <= 3; port++) {
        assertThat(syn(runner, ATTACKER, port)).isEqualTo(DropReason.NO_VERDICT);
      }
      assertThat(syn(runner, ATTACKER, 4)).isEqualTo(DropReason.LIMIT);
      assertThat(syn(runner, ATTACKER, 1)).as("sent again").isEqualTo(DropReason.NO_VERDICT);
      assertThat(syn(runner, HOST, 4)).isEqualTo(DropReason.NO_VERDICT);
      assertThat(runner.size(firewall.flows())).isEqualTo(4);
      now += 122 * SECOND;
      runner.advanceTo(now);
      assertThat(runner.size(firewall.flows())).isZero();
      assertThat(syn(runner, ATTACKER, 4))
          .as("the others have expired")
          .isEqualTo(DropReason.NO_VERDICT);
      runner.advanceTo(now + 3600 * SECOND);
      assertThat(runner.size(counters(firewall))).as("counters left").isZero();
      assertThat(runner.pendingTimers()).isZero();
    }
  }

  @Test
  void shouldLimitAllSourcesTogether() {
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config(0, 3)))) {
      for (int host = 1; host <= 3; host++) {
        assertThat(syn(runner, "10.0.1." + host, 1)).isEqualTo(DropReason.NO_VERDICT);
      }
      assertThat(syn(runner, "10.0.1.4", 1)).isEqualTo(DropReason.LIMIT);
      passes(runner, answer("10.0.1.1", 1, RST, 0));
      assertThat(syn(runner, "10.0.1.4", 1)).isEqualTo(DropReason.NO_VERDICT);
    }
  }

  @Test
  void shouldCountNoConnectionThatIsEstablishedOrRefused() {
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config(1, 1)))) {
      for (int port = 1; port <= 20; port++) {
        assertThat(syn(runner, HOST, port)).isEqualTo(DropReason.NO_VERDICT);
        assertThat(syn(runner, HOST, 99)).isEqualTo(DropReason.LIMIT);
        if (port % 2 == 0) {
          passes(runner, answer(HOST, port, RST, 0));
        } else {
          passes(runner, answer(HOST, port, SYN_ACK, 500));
          assertThat(syn(runner, HOST, 99)).as("still opening").isEqualTo(DropReason.LIMIT);
          passes(runner, FrameBuilder.tcp(HOST, port, SERVER, 80, ACK).numbers(101, 501));
        }
        now += SECOND;
      }
    }
  }

  @Test
  void shouldCountAnExchangeUntilItsAnswer() {
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config(1, 0)))) {
      passes(runner, FrameBuilder.udp(HOST, 1, SERVER, 53));
      FrameBuilder another = FrameBuilder.udp(HOST, 2, SERVER, 53);
      assertThat(reason(runner, another)).isEqualTo(DropReason.LIMIT);
      passes(runner, FrameBuilder.udp(SERVER, 53, HOST, 1).fromOutside());
      passes(runner, FrameBuilder.icmp(HOST, SERVER, 8, 0, 7));
      assertThat(reason(runner, another)).isEqualTo(DropReason.LIMIT);
      passes(runner, FrameBuilder.icmp(SERVER, HOST, 0, 0, 7).fromOutside());
      passes(runner, another);
    }
  }

  @Test
  void shouldTakeAnIpv6NetworkForOneSource() {
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config(2, 0)))) {
      passes(runner, FrameBuilder.udp("2001:db8:1:2::1", 1, "2001:db8::9", 53));
      passes(runner, FrameBuilder.udp("2001:db8:1:2:ffff::1", 1, "2001:db8::9", 53));
      assertThat(reason(runner, FrameBuilder.udp("2001:db8:1:2::3", 1, "2001:db8::9", 53)))
          .isEqualTo(DropReason.LIMIT);
      passes(runner, FrameBuilder.udp("2001:db8:1:3::3", 1, "2001:db8::9", 53));
    }
  }

  @Test
  void shouldCostAnEstablishedFlowNothing() {
    try (SequentialRunner runner = new SequentialRunner(new Firewall(config(5, 5)))) {
      passes(runner, FrameBuilder.tcp(HOST, 1, SERVER, 80, SYN).numbers(100, 0));
      passes(runner, answer(HOST, 1, SYN_ACK, 500));
      passes(runner, FrameBuilder.tcp(HOST, 1, SERVER, 80, ACK).numbers(101, 501));
      passes(runner, answer(HOST, 1, ACK, 501));
      long reads = runner.reads();
      long writes = runner.writes();
      passes(runner, FrameBuilder.tcp(HOST, 1, SERVER, 80, ACK).numbers(101, 501));
      assertThat(runner.reads()).isEqualTo(reads + 1);
      assertThat(runner.writes()).isEqualTo(writes);
    }
  }

  @Test
  void shouldGoOnCountingAFlowThatIsKeptHalfOpen() {
    FirewallConfig config =
        config(2, 0).withTimeouts(Timeouts.defaults().with("generic", Duration.ofSeconds(30)));
    Firewall firewall = new Firewall(config);
    try (SequentialRunner runner = new SequentialRunner(firewall)) {
      syn(runner, ATTACKER, 1);
      syn(runner, ATTACKER, 2);
      for (int i = 0; i < 100; i++) {
        now += 20 * SECOND;
        runner.advanceTo(now);
        syn(runner, ATTACKER, 1);
        syn(runner, ATTACKER, 2);
        assertThat(syn(runner, ATTACKER, 3)).as("round %d", i).isEqualTo(DropReason.LIMIT);
      }
      assertThat(runner.size(counters(firewall))).isLessThanOrEqualTo(5);
      runner.advanceTo(now + 3600 * SECOND);
      assertThat(runner.size(counters(firewall))).isZero();
    }
  }

  /** Whatever comes together: with nothing under way, the counters are what the records say. */
  @Test
  void shouldCountEachFlowOnceWhateverTheInterleaving() {
    long conflicts = 0;
    for (long seed = 1; seed <= 150; seed++) {
      conflicts += countsAreRight(seed);
    }
    assertThat(conflicts).as("instances do get into each other's way").isPositive();
  }

  private static long countsAreRight(long seed) {
    Random random = new Random(seed);
    FirewallConfig config =
        config(1000, 1000).withTimeouts(Timeouts.defaults().with("generic", Duration.ofSeconds(9)));
    List<Firewall> firewalls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      firewalls.add(new Firewall(config));
    }
    Firewall any = firewalls.getFirst();
    Map<String, byte[]> keys = new TreeMap<>();
    try (InterleavedRunner runner = new InterleavedRunner(firewalls, seed, START)) {
      for (int round = 0; round < 12; round++) {
        for (int i = random.nextInt(6); i >= 0; i--) {
          Packet packet = randomPacket(random, runner.clockNanos());
          byte[] key = new byte[FlowKeys.MAX_LENGTH];
          int length = FirewallKey.write(packet, MemorySegment.ofArray(key), 0);
          keys.put(Arrays.toString(key), Arrays.copyOf(key, length));
          runner.submit(random.nextInt(3), packet, v -> {});
        }
        runner.drain();
        compare(runner, any, keys, seed);
        runner.advance(random.nextLong(80 * SECOND));
        runner.drain();
        compare(runner, any, keys, seed);
      }
      runner.runOut();
      assertThat(runner.size(counters(any))).as("counters left, seed %d", seed).isZero();
      return runner.conflicts();
    }
  }

  private static void compare(
      InterleavedRunner runner, Firewall any, Map<String, byte[]> keys, long seed) {
    long period = 120 * SECOND + 120 * SECOND / 128 + 1_000_000; // SYN_SENT's time and its lag
    Map<Long, Long> expected = new TreeMap<>();
    for (byte[] key : keys.values()) {
      byte[] value = runner.value(any.flows(), key);
      if (value != null && isHalfOpen(value)) {
        long used = FlowRecord.lastUseNanos(MemorySegment.ofArray(value), 0);
        expected.merge(used / period, 1L, Long::sum);
      }
    }
    for (long p = runner.clockNanos() / period - 1; p <= runner.clockNanos() / period; p++) {
      byte[] counter = new byte[17];
      ByteBuffer.wrap(counter).putLong(9, p);
      byte[] value = runner.value(counters(any), counter);
      long counted =
          value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(counted).as("period %d, seed %d", p, seed).isEqualTo(expected.getOrDefault(p, 0L));
    }
  }

  private static boolean isHalfOpen(byte[] value) {
    MemorySegment memory = MemorySegment.ofArray(value);
    return FlowRecord.kind(memory, 0) == FlowRecord.TCP
        ? FlowRecord.state(memory, 0) < TcpState.ESTABLISHED
        : (FlowRecord.flags(memory, 0) & FlowRecord.REPLIED) == 0;
  }

  private static Packet randomPacket(Random random, long now) {
    int[] flags = {SYN, SYN, SYN_ACK, ACK, ACK, RST, 0x11};
    boolean inside = random.nextInt(3) > 0;
    String near = "10.0.0." + random.nextInt(2);
    int port = 1 + random.nextInt(2);
    String from = inside ? near : SERVER;
    String to = inside ? SERVER : near;
    FrameBuilder frame =
        random.nextInt(4) == 0
            ? FrameBuilder.udp(from, port, to, port)
            : FrameBuilder.tcp(from, port, to, port, flags[random.nextInt(flags.length)])
                .numbers(100 + random.nextInt(2), 100 + random.nextInt(2));
    return (inside ? frame : frame.fromOutside()).at(now).build();
  }
}
