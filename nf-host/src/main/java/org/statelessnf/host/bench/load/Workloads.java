package org.statelessnf.host.bench.load;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/** Makes the workload of each operation. */
public final class Workloads {
  private static final long FAR_MILLIS = 3_600_000;
  private static final long LEASE_MILLIS = 600_000;

  private Workloads() {}

  /**
   * Makes a workload.
   *
   * @param operation what it asks; the store does it
   * @param tables filled; their session's thread runs the workload
   * @param lanes requests in flight at most
   */
  public static Workload of(Operation operation, BenchTables tables, int lanes) {
    int size = operation.batch();
    return switch (operation.kind()) {
      case READ, MULTI_READ -> new Reads(tables, lanes, size);
      case WRITE, MULTI_WRITE -> new Writes(tables, lanes, size, false);
      case CONDITIONAL_WRITE, CONDITIONAL_MULTI_WRITE -> new Writes(tables, lanes, size, true);
      case INCREMENT -> new Increments(tables, lanes, size);
      case FILTER_ADD -> new Filters(tables, lanes, size, true);
      case FILTER_TEST -> new Filters(tables, lanes, size, false);
      case TIMER_SCHEDULE -> new Schedules(tables, lanes, size);
      case TIMER_CLAIM -> new Claims(tables, lanes, size);
    };
  }

  /** What they have in common: a batch for each lane, and keys that differ within a batch. */
  private abstract static class Base<B extends Batch> implements Workload {
    final BenchTables tables;
    final Keys keys;
    final MemorySegment memory;
    private final B[] batches;
    private final int size;
    private final int shares;

    @SuppressWarnings("unchecked") // the array is not handed out
    Base(BenchTables tables, int lanes, int size, boolean ownKeys, Supplier<B> batch) {
      this.tables = tables;
      this.keys = tables.keys();
      this.memory = keys.memory();
      this.size = size;
      this.shares = ownKeys ? lanes : 1;
      this.batches =
          (B[]) IntStream.range(0, lanes).mapToObj(lane -> batch.get()).toArray(Batch[]::new);
    }

    @Override
    public Batch fill(int lane) {
      B batch = batches[lane];
      batch.clear();
      keys.beginGroup();
      for (int i = 0; i < size; i++) {
        add(batch, keys.nextOther(shares == 1 ? 0 : lane, shares));
      }
      return batch;
    }

    @Override
    public int settle(int lane, Failures failures) {
      B batch = batches[lane];
      int good = 0;
      for (int slot = 0; slot < batch.size(); slot++) {
        Outcome outcome = batch.outcome(slot);
        settled(batch, slot, outcome);
        if (outcome == Outcome.OK) {
          good++;
        } else {
          failures.add(outcome);
        }
      }
      return good;
    }

    abstract void add(B batch, int key);

    void settled(B batch, int slot, Outcome outcome) {}
  }

  private static final class Reads extends Base<ReadBatch> {
    Reads(BenchTables tables, int lanes, int size) {
      super(tables, lanes, size, false, () -> tables.session().newReadBatch(size));
    }

    @Override
    void add(ReadBatch batch, int key) {
      batch.add(tables.records(), memory, keys.offset(key), Keys.KEY_BYTES);
    }
  }

  private static final class Writes extends Base<WriteBatch> {
    private final boolean conditional;

    Writes(BenchTables tables, int lanes, int size, boolean conditional) {
      super(tables, lanes, size, true, () -> tables.session().newWriteBatch(size));
      this.conditional = conditional;
    }

    @Override
    void add(WriteBatch batch, int key) {
      long at = keys.offset(key);
      MemorySegment value = keys.value();
      if (conditional) {
        long version = tables.versions()[key];
        batch.putIfVersion(
            tables.records(), memory, at, Keys.KEY_BYTES, value, 0, Keys.VALUE_BYTES, version);
      } else {
        batch.put(tables.records(), memory, at, Keys.KEY_BYTES, value, 0, Keys.VALUE_BYTES);
      }
    }

    @Override
    void settled(WriteBatch batch, int slot, Outcome outcome) {
      if (outcome == Outcome.OK || outcome == Outcome.MISMATCH) {
        int key = (int) batch.memory().get(Keys.LONG, batch.keyOffset(slot));
        tables.versions()[key] = batch.version(slot);
      }
    }
  }

  private static final class Increments extends Base<WriteBatch> {
    Increments(BenchTables tables, int lanes, int size) {
      super(tables, lanes, size, false, () -> tables.session().newWriteBatch(size));
    }

    @Override
    void add(WriteBatch batch, int key) {
      batch.increment(tables.counters(), memory, keys.offset(key), Keys.KEY_BYTES, 1);
    }
  }

  /** Elements are known ones; every other question is about one that is not. */
  private static final class Filters extends Base<FilterBatch> {
    private final boolean adding;
    private boolean odd;

    Filters(BenchTables tables, int lanes, int size, boolean adding) {
      super(tables, lanes, size, false, () -> tables.session().newFilterBatch(size));
      this.adding = adding;
    }

    @Override
    void add(FilterBatch batch, int key) {
      if (adding) {
        batch.add(tables.filter(), memory, keys.offset(key), Keys.KEY_BYTES);
      } else {
        odd = !odd;
        long at = odd ? keys.offset(key) : keys.unknownOffset(key);
        batch.mightContain(tables.filter(), memory, at, Keys.KEY_BYTES);
      }
    }
  }

  private static final class Schedules extends Base<TimerBatch> {
    Schedules(BenchTables tables, int lanes, int size) {
      super(tables, lanes, size, true, () -> tables.session().newTimerBatch(size));
    }

    @Override
    void add(TimerBatch batch, int key) {
      batch.schedule(
          tables.pending(),
          memory,
          keys.offset(key),
          Keys.KEY_BYTES,
          FAR_MILLIS,
          MemorySegment.NULL,
          0,
          0);
    }
  }

  /** Timers claimed are set anew, due at once, before the lane's next claim. */
  private static final class Claims implements Workload {
    private final BenchTables tables;
    private final int size;
    private final ClaimBatch[] claims;
    private final TimerBatch[] rearms;

    Claims(BenchTables tables, int lanes, int size) {
      this.tables = tables;
      this.size = size;
      claims = new ClaimBatch[lanes];
      rearms = new TimerBatch[lanes];
      for (int lane = 0; lane < lanes; lane++) {
        claims[lane] = tables.session().newClaimBatch(size);
        rearms[lane] = tables.session().newTimerBatch(size);
      }
    }

    @Override
    public Batch fill(int lane) {
      ClaimBatch claim = claims[lane];
      claim.clear();
      claim.claimDue(tables.due(), size, LEASE_MILLIS);
      return claim;
    }

    @Override
    public int settle(int lane, Failures failures) {
      ClaimBatch claim = claims[lane];
      if (claim.result() != Outcome.OK) {
        failures.add(claim.result());
      }
      return claim.claimed();
    }

    @Override
    public @Nullable Batch followUp(int lane) {
      ClaimBatch claim = claims[lane];
      if (claim.claimed() == 0) {
        return null;
      }
      TimerBatch rearm = rearms[lane];
      rearm.clear();
      for (int slot = 0; slot < claim.claimed(); slot++) {
        rearm.rearm(
            tables.due(),
            claim.memory(),
            claim.keyOffset(slot),
            claim.keyLength(slot),
            claim.fence(slot),
            0);
      }
      return rearm;
    }
  }
}
