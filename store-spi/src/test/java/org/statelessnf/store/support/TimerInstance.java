package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/** One instance's view of a timer queue, in words that tests like. */
final class TimerInstance {
  static final TimerSpec SPEC = TimerSpec.of("q", 40, 32);
  private static final long TIMEOUT_NANOS = 20_000_000_000L;

  final StateStore store;
  final StoreSession session;
  final TimerQueue queue;
  final TimerBatch batch;
  final ClaimBatch claim;

  /** A claimed timer. */
  record Claimed(String id, long fence, long deadline, String payload) {}

  TimerInstance(StateStore store) {
    this(store, 128);
  }

  TimerInstance(StateStore store, int slots) {
    this.store = store;
    this.session = store.openSession();
    this.queue = store.timers(SPEC);
    this.batch = session.newTimerBatch(slots);
    this.claim = session.newClaimBatch(slots);
  }

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  void addSchedule(String id, long delayMillis, String payload) {
    MemorySegment key = bytes(id);
    MemorySegment value = bytes(payload);
    batch.schedule(
        queue, key, 0, (int) key.byteSize(), delayMillis, value, 0, (int) value.byteSize());
  }

  void addReschedule(String id, long delayMillis) {
    MemorySegment key = bytes(id);
    batch.reschedule(queue, key, 0, (int) key.byteSize(), delayMillis);
  }

  void addCancel(String id) {
    MemorySegment key = bytes(id);
    batch.cancel(queue, key, 0, (int) key.byteSize());
  }

  void addComplete(Claimed claimed) {
    MemorySegment key = bytes(claimed.id());
    batch.complete(queue, key, 0, (int) key.byteSize(), claimed.fence());
  }

  void addRearm(Claimed claimed, long delayMillis) {
    MemorySegment key = bytes(claimed.id());
    batch.rearm(queue, key, 0, (int) key.byteSize(), claimed.fence(), delayMillis);
  }

  /** Executes what was added. */
  List<Outcome> run() {
    session.submit(batch, TIMEOUT_NANOS);
    session.await(batch);
    List<Outcome> outcomes = new ArrayList<>();
    for (int slot = 0; slot < batch.size(); slot++) {
      outcomes.add(batch.outcome(slot));
    }
    batch.clear();
    return outcomes;
  }

  Outcome schedule(String id, long delayMillis) {
    addSchedule(id, delayMillis, "");
    return run().getFirst();
  }

  Outcome reschedule(String id, long delayMillis) {
    addReschedule(id, delayMillis);
    return run().getFirst();
  }

  Outcome cancel(String id) {
    addCancel(id);
    return run().getFirst();
  }

  Outcome complete(Claimed claimed) {
    addComplete(claimed);
    return run().getFirst();
  }

  Outcome rearm(Claimed claimed, long delayMillis) {
    addRearm(claimed, delayMillis);
    return run().getFirst();
  }

  List<Claimed> claim(int max, long leaseMillis) {
    claim.clear();
    claim.claimDue(queue, max, leaseMillis);
    session.submit(claim, TIMEOUT_NANOS);
    session.await(claim);
    List<Claimed> all = new ArrayList<>();
    for (int slot = 0; slot < claim.claimed(); slot++) {
      all.add(
          new Claimed(
              new String(claim.key(slot), StandardCharsets.UTF_8),
              claim.fence(slot),
              claim.deadlineMillis(slot),
              new String(claim.payload(slot), StandardCharsets.UTF_8)));
    }
    return all;
  }
}
