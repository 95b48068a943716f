package org.statelessnf.host.bench.load;

import java.util.ArrayDeque;
import java.util.Deque;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
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
 * A store that answers one batch after the other, each after the same time, and answers nothing for
 * a while. Time passes only where {@link #clock} is told that there is nothing to do.
 */
final class StallingSession implements StoreSession {
  private static final long TICK_NANOS = 1_000;

  private record Flight(Batch batch, long doneNanos) {}

  private final Deque<Flight> flying = new ArrayDeque<>();
  private final long serviceNanos;
  private final long stallFromNanos;
  private final long stallToNanos;
  private final Outcome outcome;
  private long now;
  private int mostInFlight;

  StallingSession(long serviceNanos, long stallFromNanos, long stallToNanos, Outcome outcome) {
    this.serviceNanos = serviceNanos;
    this.stallFromNanos = stallFromNanos;
    this.stallToNanos = stallToNanos;
    this.outcome = outcome;
  }

  Clock clock() {
    return new Clock() {
      @Override
      public long nanoTime() {
        return now;
      }

      @Override
      public void idle() {
        now += TICK_NANOS;
      }
    };
  }

  int mostInFlight() {
    return mostInFlight;
  }

  @Override
  public boolean submit(Batch batch, long timeoutNanos) {
    batch.markSubmitted(now + timeoutNanos);
    Flight last = flying.peekLast();
    long done = Math.max(now, last == null ? now : last.doneNanos) + serviceNanos;
    if (done > stallFromNanos && done < stallToNanos) {
      done = stallToNanos;
    }
    flying.add(new Flight(batch, done));
    mostInFlight = Math.max(mostInFlight, flying.size());
    return true;
  }

  @Override
  public boolean submit(Batch batch) {
    return submit(batch, Long.MAX_VALUE / 2);
  }

  @Override
  public int poll() {
    int done = 0;
    Flight first = flying.peek();
    while (first != null && first.doneNanos <= now) {
      flying.remove();
      first.batch.resolvePending(outcome);
      first.batch.markDone();
      done++;
      first = flying.peek();
    }
    return done;
  }

  @Override
  public void await(Batch batch) {
    while (!batch.isDone()) {
      Flight first = flying.peek();
      if (first != null) {
        now = Math.max(now, first.doneNanos);
      }
      poll();
    }
  }

  @Override
  public int inFlight() {
    return flying.size();
  }

  @Override
  public ReadBatch newReadBatch(int slots) {
    return new ReadBatch(this, slots);
  }

  @Override
  public StateStore store() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WriteBatch newWriteBatch(int slots) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TimerBatch newTimerBatch(int slots) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ClaimBatch newClaimBatch(int slots) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FilterBatch newFilterBatch(int slots) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScanCursor scan(Table table) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SingleKey single() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public void close() {}
}
