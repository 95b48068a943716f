package org.statelessnf.store.support;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.example.MapChange;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.example.MapSession;
import org.statelessnf.store.example.MapStore;

/** The example store, with a clock of the test's choice and whatever can go wrong on the way. */
final class FaultyStore extends MapStore {
  private final MapRecords records;
  private final LongSupplier clock;
  private final Faults faults;

  FaultyStore(MapRecords records, LongSupplier clock, Faults faults) {
    super(StoreUri.parse("map:?timeout=20s"), records);
    this.records = records;
    this.clock = clock;
    this.faults = faults;
  }

  /** A handle on which nothing goes wrong. */
  static FaultyStore sound(MapRecords records, LongSupplier clock) {
    return new FaultyStore(records, clock, new Faults(ThreadLocalRandom.current().nextLong()));
  }

  @Override
  protected long clockMillis() {
    return clock.getAsLong();
  }

  @Override
  protected RandomGenerator random() {
    return faults.random;
  }

  @Override
  protected StoreSession createSession() {
    return new FaultySession();
  }

  /**
   * What goes wrong, and the store's random numbers: a seed of its own for each. Not thread-safe:
   * one for each session that runs on a thread of its own.
   */
  static class Faults {
    private final SplittableRandom random;
    private final List<MapChange> late = new ArrayList<>();
    private double unavailable;
    private double unknown;
    private long crashAfter = Long.MAX_VALUE;
    private long operations;

    Faults(long seed) {
      this.random = new SplittableRandom(seed);
    }

    /** Sets how often an operation is not done, or is done or not without saying so. */
    Faults withErrors(double unavailableRate, double unknownRate) {
      this.unavailable = unavailableRate;
      this.unknown = unknownRate;
      return this;
    }

    /** Crashes at the operation after so many more. */
    void crashAfter(long count) {
      this.crashAfter = operations + count;
    }

    long operations() {
      return operations;
    }

    /** Called before every slot. */
    void before() {
      if (operations++ >= crashAfter) {
        throw new Crash();
      }
    }

    boolean refuses() {
      return unavailable > 0 && random.nextDouble() < unavailable;
    }

    boolean hides() {
      return unknown > 0 && random.nextDouble() < unknown;
    }

    /** Does a hidden change at once, later or never. */
    void hide(MapChange change) {
      switch (random.nextInt(3)) {
        case 0 -> change.apply();
        case 1 -> late.add(change);
        default -> {}
      }
      applyLate(0.2);
    }

    void applyLate(double chance) {
      for (int i = late.size() - 1; i >= 0; i--) {
        if (random.nextDouble() < chance) {
          late.remove(i).apply();
        }
      }
    }
  }

  /** The process stopped here. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final class FaultySession extends MapSession {
    FaultySession() {
      super(FaultyStore.this, records);
    }

    @Override
    protected void read(ReadBatch batch, int slot) {
      faults.before();
      if (faults.refuses()) {
        batch.resolve(slot, Outcome.UNAVAILABLE);
      } else {
        super.read(batch, slot);
      }
    }

    @Override
    protected void write(WriteBatch batch, int slot) {
      faults.before();
      if (faults.refuses()) {
        batch.resolve(slot, Outcome.UNAVAILABLE);
      } else if (faults.hides()) {
        faults.hide(change(batch, slot));
        batch.resolve(slot, Outcome.UNKNOWN);
      } else {
        super.write(batch, slot);
      }
    }
  }
}
