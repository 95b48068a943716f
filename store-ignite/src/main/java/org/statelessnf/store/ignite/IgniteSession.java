package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStoreSession;
import org.statelessnf.store.support.Versions;

/**
 * A session: cuts batches into calls, one per owner of the keys, and takes their answers back. All
 * of it on the session's thread but {@link #arrived}.
 */
final class IgniteSession extends AbstractStoreSession {
  /** Bounds of one call: it holds locks at the server as long as it takes. */
  private static final int MAX_CALL_KEYS = 1024;

  private static final int MAX_CALL_BYTES = 1 << 20;
  private static final long RECLAIM_LATER_MILLIS = 5000;
  private static final int MAX_RESENDS = 5;
  private static final int SPINS = 50;
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final Logger LOG = LoggerFactory.getLogger(IgniteSession.class);

  private final Grid grid;
  private final ConcurrentLinkedQueue<Call> arrived = new ConcurrentLinkedQueue<>();
  private final List<@Nullable Flight> flights = new ArrayList<>();
  private final ArrayDeque<Flight> idle = new ArrayDeque<>();
  private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
  private final CallPlan plan = new CallPlan();
  private final Versions versions = new Versions();
  private volatile @Nullable Thread waiting;

  IgniteSession(IgniteStore store, Grid grid) {
    super(store);
    this.grid = grid;
  }

  // --- out ---

  @Override
  protected void startRead(ReadBatch batch) {
    Flight flight = begin(batch, null);
    KeyIndex index = flight.index();
    index.fill(batch);
    flight.started(); // holds the flight until all calls are out
    boolean[] answered = flight.answered(index.size());
    grid.readHere(
        index, answered, (key, record) -> read(batch, index, index.firstSlot(key), record));
    plan.begin(index.size());
    int local = 0;
    for (int key = 0; key < index.size(); key++) {
      if (!answered[key]) {
        plan.add(key, grid.readGroup(index.key(key)), 0);
      }
      if (answered[key] || grid.isLocal(index.key(key))) {
        local += index.slots(key);
      }
    }
    batch.localReads(local);
    while (plan.next(MAX_CALL_KEYS, Integer.MAX_VALUE, key -> 0)) {
      Call call = call(flight);
      grid.getAll(plan.group(), call.keys(), call);
    }
    ended(flight);
    progress();
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    start(batch, new WriteWork(batch));
  }

  @Override
  protected void startTimers(TimerBatch batch) {
    start(batch, new TimerWork(batch));
  }

  @Override
  protected void startClaim(ClaimBatch batch) {
    start(batch, new ClaimWork(batch, grid));
  }

  @Override
  protected void startFilter(FilterBatch batch) {
    start(batch, new FilterWork(batch));
  }

  private void start(Batch batch, Work work) {
    Flight flight = begin(batch, work);
    flight.started();
    ended(flight);
    progress();
  }

  /** Sends a round of work; false if there is none left. */
  private boolean round(Flight flight, Work work) {
    if (!work.next()) {
      return false;
    }
    flight.started(); // holds the flight until all calls are out
    flight.begin(work);
    plan.begin(flight.index().size());
    for (int key = 0; key < flight.index().size(); key++) {
      plan(work, flight.index(), key);
    }
    send(work, flight);
    for (int question = 0; question < work.questions(); question++) {
      flight.started();
      work.ask(question, new Call(this, flight, question));
    }
    return true;
  }

  private void plan(Work work, KeyIndex index, int key) {
    plan.add(key, grid.writeGroup(index.key(key)), work.ttlMillis(index.lastSlot(key)));
  }

  private void send(Work work, Flight flight) {
    KeyIndex index = flight.index();
    long[] given = flight.given(work.operations());
    while (plan.next(MAX_CALL_KEYS, MAX_CALL_BYTES, key -> WriteRequest.bytes(work, index, key))) {
      byte[] ops = WriteRequest.encode(work, index, plan, versions, given);
      Call call = call(flight);
      grid.invokeAll(
          plan.group(), call.keys().sorted(), ops, reclaimMillis(plan.ttlMillis()), call);
    }
  }

  /** Ignite's own expiry only frees memory; its clock may be off by some of its long steps. */
  private static long reclaimMillis(long ttlMillis) {
    return ttlMillis < 0 ? -1 : ttlMillis + RECLAIM_LATER_MILLIS;
  }

  private Flight begin(Batch batch, @Nullable Work work) {
    Flight flight = idle.poll();
    if (flight == null) {
      Integer free = freeNumbers.poll();
      flight = new Flight(free == null ? flights.size() : free);
      if (free == null) {
        flights.add(flight);
      } else {
        flights.set(free, flight);
      }
    }
    batch.attachment(flight.number());
    flight.begin(batch, work);
    return flight;
  }

  @SuppressWarnings("UndefinedEquals") // nobody looks a key up in this set
  private Call call(Flight flight) {
    KeySet keys = new KeySet(plan.count());
    for (int i = 0; i < plan.count(); i++) {
      keys.append(flight.index().key(plan.members()[i]));
    }
    flight.started();
    return new Call(this, flight, keys);
  }

  // --- back ---

  /** A call was answered or has failed. Any thread. */
  void arrived(Call call) {
    arrived.add(call);
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  protected void progress() {
    for (Call call = arrived.poll(); call != null; call = arrived.poll()) {
      Flight flight = call.flight();
      Work work = flight.work();
      if (flight.batch() instanceof ReadBatch reads) {
        read(reads, flight, call);
      } else if (work != null && call.question() >= 0) {
        work.told(call.question(), call.reply());
      } else if (work != null) {
        written(work, flight, call);
      } // else it was abandoned
      ended(flight);
    }
  }

  private void ended(Flight flight) {
    while (flight.ended()) {
      Batch batch = flight.batch();
      Work work = flight.work();
      if (work == null || !round(flight, work)) {
        if (batch != null) {
          flight.end();
          idle.push(flight);
          complete(batch);
        }
        return;
      }
    }
  }

  private static void read(ReadBatch batch, Flight flight, Call call) {
    KeyIndex index = flight.index();
    if (call.failure() != null) {
      LOG.debug("read failed", call.failure());
      resolve(batch, index, call.keys(), Outcome.UNAVAILABLE);
      return;
    }
    Map<byte[], byte[]> answer = call.answer();
    for (Map.Entry<byte[], byte[]> entry : answer.entrySet()) {
      read(batch, index, index.find(entry.getKey()), entry.getValue());
    }
    if (batch.pendingSlots() > 0) {
      resolve(batch, index, call.keys(), Outcome.ABSENT);
    }
  }

  /** Answers a key's slots. */
  private static void read(ReadBatch batch, KeyIndex index, int slot, byte @Nullable [] record) {
    boolean live =
        record != null
            && (!RecordLayout.expires(record)
                || RecordLayout.isLive(record, System.currentTimeMillis()));
    for (; slot >= 0; slot = index.nextSlot(slot)) {
      if (record != null && live) {
        found(batch, slot, record);
      } else {
        batch.resolve(slot, Outcome.ABSENT);
      }
    }
  }

  private static void found(ReadBatch batch, int slot, byte[] record) {
    int length = record.length - RecordLayout.VALUE;
    if (length > batch.valueCapacity(slot)) {
      batch.resolve(slot, Outcome.TOO_LARGE); // written through a handle with other bounds
      return;
    }
    MemorySegment value = MemorySegment.ofArray(record);
    batch.found(slot, RecordLayout.version(record), value, RecordLayout.VALUE, length);
  }

  private void written(Work work, Flight flight, Call call) {
    KeyIndex index = flight.index();
    long[] given = flight.given(work.operations());
    Throwable failure = call.failure();
    if (failure != null) {
      LOG.debug("write failed", failure);
      Outcome outcome = call.wasNotSent() ? Outcome.UNAVAILABLE : Outcome.UNKNOWN;
      for (byte[] key : call.keys()) {
        fail(work, index, index.find(key), outcome, given);
      }
      return;
    }
    Map<byte[], EntryProcessorResult<byte[]>> answer = call.answer();
    List<Integer> moved = null;
    for (Map.Entry<byte[], EntryProcessorResult<byte[]>> entry : answer.entrySet()) {
      int op = index.find(entry.getKey());
      try {
        byte[] results = entry.getValue().get();
        if (results != null && WriteResults.isMoved(results)) {
          moved = moved == null ? new ArrayList<>() : moved;
          moved.add(index.number(entry.getKey()));
          for (; op >= 0; op = index.nextSlot(op)) {
            given[op] = 0; // not applied
          }
        } else if (results != null) {
          WriteRequest.answer(work, index, op, results, given);
        }
      } catch (EntryProcessorException e) {
        LOG.warn("a write failed at the server", e);
        fail(work, index, op, Outcome.UNKNOWN, given);
      }
    }
    for (byte[] key : call.keys()) {
      for (int op = index.find(key); op >= 0; op = index.nextSlot(op)) {
        if (given[op] != 0) {
          work.applied(op, given[op]);
          given[op] = 0;
        }
      }
    }
    if (moved != null) {
      resend(work, flight, moved);
    }
  }

  /** Sends the writes of keys that another server owns by now once more; they were not applied. */
  private void resend(Work work, Flight flight, List<Integer> moved) {
    KeyIndex index = flight.index();
    boolean again = flight.resend() < MAX_RESENDS;
    plan.begin(moved.size());
    for (int key : moved) {
      if (again) {
        plan(work, index, key);
      } else {
        int op = index.firstSlot(key);
        fail(work, index, op, Outcome.UNAVAILABLE, flight.given(work.operations()));
      }
    }
    send(work, flight);
  }

  private static void fail(Work work, KeyIndex index, int op, Outcome outcome, long[] given) {
    for (; op >= 0; op = index.nextSlot(op)) {
      work.failed(op, outcome, given[op]);
      given[op] = 0;
    }
  }

  /** Answers the slots of a call's keys that are still pending. */
  private static void resolve(ReadBatch batch, KeyIndex index, KeySet keys, Outcome outcome) {
    for (byte[] key : keys) {
      for (int slot = index.find(key); slot >= 0; slot = index.nextSlot(slot)) {
        if (batch.outcome(slot) == Outcome.PENDING) {
          batch.resolve(slot, outcome);
        }
      }
    }
  }

  // --- the base class's questions ---

  @Override
  protected void pause(int idleRounds, long deadlineNanos) {
    if (idleRounds < SPINS) {
      Thread.onSpinWait();
      return;
    }
    waiting = Thread.currentThread();
    if (arrived.isEmpty()) {
      LockSupport.parkNanos(Math.min(deadlineNanos - System.nanoTime(), MAX_WAIT_NANOS));
    }
    waiting = null;
  }

  @Override
  protected void abandon(Batch batch) {
    Flight flight = flights.get(batch.attachment());
    if (flight != null && flight.batch() == batch) {
      flights.set(flight.number(), null);
      freeNumbers.add(flight.number());
      flight.end();
    }
  }

  @Override
  protected ScanCursor openScan(Table table) {
    return new IgniteScan(grid, (IgniteTable) table);
  }
}
