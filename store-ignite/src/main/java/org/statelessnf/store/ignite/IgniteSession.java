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
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
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
    Flight flight = begin(batch);
    KeyIndex index = flight.index();
    flight.started(); // holds the flight until all calls are out
    plan.begin(index.size());
    for (int key = 0; key < index.size(); key++) {
      plan.add(key, grid.readGroup(index.key(key)), 0);
    }
    while (plan.next(MAX_CALL_KEYS, Integer.MAX_VALUE, key -> 0)) {
      Call call = call(flight);
      grid.getAll(plan.group(), call.keys(), call);
    }
    ended(flight);
    progress();
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    Flight flight = begin(batch);
    KeyIndex index = flight.index();
    flight.started();
    plan.begin(index.size());
    for (int key = 0; key < index.size(); key++) {
      plan(batch, index, key);
    }
    sendWrites(batch, flight);
    ended(flight);
    progress();
  }

  private void plan(WriteBatch batch, KeyIndex index, int key) {
    long ttl = batch.effectiveTtlMillis(index.lastSlot(key));
    plan.add(key, grid.writeGroup(index.key(key)), ttl);
  }

  private void sendWrites(WriteBatch batch, Flight flight) {
    KeyIndex index = flight.index();
    long[] given = flight.given(batch.size());
    while (plan.next(MAX_CALL_KEYS, MAX_CALL_BYTES, key -> WriteRequest.bytes(batch, index, key))) {
      byte[] ops =
          WriteRequest.encode(
              batch, index, plan.members(), plan.count(), plan.bytes(), versions, given);
      Call call = call(flight);
      grid.invokeAll(
          plan.group(), call.keys().sorted(), ops, reclaimMillis(plan.ttlMillis()), call);
    }
  }

  /** Ignite's own expiry only frees memory; its clock may be off by some of its long steps. */
  private static long reclaimMillis(long ttlMillis) {
    return ttlMillis < 0 ? -1 : ttlMillis + RECLAIM_LATER_MILLIS;
  }

  private Flight begin(Batch batch) {
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
    flight.begin(batch);
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
      switch (flight.batch()) {
        case ReadBatch reads -> read(reads, flight, call);
        case WriteBatch writes -> written(writes, flight, call);
        case null, default -> {} // abandoned
      }
      ended(flight);
    }
  }

  private void ended(Flight flight) {
    Batch batch = flight.batch();
    if (flight.ended() && batch != null) {
      flight.end();
      idle.push(flight);
      complete(batch);
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
      byte[] record = entry.getValue();
      if (!RecordLayout.expires(record)
          || RecordLayout.isLive(record, System.currentTimeMillis())) {
        int slot = index.find(entry.getKey());
        for (; slot >= 0; slot = index.nextSlot(slot)) {
          found(batch, slot, record);
        }
      }
    }
    if (batch.pendingSlots() > 0) {
      resolve(batch, index, call.keys(), Outcome.ABSENT);
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

  private void written(WriteBatch batch, Flight flight, Call call) {
    KeyIndex index = flight.index();
    Throwable failure = call.failure();
    if (failure != null) {
      LOG.debug("write failed", failure);
      resolve(batch, index, call.keys(), call.wasNotSent() ? Outcome.UNAVAILABLE : Outcome.UNKNOWN);
      return;
    }
    long[] given = flight.given(batch.size());
    Map<byte[], EntryProcessorResult<byte[]>> answer = call.answer();
    List<Integer> moved = null;
    for (Map.Entry<byte[], EntryProcessorResult<byte[]>> entry : answer.entrySet()) {
      int slot = index.find(entry.getKey());
      try {
        byte[] results = entry.getValue().get();
        if (results != null && WriteResults.isMoved(results)) {
          moved = moved == null ? new ArrayList<>() : moved;
          moved.add(index.number(entry.getKey()));
          for (; slot >= 0; slot = index.nextSlot(slot)) {
            given[slot] = 0; // not applied
          }
        } else if (results != null) {
          WriteRequest.answer(batch, index, slot, results, given);
        }
      } catch (EntryProcessorException e) {
        LOG.warn("a write failed at the server", e);
        for (; slot >= 0; slot = index.nextSlot(slot)) {
          batch.resolve(slot, Outcome.UNKNOWN);
        }
      }
    }
    for (byte[] key : call.keys()) {
      for (int slot = index.find(key); slot >= 0; slot = index.nextSlot(slot)) {
        if (batch.outcome(slot) == Outcome.PENDING && given[slot] != 0) {
          WriteRequest.applied(batch, slot, given);
        }
      }
    }
    if (moved != null) {
      resend(batch, flight, moved);
    }
  }

  /** Sends the writes of keys that another server owns by now once more; they were not applied. */
  private void resend(WriteBatch batch, Flight flight, List<Integer> moved) {
    KeyIndex index = flight.index();
    if (flight.resend() < MAX_RESENDS) {
      plan.begin(moved.size());
      for (int key : moved) {
        plan(batch, index, key);
      }
      sendWrites(batch, flight);
      return;
    }
    for (int key : moved) {
      for (int slot = index.firstSlot(key); slot >= 0; slot = index.nextSlot(slot)) {
        batch.resolve(slot, Outcome.UNAVAILABLE);
      }
    }
  }

  /** Answers the slots of a call's keys that are still pending. */
  private static void resolve(Batch batch, KeyIndex index, KeySet keys, Outcome outcome) {
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
