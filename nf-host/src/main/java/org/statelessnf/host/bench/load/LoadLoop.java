package org.statelessnf.host.bench.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.StoreSession;

/**
 * Sends a workload's requests through one session, at the pace of the answers or at one of its own.
 *
 * <p><b>Closed loop</b>: each lane sends its next request when the last one is answered. That shows
 * what the store can do at most, and nothing about latency: while the store stalls, a closed loop
 * asks nothing, so that a second of standstill is one slow answer among thousands of quick ones
 * (<i>coordinated omission</i>; Tene, "How NOT to Measure Latency").
 *
 * <p><b>Open loop</b>: request <i>i</i> is meant to start at {@code begin + i / rate}, whatever
 * became of the ones before, as packets arrive. If no lane is free then, it starts late, and its
 * latency counts from when it was meant to: a standstill is felt by all that would have come.
 *
 * <p>One thread only, that of the session. The session has no other batches in flight.
 */
public final class LoadLoop {
  /** Latencies above are recorded as this: no request lives that long. */
  static final long HIGHEST_NANOS = 600_000_000_000L;

  private static final int DIGITS = 3;
  private static final double SECOND = 1e9;

  private final StoreSession session;
  private final Workload workload;
  private final int lanes;
  private final Clock clock;
  private final @Nullable Batch[] flying;
  private final boolean[] following;
  private final long[] intended;
  private final long[] submitted;
  private Histogram latency = histogram();
  private Histogram service = histogram();
  private Failures failures = new Failures();
  private long requests;
  private long slots;
  private int busy;
  private int lastLane;

  /**
   * A loop that has not begun.
   *
   * @param session the calling thread's
   * @param workload made for the session and at least so many lanes
   * @param lanes requests in flight at most, from 1 to what the store takes
   * @param clock what time it is
   */
  public LoadLoop(StoreSession session, Workload workload, int lanes, Clock clock) {
    this.session = session;
    this.workload = workload;
    this.lanes = lanes;
    this.clock = clock;
    this.flying = new Batch[lanes];
    this.following = new boolean[lanes];
    this.intended = new long[lanes];
    this.submitted = new long[lanes];
  }

  /** An empty histogram for latencies in nanoseconds. */
  public static Histogram histogram() {
    return new Histogram(1, HIGHEST_NANOS, DIGITS);
  }

  /**
   * At the pace of the answers.
   *
   * @param nanos how long requests are begun; all are answered before it returns
   */
  public LoadResult closed(long nanos) {
    reset();
    long begin = clock.nanoTime();
    long now = begin;
    while (now - begin < nanos) {
      int lane = freeLane();
      if (lane >= 0) {
        start(lane, now);
      } else {
        wait(oldest());
      }
      now = clock.nanoTime();
    }
    drain();
    return result(clock.nanoTime() - begin, 0);
  }

  /**
   * At a pace of its own.
   *
   * @param perSecond requests per second
   * @param nanos how long requests are meant to begin. If the store does not keep up, they still
   *     begin for as long again; then patience ends
   */
  public LoadResult open(double perSecond, long nanos) {
    reset();
    long begin = clock.nanoTime();
    long due = Math.max(1, (long) (nanos / SECOND * perSecond));
    long begun = 0;
    long now = begin;
    while (begun < due && now - begin < 2 * nanos) {
      boolean idle = true;
      long start = begin + (long) (begun / perSecond * SECOND);
      if (start - now <= 0) {
        int lane = freeLane();
        if (lane >= 0) {
          start(lane, start);
          begun++;
          idle = false;
        }
      }
      idle &= !collect();
      if (idle) {
        clock.idle();
      }
      now = clock.nanoTime();
    }
    drain();
    long unstarted = due - begun;
    for (; begun < due; begun++) {
      record(latency, now - (begin + (long) (begun / perSecond * SECOND)));
    }
    return result(clock.nanoTime() - begin, unstarted);
  }

  private void reset() {
    latency = histogram();
    service = histogram();
    failures = new Failures();
    requests = 0;
    slots = 0;
  }

  private LoadResult result(long elapsed, long unstarted) {
    return new LoadResult(latency, service, requests, slots, unstarted, failures, elapsed);
  }

  private int freeLane() {
    if (busy == lanes) {
      return -1;
    }
    for (int i = 1; i <= lanes; i++) {
      int lane = (lastLane + i) % lanes;
      if (flying[lane] == null) {
        lastLane = lane;
        return lane;
      }
    }
    return -1;
  }

  private void start(int lane, long meant) {
    Batch batch = workload.fill(lane);
    intended[lane] = meant;
    submitted[lane] = clock.nanoTime();
    submit(lane, batch, false);
  }

  private void submit(int lane, Batch batch, boolean followUp) {
    flying[lane] = batch;
    following[lane] = followUp;
    busy++;
    while (!session.submit(batch)) {
      collect();
      clock.idle();
    }
    if (batch.isDone()) { // a store that answers within submit
      ended(lane, clock.nanoTime());
    }
  }

  /** Answers whether anything was answered. */
  private boolean collect() {
    if (busy == 0 || session.poll() == 0) {
      return false;
    }
    return settle();
  }

  private boolean settle() {
    long now = clock.nanoTime();
    boolean any = false;
    for (int lane = 0; lane < lanes; lane++) {
      Batch batch = flying[lane];
      if (batch != null && batch.isDone()) {
        ended(lane, now);
        any = true;
      }
    }
    return any;
  }

  private void ended(int lane, long now) {
    flying[lane] = null;
    busy--;
    if (following[lane]) {
      return;
    }
    record(latency, now - intended[lane]);
    record(service, now - submitted[lane]);
    requests++;
    slots += workload.settle(lane, failures);
    Batch next = workload.followUp(lane);
    if (next != null) {
      submit(lane, next, true);
    }
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
  }

  private Batch oldest() {
    Batch oldest = null;
    long since = 0;
    for (int lane = 0; lane < lanes; lane++) {
      Batch batch = flying[lane];
      if (batch != null && (oldest == null || submitted[lane] - since < 0)) {
        oldest = batch;
        since = submitted[lane];
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("nothing is in flight");
    }
    return oldest;
  }

  private void wait(Batch batch) {
    session.await(batch);
    settle();
  }

  private void drain() {
    while (busy > 0) {
      wait(oldest());
    }
  }
}
