package org.statelessnf.nf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.packet.Packet;

/** The engine on a store that answers late, out of order, not at all, or that is down. */
@Timeout(60)
class EngineTest {
  static PipeConfig config(int depth, boolean receiveThread) {
    return PipeConfig.defaults()
        .withMaxBatch(32)
        .withBatchesInFlight(depth)
        .withReceiveThread(receiveThread)
        .withStoreTimeout(Duration.ofSeconds(10));
  }

  static long sum(List<byte[]> counters) {
    return counters.stream()
        .mapToLong(v -> ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN).getLong())
        .sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void shouldLoseNoUpdateAndKeepTheOrderOfEachFlowWithBatchesInFlight(int depth)
      throws InterruptedException {
    try (DelayedStore store = new DelayedStore(depth, 6);
        Lane lane =
            new Lane(
                "one",
                store,
                config(depth, depth > 2),
                new CountingFunction(false, FailurePolicy.DROP))) {
      lane.instance.start();
      Random random = new Random(depth);
      int packets = 6000;
      for (int i = 0; i < packets; i++) {
        lane.offer(random.nextInt(20), i);
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      assertThat(lane.instance.failure()).isNull();
      assertThat(lane.drops()).isEmpty();
      assertThat(lane.drainInOrder().values().stream().mapToInt(i -> i).sum()).isEqualTo(packets);
      assertThat(sum(store.values("counting.flows"))).isEqualTo(packets);
      assertThat(sum(store.values("counting.totals"))).isEqualTo(packets);
      assertThat(lane.metrics.packetsOut()).isEqualTo(packets);
      lane.assertNothingLeaked();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldLoseNoUpdateBetweenInstancesThatShareEveryFlow(long seed) throws InterruptedException {
    try (DelayedStore store = new DelayedStore(seed, 3)) {
      List<Lane> lanes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        lanes.add(
            new Lane(
                "i" + i, store, config(2, false), new CountingFunction(true, FailurePolicy.DROP)));
      }
      lanes.forEach(lane -> lane.instance.start());
      Random random = new Random(seed);
      int packets = 3000;
      for (int i = 0; i < packets; i++) {
        lanes.get(random.nextInt(lanes.size())).offer(random.nextInt(40), i);
      }
      long sent = 0;
      long conflicts = 0;
      long dropped = 0;
      for (Lane lane : lanes) {
        lane.port.closeInput();
        lane.instance.awaitEnd();
        assertThat(lane.instance.failure()).isNull();
        assertThat(lane.metrics.firstFunctionFailure()).isNull();
        assertThat(lane.drops()).isEmpty();
        sent += lane.drainInOrder().values().stream().mapToInt(i -> i).sum();
        conflicts += lane.metrics.conflicts();
        dropped += lane.metrics.drops(DropReason.CONFLICT);
        lane.assertNothingLeaked();
      }
      assertThat(conflicts).as("the test must provoke conflicts").isPositive();
      assertThat(sent + dropped).isEqualTo(packets);
      assertThat(sum(store.values("counting.flows"))).isEqualTo(sent);
      assertThat(sum(store.values("counting.totals"))).isEqualTo(sent);
      assertThat(store.values("counting.numbers")).hasSizeGreaterThanOrEqualTo(40);
      lanes.forEach(Lane::close);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldKeepWhatWasReadWhileAFurtherRoundReadsOtherRecords(long seed)
      throws InterruptedException {
    try (DelayedStore store = new DelayedStore(seed, 3)) {
      List<Lane> lanes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        lanes.add(new Lane("i" + i, store, config(2, false), new LinkedFunction()));
      }
      Random random = new Random(seed);
      int packets = 3000;
      for (int i = 0; i < packets; i++) {
        lanes.get(random.nextInt(lanes.size())).offer(random.nextInt(12), i);
      }
      lanes.forEach(lane -> lane.instance.start());
      long conflicts = 0;
      long sent = 0;
      for (Lane lane : lanes) {
        lane.port.closeInput();
        lane.instance.awaitEnd();
        assertThat(lane.instance.failure()).isNull();
        assertThat(lane.metrics.firstFunctionFailure()).isNull();
        conflicts += lane.metrics.conflicts();
        sent += lane.drainInOrder().values().stream().mapToInt(i -> i).sum();
        lane.assertNothingLeaked();
      }
      assertThat(conflicts).as("the test must provoke conflicts").isPositive();
      assertThat(sent).isGreaterThan(packets / 2);
      long counted =
          store.values("linked.flows").stream()
              .mapToLong(v -> ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN).getLong(8))
              .sum();
      // Not equal: a step whose flow was written and whose link was another's is run again, and
      // counts once more. Writes to two records are two writes.
      assertThat(counted).isGreaterThanOrEqualTo(sent);
      lanes.forEach(Lane::close);
    }
  }

  @Test
  void shouldResolveUnknownOutcomesByReadingAgain() throws InterruptedException {
    try (DelayedStore store = new DelayedStore(5, 2);
        Lane lane =
            new Lane(
                "one", store, config(4, false), new CountingFunction(true, FailurePolicy.DROP))) {
      store.loseReplyOneIn = 5;
      lane.instance.start();
      int packets = 2000;
      for (int i = 0; i < packets; i++) {
        lane.offer(i % 30, i);
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      assertThat(lane.instance.failure()).isNull();
      assertThat(lane.drops()).isEmpty();
      assertThat(lane.drainInOrder().values().stream().mapToInt(i -> i).sum()).isEqualTo(packets);
      assertThat(sum(store.values("counting.flows"))).isEqualTo(packets);
      assertThat(lane.metrics.storeFailures(org.statelessnf.store.Outcome.UNKNOWN)).isPositive();
      lane.assertNothingLeaked();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldApplyTheFailurePolicyWhileTheStoreIsDownAndRecover(boolean failOpen)
      throws InterruptedException {
    FailurePolicy policy = failOpen ? FailurePolicy.PASS : FailurePolicy.DROP;
    try (DelayedStore store = new DelayedStore(5, 2);
        Lane lane = new Lane("one", store, config(2, false), new CountingFunction(false, policy))) {
      lane.instance.start();
      store.down = true;
      for (int i = 0; i < 100; i++) {
        lane.offer(i % 10, i);
      }
      while (lane.metrics.packetsOut() + lane.metrics.drops(DropReason.STORE_UNAVAILABLE) < 100) {
        Thread.onSpinWait();
      }
      store.down = false;
      for (int i = 100; i < 200; i++) {
        lane.offer(i % 10, i);
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      int sent = lane.drainInOrder().values().stream().mapToInt(i -> i).sum();
      assertThat(sent).isEqualTo(failOpen ? 200 : 100);
      assertThat(lane.metrics.drops(DropReason.STORE_UNAVAILABLE)).isEqualTo(failOpen ? 0 : 100);
      assertThat(lane.metrics.failedOpen()).isEqualTo(failOpen ? 100 : 0);
      assertThat(sum(store.values("counting.flows"))).isEqualTo(100);
      lane.assertNothingLeaked();
    }
  }

  @Test
  void shouldRemoveRecordsByTimerAndFinishTheTimers() throws InterruptedException {
    try (DelayedStore store = new DelayedStore(5, 2);
        Lane lane =
            new Lane(
                "one",
                store,
                config(2, false).withTimers(Duration.ofMillis(1), Duration.ofSeconds(5)),
                new CountingFunction(false, FailurePolicy.DROP))) {
      lane.instance.start();
      for (int i = 0; i < 300; i++) {
        lane.offer(i, i);
      }
      while (lane.metrics.packetsOut() < 300) {
        Thread.onSpinWait();
      }
      assertThat(store.values("counting.flows")).hasSize(300);
      assertThat(store.timers()).isEqualTo(300);
      store.timersDueAtOnce = true;
      while (store.timers() > 0) {
        Thread.onSpinWait();
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      assertThat(store.values("counting.flows")).isEmpty();
      assertThat(lane.metrics.timersFired()).isGreaterThanOrEqualTo(300);
      lane.drainInOrder();
      lane.assertNothingLeaked();
    }
  }

  /** A timer that another instance gets before its record is there finds none, and goes. */
  @Test
  void shouldLeaveNoRecordWithoutATimerThoughWritesTakeLongerThanTimers()
      throws InterruptedException {
    CountingFunction function = new CountingFunction(false, FailurePolicy.DROP);
    function.timerMillis = 0;
    PipeConfig config = config(2, false).withTimers(Duration.ofMillis(1), Duration.ofSeconds(5));
    try (DelayedStore store = new DelayedStore(5, 200);
        Lane lane = new Lane("one", store, config, function);
        Lane other =
            new Lane("two", store, config, new CountingFunction(false, FailurePolicy.DROP))) {
      lane.instance.start();
      other.instance.start();
      for (int i = 0; i < 300; i++) {
        lane.offer(i, i);
      }
      while (lane.metrics.packetsOut() < 300 || store.timers() > 0) {
        Thread.onSpinWait();
      }
      lane.port.closeInput();
      other.port.closeInput();
      lane.instance.awaitEnd();
      other.instance.awaitEnd();
      assertThat(store.values("counting.flows")).isEmpty();
      lane.drainInOrder();
      lane.assertNothingLeaked();
    }
  }

  @Test
  void shouldGiveEveryBufferBackWhenKilledInFlight() throws InterruptedException {
    try (DelayedStore store = new DelayedStore(5, 1000);
        Lane lane =
            new Lane(
                "one", store, config(4, true), new CountingFunction(true, FailurePolicy.DROP))) {
      lane.instance.start();
      for (int i = 0; i < 500; i++) {
        lane.offer(i % 50, i);
      }
      while (lane.metrics.packetsIn() == 0) {
        Thread.onSpinWait();
      }
      lane.instance.kill();
      lane.instance.awaitEnd();
      int sent = lane.drainInOrder().values().stream().mapToInt(i -> i).sum();
      Packet[] rest = new Packet[lane.pool.capacity()];
      int unreceived = lane.port.receive(rest, rest.length);
      lane.port.free(rest, 0, unreceived);
      assertThat(lane.instance.lost()).isPositive();
      assertThat(sent + lane.instance.lost() + unreceived).isEqualTo(500);
      assertThat(store.openSessions()).isZero();
      lane.assertNothingLeaked();
    }
  }

  /** Packets that were let out, are held, or were dropped; frames that were emitted left out. */
  private static long settled(Lane lane) {
    return lane.metrics.packetsOut()
        - lane.metrics.emitted()
        + lane.metrics.held()
        + lane.metrics.drops(DropReason.CONFLICT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldReleaseWhatWasHeldExactlyOnceThoughInstancesShareTheFlows(long seed)
      throws InterruptedException {
    int packets = 6_000;
    int flows = 40;
    AtomicInteger pairs = new AtomicInteger();
    PipeConfig config = config(3, false).withTimers(Duration.ofMillis(1), Duration.ofSeconds(5));
    try (DelayedStore store = new DelayedStore(seed, 4);
        Lane one = new Lane("one", store, config, new PairingFunction(pairs));
        Lane two = new Lane("two", store, config, new PairingFunction(pairs))) {
      one.instance.start();
      two.instance.start();
      Random random = new Random(seed);
      for (int i = 0; i < packets; i++) {
        (random.nextBoolean() ? one : two).offer(random.nextInt(flows), i);
      }
      while (settled(one) + settled(two) < packets) {
        Thread.onSpinWait();
      }
      store.timersDueAtOnce = true;
      while (store.timers() > 0) {
        Thread.onSpinWait();
      }
      one.port.closeInput();
      two.port.closeInput();
      one.instance.awaitEnd();
      two.instance.awaitEnd();
      Map<Integer, Integer> seen = new HashMap<>();
      one.drainSequences(seen);
      two.drainSequences(seen);
      long dropped =
          one.metrics.drops(DropReason.CONFLICT) + two.metrics.drops(DropReason.CONFLICT);
      assertThat(seen.values()).containsOnly(1);
      assertThat(seen.size() + dropped).isEqualTo(packets);
      assertThat(store.values("pairing.flows")).isEmpty();
      long held = one.metrics.held() + two.metrics.held();
      assertThat(one.metrics.emitted() + two.metrics.emitted()).isEqualTo(held);
      assertThat((long) pairs.get()).isBetween(held - flows, held);
      assertThat(one.metrics.conflicts() + two.metrics.conflicts()).isPositive();
      one.assertNothingLeaked();
      two.assertNothingLeaked();
    }
  }

  @Test
  void shouldEmitInFrontOfThePacketAndCountWhatHasNoBuffer() throws InterruptedException {
    AtomicInteger pairs = new AtomicInteger();
    try (DelayedStore store = new DelayedStore(1, 0);
        Lane lane = new Lane("one", store, config(1, false), new PairingFunction(pairs))) {
      lane.offer(0, 1);
      lane.offer(1, 2);
      lane.offer(0, 3);
      lane.instance.start();
      while (lane.port.outputSize() < 2) { // they are counted before they are there
        Thread.onSpinWait();
      }
      assertThat(lane.drainInOrder()).containsExactlyEntriesOf(Map.of(0, 2));
      List<Packet> taken = new ArrayList<>();
      // No buffer is left but one, for the packet; the held frame cannot leave.
      for (Packet p = lane.pool.acquire(); p != null; p = lane.pool.acquire()) {
        taken.add(p);
      }
      taken.removeLast().release();
      lane.offer(1, 4);
      while (lane.metrics.packetsOut() < 3) {
        Thread.onSpinWait();
      }
      lane.port.closeInput();
      lane.instance.awaitEnd();
      assertThat(lane.drops()).containsExactlyEntriesOf(Map.of(DropReason.NO_BUFFER, 1L));
      assertThat(lane.metrics.emitted()).isEqualTo(2);
      assertThat(pairs).hasValue(2);
      lane.drainInOrder();
      taken.forEach(Packet::release);
      lane.assertNothingLeaked();
    }
  }

  @Test
  void shouldReadEachDistinctKeyOncePerBatch() throws InterruptedException {
    try (DelayedStore store = new DelayedStore(5, 0);
        Lane lane =
            new Lane(
                "one", store, config(1, false), new CountingFunction(false, FailurePolicy.DROP))) {
      for (int i = 0; i < 320; i++) {
        lane.offer(0, i);
      }
      lane.port.closeInput();
      lane.instance.start();
      lane.instance.awaitEnd();
      assertThat(lane.metrics.batches()).isEqualTo(10);
      assertThat(lane.metrics.storeReads()).isEqualTo(10);
      assertThat(lane.metrics.storeWrites()).isBetween(11L, 20L); // one per batch, and the totals
      lane.drainInOrder();
      lane.assertNothingLeaked();
    }
  }
}
