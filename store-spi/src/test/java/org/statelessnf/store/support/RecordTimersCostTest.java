package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.example.MapSession;
import org.statelessnf.store.example.MapStore;
import org.statelessnf.store.support.TimerInstance.Claimed;

/**
 * What the default timers ask of the store: slots read, slots written, and round trips, that is
 * batches of slots. The figures are those of {@code docs/adr/0006-default-timers.md}.
 */
class RecordTimersCostTest {
  private static final int MANY = 100;
  private static final long LEASE = 30_000;
  private static final long DELAY = 10_000;

  /** Slots and batches since the last {@link Counting#taken}. */
  private record Cost(int reads, int writes, int trips) {}

  /** The example store, counting. */
  private static final class Counting extends MapStore {
    private final MapRecords records;
    private final AtomicLong clock;
    private int reads;
    private int writes;
    private int trips;

    Counting(MapRecords records, AtomicLong clock) {
      super(StoreUri.parse("map:?timeout=20s"), records);
      this.records = records;
      this.clock = clock;
    }

    Cost taken() {
      Cost cost = new Cost(reads, writes, trips);
      reads = 0;
      writes = 0;
      trips = 0;
      return cost;
    }

    @Override
    protected long clockMillis() {
      return clock.get();
    }

    @Override
    protected StoreSession createSession() {
      return new MapSession(this, records) {
        @Override
        protected void startRead(ReadBatch batch) {
          reads += batch.size();
          trips++;
          super.startRead(batch);
        }

        @Override
        protected void startWrite(WriteBatch batch) {
          writes += batch.size();
          trips++;
          super.startWrite(batch);
        }
      };
    }
  }

  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
  private final MapRecords records = new MapRecords();
  private final Counting setterStore = new Counting(records, now);
  private final Counting claimantStore = new Counting(records, now);
  private final TimerInstance setter = new TimerInstance(setterStore);
  private final TimerInstance claimant = new TimerInstance(claimantStore);

  /** The shard's cursor and the markers of the second around are there, as in a queue in use. */
  @BeforeEach
  void warm() {
    assertThat(setter.schedule("warm", DELAY)).isEqualTo(Outcome.OK);
    setterStore.taken();
  }

  @AfterEach
  void close() {
    setterStore.close();
    claimantStore.close();
  }

  private Cost arm(long spreadMillis) {
    for (int i = 0; i < MANY; i++) {
      setter.addSchedule("t" + i, DELAY + RecordTimerQueue.TICK_MILLIS + i * spreadMillis, "p");
    }
    return run();
  }

  private Cost run() {
    assertThat(setter.run()).containsOnly(Outcome.OK);
    return setterStore.taken();
  }

  private Cost reschedule(long delayMillis) {
    for (int i = 0; i < MANY; i++) {
      setter.addReschedule("t" + i, delayMillis);
    }
    return run();
  }

  @Test
  void shouldArmOneTimerWithTwoWrites() {
    // The timer, its bucket; then the cursor and two markers are looked at.
    assertThat(setter.schedule("a", DELAY + 100)).isEqualTo(Outcome.OK);
    assertThat(setterStore.taken()).isEqualTo(new Cost(3, 2, 3));
  }

  @Test
  void shouldMarkEverySecondAndFourMinutesOnce() {
    assertThat(setter.schedule("a", DELAY + 1024)).isEqualTo(Outcome.OK);
    assertThat(setterStore.taken()).isEqualTo(new Cost(6, 3, 5));
    assertThat(setter.schedule("b", DELAY + 1024 * 256)).isEqualTo(Outcome.OK);
    assertThat(setterStore.taken()).isEqualTo(new Cost(6, 4, 5));
    assertThat(setter.schedule("c", DELAY + 1024 * 256 + 100)).isEqualTo(Outcome.OK);
    assertThat(setterStore.taken()).isEqualTo(new Cost(3, 2, 3));
  }

  @Test
  void shouldArmManyOfOneMomentWithOneWriteMore() {
    assertThat(arm(0)).isEqualTo(new Cost(3, MANY + 1, 3));
  }

  @Test
  void shouldArmManyOfDifferentMomentsInAFewRoundTrips() {
    arm(RecordTimerQueue.TICK_MILLIS);
    assertThat(reschedule(DELAY + 200).trips()).isLessThan(10);
    Cost cost = arm(RecordTimerQueue.TICK_MILLIS);
    assertThat(cost.trips()).isLessThan(12);
  }

  @Test
  void shouldPutOffWithOneWriteEach() {
    arm(0);
    Cost first = reschedule(2 * DELAY); // is confirmed on the occasion
    assertThat(first.writes()).isBetween(2 * MANY, 2 * MANY + 4);
    assertThat(reschedule(3 * DELAY)).isEqualTo(new Cost(MANY, MANY, 2));
    assertThat(reschedule(4 * DELAY)).isEqualTo(new Cost(MANY, MANY, 2));
  }

  /** A claimant that polls: the last time shortly before. */
  private List<Claimed> claimAll() {
    arm(0);
    now.addAndGet(DELAY - 500);
    claimant.claim(1, LEASE);
    claimantStore.taken();
    now.addAndGet(600);
    List<Claimed> claimed = claimant.claim(128, LEASE);
    assertThat(claimed).hasSize(MANY + 1);
    return claimed;
  }

  @Test
  void shouldClaimWithLittleMoreThanOneWriteEach() {
    claimAll();
    // Each timer, its bucket emptied; one bucket at the end of the lease with two markers; the
    // cursor, and three markers that are of no use any more.
    Cost cost = claimantStore.taken();
    assertThat(cost.writes()).isLessThanOrEqualTo(MANY + 1 + 10);
    assertThat(cost.trips()).isLessThanOrEqualTo(11);
  }

  @Test
  void shouldCompleteWithOneWriteEachAndNoRead() {
    claimAll().forEach(claimant::addComplete);
    claimantStore.taken();
    assertThat(claimant.run()).containsOnly(Outcome.OK);
    assertThat(claimantStore.taken()).isEqualTo(new Cost(0, MANY + 1, 1));
  }

  @Test
  void shouldRearmWithOneWriteEach() {
    List<Claimed> claimed = claimAll();
    claimantStore.taken();
    claimed.subList(0, 50).forEach(c -> claimant.addRearm(c, LEASE + 1000));
    assertThat(claimant.run()).containsOnly(Outcome.OK);
    assertThat(claimantStore.taken()).isEqualTo(new Cost(50, 50, 2));
    // Sooner than the entry at the end of the lease: one more entry, in one bucket.
    claimed.subList(50, 100).forEach(c -> claimant.addRearm(c, 100));
    assertThat(claimant.run()).containsOnly(Outcome.OK);
    Cost cost = claimantStore.taken();
    assertThat(cost.reads()).isLessThanOrEqualTo(50 + 6);
    assertThat(cost.writes()).isLessThanOrEqualTo(50 + 3);
    assertThat(cost.trips()).isLessThanOrEqualTo(6);
  }

  @Test
  void shouldPollAnIdleQueueInOneRoundTrip() {
    claimant.claim(1, LEASE);
    claimantStore.taken();
    assertThat(claimant.claim(128, LEASE)).isEmpty();
    assertThat(claimantStore.taken()).isEqualTo(new Cost(RecordTimerQueue.SHARDS, 0, 1));
    // In a shard that is in use: whether its second is marked, and a little later it is.
    now.addAndGet(RecordTimerQueue.TICK_MILLIS);
    assertThat(claimant.claim(128, LEASE)).isEmpty();
    assertThat(claimantStore.taken()).isEqualTo(new Cost(RecordTimerQueue.SHARDS + 1, 0, 2));
    now.addAndGet(DELAY - 500);
    claimant.claim(1, LEASE);
    claimantStore.taken();
    // Then the tick is closed and its bucket looked for.
    now.addAndGet(RecordTimerQueue.TICK_MILLIS);
    assertThat(claimant.claim(128, LEASE)).isEmpty();
    assertThat(claimantStore.taken()).isEqualTo(new Cost(RecordTimerQueue.SHARDS + 2, 1, 4));
  }
}
