package org.statelessnf.host.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.host.Traces;
import org.statelessnf.host.replay.Replay;
import org.statelessnf.host.replay.ReplayConfig;
import org.statelessnf.host.replay.ReplayConfig.KillMode;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.host.replay.Spray;
import org.statelessnf.host.trace.TraceFrame;
import org.statelessnf.host.trace.TraceSource;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CapturedFrame;
import org.statelessnf.nf.nat.Nat;
import org.statelessnf.nf.nat.NatConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.packet.IpProtocol;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * Real traffic through a NAT, with the replies that the outside would send: every inside endpoint
 * has one outside endpoint, no two share one, replies come back to where they belong, and all
 * checksums are right ({@link NatPeer}), whatever the number of instances.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NatCaptureTest {
  private static final CidrSet INSIDE = CidrSet.PRIVATE;
  private static final NatConfig CONFIG = NatConfig.of("203.0.113.7-203.0.113.8");

  /** Conversations that an inside host begins, without packets whose checksums are wrong. */
  private static TraceIndex trace(String name) throws Exception {
    TraceIndex all = new TraceIndex(read(Traces.file(name)));
    Set<Integer> seen = new HashSet<>();
    Set<Integer> wanted = new HashSet<>();
    List<TraceFrame> kept = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Packet packet = all.original(i);
      int conversation = all.conversation(i);
      if (!isWanted(packet)) {
        continue;
      }
      if (seen.add(conversation) && INSIDE.containsSource(packet)) {
        wanted.add(conversation);
      }
      if (wanted.contains(conversation)) {
        kept.add(all.frames().get(i));
      }
    }
    return new TraceIndex(kept);
  }

  private static boolean isWanted(Packet packet) {
    return packet.ipVersion() == 4
        && (packet.protocol() == IpProtocol.TCP || packet.protocol() == IpProtocol.UDP)
        && !packet.isMulticast()
        && !packet.truncated()
        && INSIDE.containsSource(packet) != INSIDE.containsDestination(packet)
        && Frames.hasRightChecksums(packet);
  }

  private static List<TraceFrame> read(Path file) throws Exception {
    List<TraceFrame> frames = new ArrayList<>();
    CapturedFrame frame = new CapturedFrame();
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next(frame)) {
        byte[] bytes =
            frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
        // Microseconds in the file: the nanoseconds make the times different.
        frames.add(new TraceFrame(frame.timestampNanos() + frames.size() % 1000, bytes));
      }
    }
    return frames;
  }

  private static Showing run(TraceIndex trace, ReplayConfig config) throws Exception {
    Showing showing = new Showing(trace, new NatPeer(INSIDE));
    try (StateStore store = Stores.open("caffeine:");
        TraceSource source = new TraceSource(trace.frames())) {
      Replay replay =
          new Replay(
              "nat", config, () -> new Nat(CONFIG), i -> store, INSIDE::containsSource, showing);
      showing.ended(replay.run(source, showing));
    }
    return showing;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mid/mix-dev.pcap", "mid/synscan.pcap"})
  void shouldTranslateAlikeWhateverTheNumberOfInstances(String name) throws Exception {
    TraceIndex trace = trace(name);
    assertThat(trace.size()).isGreaterThan(1_000);
    Showing one = run(trace, ReplayConfig.of(1, Spray.PACKET).withRepliesWaiting());
    Showing four = run(trace, ReplayConfig.of(4, Spray.PACKET).withRepliesWaiting());

    assertThat(one.wrong()).isZero();
    assertThat(four.wrong()).isZero();
    assertThat(four.passed()).isEqualTo(one.passed());
    assertThat(one.passed().cardinality()).isGreaterThan(trace.size() * 9 / 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mid/mix-dev.pcap"})
  void shouldGoOnWhenAnInstanceIsKilled(String name) throws Exception {
    TraceIndex trace = trace(name);
    Showing one = run(trace, ReplayConfig.of(1, Spray.PACKET).withRepliesWaiting());
    Showing four =
        run(
            trace,
            ReplayConfig.of(4, Spray.PACKET)
                .withRepliesWaiting()
                .withKill(trace.size() / 2, KillMode.BETWEEN_TURNS));

    ReplayResult.Kill kill = Objects.requireNonNull(four.result().kill(), "nobody was killed");
    int victim = Integer.parseInt(kill.instance().substring(kill.instance().length() - 1)) - 1;
    Comparison comparison = Comparison.of(trace, one, four, victim, kill.afterPackets());
    assertThat(comparison.isUnnoticed()).as(comparison.toString()).isTrue();
    assertThat((long) comparison.lost().cardinality())
        .isLessThanOrEqualTo(four.result().lostWithInstance());
  }
}
