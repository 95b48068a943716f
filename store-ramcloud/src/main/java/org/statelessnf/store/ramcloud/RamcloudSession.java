package org.statelessnf.store.ramcloud;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

/**
 * A session: plans batches, hands them to its call thread, takes the answers back. All of it on the
 * session's thread but {@link #arrived}.
 *
 * <p>A call that is overdue is given up: the batch is answered and gets other memory, since the
 * call may still write into what it had. Batches that wait behind such a call end unsent. If it
 * stays away, its thread is left behind and a new one with a new client takes over, as long as not
 * too many were left behind ({@link Library#MAX_ABANDONED}).
 */
final class RamcloudSession extends AbstractStoreSession {
  private static final int SPINS = 200;
  private static final int TYPICAL_SLOTS = 128;
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long CLOSE_MILLIS = 2000;
  private static final Logger LOG = LoggerFactory.getLogger(RamcloudSession.class);

  private final Library library;
  private final long replaceAfterNanos;
  private final long resendAfterNanos;
  private final KeyHints hints = new KeyHints();
  private final ReadPlan reads = new ReadPlan(this, hints);
  private final WritePlan writes = new WritePlan(this, hints);
  private final List<Flight> active = new ArrayList<>();
  private final ArrayDeque<Flight> idle = new ArrayDeque<>();
  private ExpirySweep sweep = new ExpirySweep(hints);
  private CallThread calls;
  private @Nullable Task stuck;
  private long stuckSince;
  private volatile @Nullable Thread waiting;

  RamcloudSession(RamcloudStore store, Library library, RamcloudOptions options) {
    super(store);
    this.library = library;
    this.replaceAfterNanos = options.replaceAfter().toNanos();
    this.resendAfterNanos = options.resendAfter().toNanos();
    this.calls = newCalls();
  }

  private CallThread newCalls() {
    return new CallThread(library, "ramcloud-calls");
  }

  /** How long a call takes at least in which the library sent something twice. */
  long resendAfterNanos() {
    return resendAfterNanos;
  }

  @Override
  public int valueHeadroomBytes() {
    return RcRecord.HEADER_BYTES;
  }

  // --- out ---

  @Override
  protected void startRead(ReadBatch batch) {
    Flight flight = begin(batch);
    reads.begin(batch, flight);
    send(flight);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    Flight flight = begin(batch);
    writes.begin(batch, flight);
    send(flight);
  }

  private Flight begin(Batch batch) {
    Flight flight = idle.poll();
    if (flight == null) {
      flight = new Flight(this, Math.max(batch.capacity(), TYPICAL_SLOTS));
    }
    active.add(flight);
    flight.begin(batch);
    return flight;
  }

  private void send(Flight flight) {
    if (!submit(flight)) {
      flight.taken();
      flight.requests().fail(RcStatus.NOT_CONNECTED);
      answered(flight);
    }
  }

  /** Hands a task to the call thread, a new one if the present one is of no more use. */
  private boolean submit(Task task) {
    if (calls.isDead()) {
      replaceCalls();
    } else if (stuck != null) {
      replaceIfStuck();
    }
    return calls.submit(task);
  }

  private void replaceIfStuck() {
    if (stuck != null && stuck.hasReturned()) {
      stuck = null;
    } else if (System.nanoTime() - stuckSince > replaceAfterNanos && library.abandon(calls)) {
      LOG.warn("a call to RAMCloud has not come back; a new client takes over");
      replaceCalls();
    }
  }

  private void replaceCalls() {
    calls = newCalls();
    stuck = null;
    sweep = new ExpirySweep(hints); // the other one may wait behind a call for ever
  }

  private void isStuck(Task task) {
    if (stuck == null) {
      stuck = task;
      stuckSince = System.nanoTime();
    }
  }

  // --- back ---

  /** A task is done. On the call thread. */
  void arrived() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  protected void progress() {
    for (int i = active.size() - 1; i >= 0; i--) {
      if (i < active.size() && active.get(i).isDone()) {
        Flight flight = active.get(i);
        flight.taken();
        answered(flight);
      }
    }
    if (stuck == null && sweep.isDue() && !submit(sweep)) {
      sweep.refused();
    }
  }

  /** A record was written that has a time-to-live. */
  void expires(WriteBatch batch, int slot, long hash, long version, long expiresAt) {
    sweep.note(batch, slot, hash, version, expiresAt);
  }

  private void answered(Flight flight) {
    Batch batch = Objects.requireNonNull(flight.batch());
    switch (batch) {
      case ReadBatch r -> reads.answered(r, flight);
      case WriteBatch w -> writes.answered(w, flight);
      default -> throw new IllegalStateException("flight of " + batch);
    }
    if (flight.requests().count() > 0) {
      send(flight);
      return;
    }
    remove(flight);
    idle.push(flight);
    complete(batch);
  }

  private void remove(Flight flight) {
    active.remove(flight);
    flight.end();
  }

  // --- the end of patience ---

  @Override
  protected void abandon(Batch batch) {
    for (Flight flight : active) {
      if (flight.batch() == batch) {
        abandon(batch, flight);
        return;
      }
    }
  }

  private void abandon(Batch batch, Flight flight) {
    boolean running = !flight.cancel();
    if (running) {
      flight.detach(batch);
      NativeRamcloud.givenUp(1);
      if (flight.giveUp()) {
        isStuck(flight);
      } else {
        NativeRamcloud.givenUp(-1); // it came back just now; what it brought is not looked at
        flight.discard();
      }
    } else {
      giveUpSweep();
    }
    if (batch instanceof WriteBatch write) {
      for (int slot = 0; slot < batch.size(); slot++) {
        if (batch.outcome(slot) == Outcome.PENDING) {
          writes.overdue(write, flight, slot, running);
        }
      }
    }
    remove(flight);
  }

  /**
   * If a batch ran out of time behind the sweep's call, that is the one that does not come back.
   */
  private void giveUpSweep() {
    NativeRamcloud.givenUp(1);
    if (sweep.giveUp()) {
      isStuck(sweep);
      sweep = new ExpirySweep(hints);
    } else {
      NativeRamcloud.givenUp(-1);
    }
  }

  /** Asks for a table's number anew, in the background: the cluster does not know it any more. */
  void renew(RamcloudTable table) {
    if (table.beginRenewal() && !calls.submit(new Renewal(table))) {
      table.renewed(0);
    }
  }

  @Override
  protected void pause(int idleRounds, long deadlineNanos) {
    if (idleRounds < SPINS) {
      Thread.onSpinWait();
      return;
    }
    waiting = Thread.currentThread();
    if (!anyDone()) {
      LockSupport.parkNanos(Math.min(deadlineNanos - System.nanoTime(), MAX_WAIT_NANOS));
    }
    waiting = null;
  }

  private boolean anyDone() {
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).isDone()) {
        return true;
      }
    }
    return false;
  }

  /** Runs a task to its end, or gives it up; false then. */
  boolean call(Task task, long timeoutNanos) {
    long deadline = System.nanoTime() + timeoutNanos;
    if (!submit(task)) {
      return false;
    }
    waiting = Thread.currentThread();
    long left = timeoutNanos;
    while (!task.isDone() && left > 0) {
      LockSupport.parkNanos(Math.min(left, MAX_WAIT_NANOS));
      left = deadline - System.nanoTime();
    }
    waiting = null;
    if (task.isDone()) {
      return true;
    }
    if (!task.cancel()) {
      NativeRamcloud.givenUp(1);
      if (!task.giveUp()) {
        NativeRamcloud.givenUp(-1);
        return true;
      }
      isStuck(task);
    } else {
      giveUpSweep();
    }
    return false;
  }

  @Override
  protected ScanCursor openScan(Table table) {
    return new RamcloudScan(this, (RamcloudTable) table);
  }

  @Override
  protected void release() {
    calls.retire();
    if (stuck != null || !calls.join(CLOSE_MILLIS)) {
      library.abandonAnyway(calls);
    }
  }

  private final class Renewal extends Task {
    private final RamcloudTable table;

    Renewal(RamcloudTable table) {
      this.table = table;
    }

    @Override
    void execute(long client) {
      table.renewed(library.openTable(client, RamcloudTable.rcName(table.spec())));
    }

    @Override
    void fail(int status) {
      table.renewed(0);
    }

    @Override
    void discard() {
      table.renewed(0);
    }
  }
}
