package org.statelessnf.nf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.chain.Chain;

/** Chains on the engine, whose batches, conflicts and timers are real. */
@Timeout(60)
class ChainRunTest {
  private static Chain chain(boolean pairsFirst, AtomicInteger pairs) {
    PairingFunction pairing = new PairingFunction(pairs);
    CountingFunction counting = new CountingFunction(false, FailurePolicy.DROP);
    return new Chain(pairsFirst ? List.of(pairing, counting) : List.of(counting, pairing));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, false", "4, false"})
  void shouldCountWhatPassesThoughInstancesShareTheFlows(long seed, boolean pairsFirst)
      throws InterruptedException {
    int packets = 4_000;
    AtomicInteger pairs = new AtomicInteger();
    PipeConfig config =
        EngineTest.config(2, false).withTimers(Duration.ofMillis(1), Duration.ofSeconds(5));
    try (DelayedStore store = new DelayedStore(seed, 4);
        Lane one = new Lane("one", store, config, chain(pairsFirst, pairs));
        Lane two = new Lane("two", store, config, chain(pairsFirst, pairs))) {
      one.instance.start();
      two.instance.start();
      Random random = new Random(seed);
      for (int i = 0; i < packets; i++) {
        (random.nextBoolean() ? one : two).offer(random.nextInt(40), i);
      }
      one.port.closeInput();
      two.port.closeInput();
      one.instance.awaitEnd();
      two.instance.awaitEnd();
      assertThat(one.metrics.firstFunctionFailure()).isNull();
      Map<Integer, Integer> seen = new HashMap<>();
      one.drainSequences(seen);
      two.drainSequences(seen);
      long dropped =
          one.metrics.drops(DropReason.CONFLICT) + two.metrics.drops(DropReason.CONFLICT);
      long waiting = store.values("pairing.flows").size();
      assertThat(seen.values()).containsOnly(1);
      assertThat(seen.size() + waiting + dropped).isEqualTo(packets);
      long counted = pairsFirst ? seen.size() : packets - dropped;
      assertThat(EngineTest.sum(store.values("counting.totals"))).isEqualTo(counted);
      assertThat(EngineTest.sum(store.values("counting.flows"))).isEqualTo(counted);
      assertThat(2L * pairs.get()).isEqualTo(seen.size());
      one.assertNothingLeaked();
      two.assertNothingLeaked();
    }
  }

  @Test
  void shouldReadTheRecordsOfAllLinksTogether() throws InterruptedException {
    AtomicInteger pairs = new AtomicInteger();
    try (DelayedStore store = new DelayedStore(1, 0);
        Lane lane = new Lane("one", store, EngineTest.config(1, false), chain(true, pairs))) {
      for (int i = 0; i < 320; i++) {
        lane.offer(0, i);
      }
      lane.port.closeInput();
      lane.instance.start();
      lane.instance.awaitEnd();
      assertThat(lane.metrics.batches()).isEqualTo(10);
      assertThat(lane.metrics.storeReads()).isEqualTo(20);
      assertThat(lane.drainInOrder()).containsExactlyEntriesOf(Map.of(0, 320));
      lane.assertNothingLeaked();
    }
  }

  @Test
  void shouldLetTimersOfEveryLinkDoTheirWork() throws InterruptedException {
    AtomicInteger pairs = new AtomicInteger();
    PipeConfig config =
        EngineTest.config(2, false).withTimers(Duration.ofMillis(1), Duration.ofSeconds(5));
    try (DelayedStore store = new DelayedStore(5, 2);
        Lane lane = new Lane("one", store, config, chain(true, pairs))) {
      lane.instance.start();
      for (int i = 0; i < 101; i++) {
        lane.offer(i, i);
      }
      while (lane.metrics.held() < 101) {
        Thread.onSpinWait();
      }
      store.timersDueAtOnce = true;
      while (store.timers() > 0) {
        Thread.onSpinWait(); // the frames that are let go arm timers of the counting link
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      assertThat(lane.drainInOrder().values()).hasSize(101).containsOnly(1);
      assertThat(store.values("pairing.flows")).isEmpty();
      assertThat(store.values("counting.flows")).isEmpty();
      assertThat(EngineTest.sum(store.values("counting.totals"))).isEqualTo(101);
      lane.assertNothingLeaked();
    }
  }
}
