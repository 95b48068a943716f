package org.statelessnf.host.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.host.replay.ReplayConfig.KillMode;
import org.statelessnf.host.trace.TraceFrame;
import org.statelessnf.host.trace.TraceGenerator;
import org.statelessnf.host.trace.TraceSource;
import org.statelessnf.host.trace.TraceSpec;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReplayTest {
  private static final List<TraceFrame> TRACE = new TraceGenerator(TraceSpec.office(7)).generate();

  private static ReplayResult run(ReplayConfig config, FrameSource source, FrameList sink)
      throws Exception {
    try (StateStore store = Stores.open("caffeine:")) {
      Replay replay =
          new Replay(
              "ordinal",
              config,
              OrdinalFunction::new,
              i -> store,
              CidrSet.PRIVATE::containsSource,
              ReplayListener.NONE);
      return replay.run(source, sink);
    }
  }

  private static FrameList expected() throws Exception {
    FrameList out = new FrameList();
    ReplayResult result = run(ReplayConfig.of(1, Spray.PACKET), new TraceSource(TRACE), out);
    assertThat(result.packetsIn()).isEqualTo(TRACE.size());
    assertThat(result.packetsOut() + result.dropped()).isEqualTo(TRACE.size());
    return out;
  }

  @Test
  void shouldKeepTheOrderOfTheInputWithOneInstance() throws Exception {
    FrameList out = expected();
    List<String> in = FrameList.of(TRACE).texts();
    int at = 0;
    for (String text : out.texts()) {
      while (!in.get(at).equals(text)) {
        at++;
        assertThat(at).as("packets come out of order").isLessThan(in.size());
      }
      at++;
    }
    assertThat(out.frames().size()).isBetween(TRACE.size() * 7 / 10, TRACE.size() - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 1, PACKET, 128",
    "4, 1, FLOW, 128",
    "3, 2, PACKET, 128",
    "1, 3, PACKET, 16",
    "16, 1, PACKET, 1"
  })
  void shouldGiveEveryFlowTheSamePacketsInTheSameOrderAsOneInstance(
      int instances, int pipes, Spray spray, int maxBatch) throws Exception {
    FrameList out = new FrameList();
    ReplayConfig config =
        ReplayConfig.of(instances, spray)
            .withPipes(pipes, PipeConfig.defaults().withMaxBatch(maxBatch));
    ReplayResult result = run(config, new TraceSource(TRACE), out);

    assertThat(out.byFlow()).isEqualTo(expected().byFlow());
    assertThat(result.packetsIn()).isEqualTo(TRACE.size());
    assertThat(result.drops().keySet()).containsExactly(DropReason.RULE);
    assertThat(result.lanes()).hasSize(instances * pipes);
    if (spray == Spray.PACKET) {
      assertThat(result.lanes())
          .allSatisfy(lane ->
              assertThat(lane.dealt())
                  .isCloseTo(
                      TRACE.size() / (instances * pipes), org.assertj.core.data.Offset.offset(1L)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4_000, 8_000})
  void shouldLoseOnlyWhatTheKilledInstanceHeld(int after) throws Exception {
    FrameList out = new FrameList();
    List<String> kills = new ArrayList<>();
    ReplayConfig config = ReplayConfig.of(4, Spray.PACKET).withKill(after, KillMode.BETWEEN_TURNS);
    ReplayResult result;
    try (StateStore store = Stores.open("caffeine:")) {
      ReplayListener listener =
          new ReplayListener() {
            @Override
            public void onKill(String instance, long packets, long lost) {
              kills.add(instance);
              assertThat(packets).isGreaterThanOrEqualTo(after);
            }
          };
      result =
          new Replay(
                  "ordinal",
                  config,
                  OrdinalFunction::new,
                  i -> store,
                  CidrSet.PRIVATE::containsSource,
                  listener)
              .run(new TraceSource(TRACE), out);
    }

    assertThat(kills).hasSize(1);
    assertThat(result.kill()).isNotNull();
    assertThat(result.packetsIn()).isEqualTo(TRACE.size());
    assertThat(result.packetsOut() + result.dropped() + result.lostWithInstance())
        .isEqualTo(TRACE.size());
    assertThat(result.lanes().stream().filter(ReplayResult.LaneResult::killed)).hasSize(1);
    // Every flow that lost nothing came out the same.
    Map<Long, List<String>> whole = expected().byFlow();
    Map<Long, List<String>> with = out.byFlow();
    long touched =
        whole.entrySet().stream()
            .filter(flow -> !flow.getValue().equals(with.get(flow.getKey())))
            .count();
    assertThat(touched).isLessThanOrEqualTo(result.lostWithInstance());
  }

  @Test
  void shouldCountCreatedFlows() throws Exception {
    ReplayResult result =
        run(ReplayConfig.of(4, Spray.PACKET), new TraceSource(TRACE), new FrameList());
    Map<Long, Integer> flows = new HashMap<>();
    FrameList.of(TRACE).byFlow().forEach((flow, frames) -> flows.put(flow, frames.size()));
    // Frames without a key (ARP) share the flow 0.
    assertThat(result.recordsCreated(new OrdinalFunction().flows())).isEqualTo(flows.size() - 1);
  }
}
