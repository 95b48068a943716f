package org.statelessnf.store.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/**
 * What every session does alike: makes and frees batches, checks bounds before the backend sees a
 * slot, bounds the work in flight, and ends every batch by its deadline.
 *
 * <p>A backend implements {@link #startRead} and {@link #startWrite} and calls {@link #complete}
 * for each batch, at once if it is synchronous, else from {@link #progress}, always on the
 * session's thread. Slots that arrive with an outcome other than {@link Outcome#PENDING} failed a
 * check and must be left alone. Timers and filters work without further code, built from plain
 * records ({@link RecordTimers}, {@link RecordFilters}); a backend that can do better overrides
 * {@link #startTimers}, {@link #startClaim} and {@link #startFilter}.
 */
public abstract class AbstractStoreSession implements StoreSession {
  private static final int SPINS_BEFORE_PARK = 200;
  private static final long PARK_NANOS = 20_000;

  private final AbstractStateStore store;
  private final List<Batch> owned = new ArrayList<>();
  private final List<Batch> flying = new ArrayList<>();
  private final List<Batch> inner = new ArrayList<>();
  private @Nullable SingleKey single;
  private @Nullable RecordTimers recordTimers;
  private @Nullable RecordFilters recordFilters;
  private int completions;
  private boolean closed;

  /**
   * For the backend.
   *
   * @param store the store it belongs to
   */
  protected AbstractStoreSession(AbstractStateStore store) {
    this.store = store;
  }

  // --- what a backend says ---

  /**
   * Starts a multi-read whose slots passed the checks. The same key twice must behave as if in slot
   * order.
   *
   * @param batch in flight; to be answered slot by slot, then passed to {@link #complete}
   */
  protected abstract void startRead(ReadBatch batch);

  /**
   * Starts a multi-write whose slots passed the checks. The same key twice must behave as if in
   * slot order.
   *
   * @param batch in flight; to be answered slot by slot, then passed to {@link #complete}
   */
  protected abstract void startWrite(WriteBatch batch);

  /**
   * Starts timer operations. The default builds them from plain records and returns when they are
   * done.
   *
   * @param batch in flight
   */
  protected void startTimers(TimerBatch batch) {
    recordTimers().execute(batch);
    complete(batch);
  }

  /**
   * Starts a claim. The default builds it from plain records and returns when it is done.
   *
   * @param batch in flight
   */
  protected void startClaim(ClaimBatch batch) {
    recordTimers().execute(batch);
    complete(batch);
  }

  /**
   * Starts filter operations. The default builds them from plain records and returns when they are
   * done.
   *
   * @param batch in flight
   */
  protected void startFilter(FilterBatch batch) {
    recordFilters().execute(batch);
    complete(batch);
  }

  /** Takes in answers without blocking and completes batches; nothing to do if synchronous. */
  protected void progress() {}

  /**
   * Waits a little, while a batch is awaited and {@link #progress} has brought nothing. The default
   * spins, then sleeps; a backend that is woken by an answer waits for that instead.
   *
   * @param idle how many times in a row nothing came
   * @param deadlineNanos {@link System#nanoTime} to return by at the latest
   */
  protected void pause(int idle, long deadlineNanos) {
    if (idle < SPINS_BEFORE_PARK) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(PARK_NANOS);
    }
  }

  /**
   * Lets go of a batch whose deadline has passed: whatever arrives for it later must not touch it.
   * The base class then answers what is pending and completes it.
   *
   * @param batch in flight
   */
  protected void abandon(Batch batch) {}

  /**
   * What a pending slot of a batch past its deadline is answered with. The default is the cautious
   * one: a read was not answered, anything else may have been applied.
   *
   * @param batch in flight
   * @param slot a pending slot
   */
  protected Outcome timedOut(Batch batch, int slot) {
    Op op = batch.op(slot);
    return op == Op.READ || op == Op.FILTER_TEST ? Outcome.UNAVAILABLE : Outcome.UNKNOWN;
  }

  /**
   * Opens a cursor; called only if {@link Feature#SCAN} is declared.
   *
   * @param table a table of this store
   */
  protected ScanCursor openScan(Table table) {
    throw new UnsupportedOperationException("scan of " + table);
  }

  /** Releases what the backend holds for this session. Called once. */
  protected void release() {}

  // --- what the base class does ---

  @Override
  public final StateStore store() {
    return store;
  }

  @Override
  public final ReadBatch newReadBatch(int slots) {
    return own(new ReadBatch(this, slots));
  }

  @Override
  public final WriteBatch newWriteBatch(int slots) {
    return own(new WriteBatch(this, slots));
  }

  @Override
  public final TimerBatch newTimerBatch(int slots) {
    return own(new TimerBatch(this, slots));
  }

  @Override
  public final ClaimBatch newClaimBatch(int slots) {
    return own(new ClaimBatch(this, slots));
  }

  @Override
  public final FilterBatch newFilterBatch(int slots) {
    return own(new FilterBatch(this, slots));
  }

  @Override
  public final boolean submit(Batch batch, long timeoutNanos) {
    requireOpen();
    if (batch.session() != this) {
      throw new IllegalArgumentException("batch belongs to another session");
    }
    if (flying.size() >= store.capabilities().maxInFlight()) {
      return false;
    }
    start(batch, System.nanoTime() + timeoutNanos, flying);
    return true;
  }

  @Override
  public final int poll() {
    requireOpen();
    int before = completions;
    if (!flying.isEmpty()) {
      progress();
      endOverdue(flying);
    }
    return completions - before;
  }

  @Override
  public final int inFlight() {
    return flying.size();
  }

  @Override
  public final void await(Batch batch) {
    await(batch, flying);
  }

  /** Runs a batch of the defaults to its end, outside the bound on the user's batches. */
  final void executeInner(Batch batch, long deadlineNanos) {
    start(batch, deadlineNanos, inner);
    await(batch, inner);
  }

  @Override
  public final ScanCursor scan(Table table) {
    requireOpen();
    if (!store.capabilities().has(Feature.SCAN)) {
      throw new UnsupportedOperationException(store.uri() + " does not declare SCAN");
    }
    return openScan(table);
  }

  @Override
  public final SingleKey single() {
    if (single == null) {
      single = new SingleKey(this);
    }
    return single;
  }

  @Override
  public final boolean isClosed() {
    return closed;
  }

  @Override
  public final void close() {
    if (closed) {
      return;
    }
    closed = true;
    flying.forEach(this::abandon);
    inner.forEach(this::abandon);
    flying.clear();
    inner.clear();
    release();
    owned.forEach(Batch::release);
    owned.clear();
    store.forget(this);
  }

  /**
   * For the backend: every slot has its outcome, the batch goes back to its user.
   *
   * @param batch in flight
   */
  protected final void complete(Batch batch) {
    batch.markDone();
    if (remove(flying, batch)) {
      completions++;
    } else {
      remove(inner, batch);
    }
  }

  private void start(Batch batch, long deadlineNanos, List<Batch> where) {
    if (!batch.isInFlight() && !batch.isDone()) {
      BatchChecks.check(batch, store); // throws on misuse: then the batch never was in flight
    }
    batch.markSubmitted(deadlineNanos);
    where.add(batch);
    if (batch.pendingSlots() == 0 && !(batch instanceof ClaimBatch)) {
      complete(batch);
      return;
    }
    switch (batch) {
      case ReadBatch reads -> startRead(reads);
      case WriteBatch writes -> startWrite(writes);
      case TimerBatch timers -> startTimers(timers);
      case FilterBatch filters -> startFilter(filters);
      case ClaimBatch claim -> {
        if (claim.result() == Outcome.PENDING) {
          startClaim(claim);
        } else {
          complete(claim);
        }
      }
    }
  }

  private void await(Batch batch, List<Batch> where) {
    int idle = 0;
    while (batch.isInFlight()) {
      int before = completions;
      progress();
      endOverdue(where);
      if (completions != before) {
        idle = 0;
      } else {
        pause(++idle, batch.deadlineNanos());
      }
    }
  }

  private void endOverdue(List<Batch> where) {
    if (where.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    for (int i = where.size() - 1; i >= 0; i--) {
      Batch batch = where.get(i);
      if (now - batch.deadlineNanos() >= 0) {
        abandon(batch);
        for (int slot = 0; slot < batch.size(); slot++) {
          if (batch.outcome(slot) == Outcome.PENDING) {
            batch.resolve(slot, timedOut(batch, slot));
          }
        }
        if (batch instanceof ClaimBatch claim && claim.result() == Outcome.PENDING) {
          claim.result(Outcome.UNKNOWN);
        }
        complete(batch);
      }
    }
  }

  private <B extends Batch> B own(B batch) {
    requireOpen();
    owned.add(batch);
    return batch;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("session of " + store.uri() + " is closed");
    }
  }

  private RecordTimers recordTimers() {
    if (recordTimers == null) {
      recordTimers = new RecordTimers(this);
    }
    return recordTimers;
  }

  private RecordFilters recordFilters() {
    if (recordFilters == null) {
      recordFilters = new RecordFilters(this);
    }
    return recordFilters;
  }

  private static boolean remove(List<Batch> batches, Batch batch) {
    int last = batches.size() - 1;
    for (int i = last; i >= 0; i--) {
      if (batches.get(i) == batch) {
        batches.set(i, batches.get(last));
        batches.remove(last);
        return true;
      }
    }
    return false;
  }
}
