package org.statelessnf.host.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/** Load on a store whose time stands still unless the test moves it. */
class LoadLoopTest {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  /** Nothing is in a batch, so that every one ends with all of its no slots. */
  private static final class Empty implements Workload {
    private final List<ReadBatch> batches = new ArrayList<>();
    private final @Nullable ReadBatch after;
    private int followUps;

    Empty(StallingSession session, int lanes, boolean followed) {
      for (int lane = 0; lane < lanes; lane++) {
        batches.add(session.newReadBatch(1));
      }
      after = followed ? session.newReadBatch(1) : null;
    }

    @Override
    public Batch fill(int lane) {
      batches.get(lane).clear();
      return batches.get(lane);
    }

    @Override
    public int settle(int lane, Failures failures) {
      assertThat(batches.get(lane).isDone()).isTrue();
      return 1;
    }

    @Override
    public @Nullable Batch followUp(int lane) {
      followUps++;
      return after;
    }
  }

  private static LoadLoop loop(StallingSession session, int lanes) {
    return new LoadLoop(session, new Empty(session, lanes, false), lanes, session.clock());
  }

  private static StallingSession stalling(long fromMillis, long toMillis) {
    return new StallingSession(100 * MICRO, fromMillis * MILLI, toMillis * MILLI, Outcome.OK);
  }

  private static long above(Histogram histogram, long nanos) {
    return histogram.getCountBetweenValues(nanos, histogram.getMaxValue());
  }

  @Test
  void shouldCountLatencyFromTheIntendedStart() {
    // 1,000 a second, one at a time, 100 µs each; from 200 to 300 ms no answer. The request of
    // 200 ms waits 100 ms, the one of 201 ms 99.1 ms, the one of 202 ms 98.2 ms, ...
    LoadResult result = loop(stalling(200, 300), 1).open(1_000, SECOND);
    assertThat(result.requests()).isEqualTo(1_000);
    assertThat(result.unstarted()).isZero();

    assertThat(above(result.service(), 10 * MILLI)).isEqualTo(1);
    assertThat(result.service().getValueAtPercentile(99)).isLessThan(MILLI);

    Histogram latency = result.latency();
    assertThat(latency.getTotalCount()).isEqualTo(1_000);
    assertThat((double) latency.getMaxValue()).isCloseTo(100 * MILLI, within(0.2 * MILLI));
    assertThat(above(latency, 10 * MILLI)).isBetween(99L, 101L);
    assertThat(above(latency, 55 * MILLI)).isBetween(50L, 52L);
    assertThat(latency.getValueAtPercentile(50)).isBetween(100 * MICRO, 120 * MICRO);
    assertThat((double) latency.getValueAtPercentile(95)).isCloseTo(55e6, within(2e6));
  }

  @Test
  void shouldCountRequestsThatAreNeverBegun() {
    LoadResult result = loop(stalling(200, 60_000), 1).open(1_000, SECOND);
    // Patience ends after twice the time: 201 were begun, the last of them answered after a minute.
    assertThat(result.requests()).isEqualTo(201);
    assertThat(result.unstarted()).isEqualTo(799);
    assertThat(result.latency().getTotalCount()).isEqualTo(1_000);
    assertThat(above(result.latency(), SECOND)).isBetween(799L, 801L);
    assertThat((double) result.latency().getMaxValue()).isCloseTo(59.8e9, within(1e8));
  }

  @Test
  void shouldKeepAsManyInFlightAsThereAreLanes() {
    StallingSession session = stalling(200, 300);
    LoadResult result = loop(session, 4).open(1_000, SECOND);
    assertThat(session.mostInFlight()).isEqualTo(4);
    assertThat(result.requests()).isEqualTo(1_000);
    assertThat(above(result.service(), 90 * MILLI)).isEqualTo(4);
    assertThat(above(result.latency(), 10 * MILLI)).isBetween(99L, 101L);
  }

  @Test
  void shouldGoAtThePaceOfTheAnswersInAClosedLoop() {
    StallingSession session = stalling(10_000, 10_000);
    LoadResult result = loop(session, 3).closed(SECOND);
    assertThat(session.mostInFlight()).isEqualTo(3);
    assertThat(result.slotsPerSecond()).isCloseTo(10_000, within(50.0));
    assertThat(result.requestsPerSecond()).isEqualTo(result.slotsPerSecond());
    assertThat(session.inFlight()).isZero();
  }

  @Test
  void shouldNotMeasureWhatFollowsAnAnswer() {
    StallingSession session = stalling(10_000, 10_000);
    Empty workload = new Empty(session, 1, true);
    ReadBatch after = Objects.requireNonNull(workload.after);
    Workload clearing =
        new Workload() {
          @Override
          public Batch fill(int lane) {
            return workload.fill(lane);
          }

          @Override
          public int settle(int lane, Failures failures) {
            return workload.settle(lane, failures);
          }

          @Override
          public @Nullable Batch followUp(int lane) {
            after.clear();
            return workload.followUp(lane);
          }
        };
    LoadResult result = new LoadLoop(session, clearing, 1, session.clock()).closed(SECOND);
    assertThat(workload.followUps).isEqualTo((int) result.requests());
    assertThat(result.requests()).isBetween(4_990L, 5_010L);
    assertThat(result.service().getMaxValue()).isLessThan(110 * MICRO);
    assertThat(session.inFlight()).isZero();
  }

  @Test
  void shouldTellFailuresByOutcome() {
    Failures failures = new Failures();
    failures.add(Outcome.MISMATCH);
    failures.add(Outcome.UNKNOWN);
    Failures more = new Failures();
    more.add(Outcome.MISMATCH);
    failures.add(more);
    assertThat(failures.byOutcome()).isEqualTo(Map.of("MISMATCH", 2L, "UNKNOWN", 1L));
  }
}
