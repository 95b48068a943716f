package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.TimerEvent;

/** One unit of work of a batch, a packet or an expired timer, with its verdict. Reused. */
final class Item implements TimerEvent {
  /**
   * What is to happen at release. Numbers, because a reference stored for every packet costs a
   * barrier of the garbage collector.
   */
  static final class Action {
    /** No step gave a verdict yet. */
    static final int NONE = 0;

    static final int FORWARD = 1;
    static final int HAIRPIN = 2;
    static final int DROP = 3;

    /** A step wants a record that was not read yet. */
    static final int FETCH = 4;

    /** A step wants housekeeping first. */
    static final int DEFER = 5;

    static final int HOLD = 6;

    /** Commit, and on with the next leg. */
    static final int PROCEED = 7;

    private Action() {}
  }

  private static final int USUAL_RECORDS = 4;

  private final ScratchMemory scratch;

  /**
   * Indexes of the records this item works with: the located ones in the order of {@code locate},
   * then those that steps claimed or fetched.
   */
  int[] records = new int[USUAL_RECORDS];

  /** How many of them were located. */
  int located;

  int recordCount;

  /**
   * All it wrote is at the store, though others of its group have to be processed again: its
   * verdict stands, another run would apply it twice.
   */
  boolean done;

  int action = Action.NONE;
  DropReason reason = DropReason.NO_VERDICT;
  final Rewrite rewrite = new Rewrite();

  /** The first and the last of its frames and reports among the batch's {@link Byproducts}. */
  int firstByproduct = Byproducts.NONE;

  int lastByproduct = Byproducts.NONE;
  int attempt;

  /** Its next leg is this one again. */
  boolean refresh;

  /** When it first had to wait for another instance, by {@code System.nanoTime}; 0 if never. */
  private long waitingSince;

  // Legs.
  /** How often it has proceeded. */
  int leg;

  /** Where in the scratch memory that lies which the leg before carried over. */
  long carriedOffset;

  int carriedLength;
  private long nextOffset;
  private int nextLength;

  /** The last byproduct of the legs before, and whether they armed the timer again. */
  private int keptByproduct = Byproducts.NONE;

  private boolean keptRearmed;

  // Timer.
  private boolean timer;
  private @Nullable StateTable timerTable;
  private long timerKeyOffset;
  private int timerKeyLength;
  long timerFence;
  boolean timerRearmed;

  Item(ScratchMemory scratch) {
    this.scratch = scratch;
  }

  void initPacket() {
    init();
    timer = false;
  }

  void initTimer(StateTable table, long keyOffset, int keyLength, long fence) {
    init();
    timer = true;
    timerTable = table;
    timerKeyOffset = keyOffset;
    timerKeyLength = keyLength;
    timerFence = fence;
  }

  private void init() {
    recordCount = 0;
    located = 0;
    done = false;
    attempt = 0;
    waitingSince = 0;
    leg = 0;
    carriedLength = 0;
    keptByproduct = Byproducts.NONE;
    keptRearmed = false;
    firstByproduct = Byproducts.NONE;
    clearVerdict();
  }

  /** The same leg once more, on records that are read anew. */
  void retry() {
    proceed(carriedOffset, carriedLength);
    refresh = true;
  }

  /** Whether it may go on waiting. */
  boolean mayWait(long nanoTime, long patienceNanos) {
    if (waitingSince == 0) {
      waitingSince = nanoTime | 1;
    }
    return nanoTime - waitingSince < patienceNanos;
  }

  void proceed(long offset, int length) {
    action = Action.PROCEED;
    nextOffset = offset;
    nextLength = length;
  }

  /** What this leg did is committed: begins the next one, or is done. */
  void endLeg() {
    if (action != Action.PROCEED) {
      done = true;
      return;
    }
    leg += refresh ? 0 : 1;
    carriedOffset = nextOffset;
    carriedLength = nextLength;
    keptByproduct = firstByproduct == Byproducts.NONE ? Byproducts.NONE : lastByproduct;
    keptRearmed = timerRearmed;
    attempt = 0;
    done = false;
  }

  void clearVerdict() {
    refresh = false;
    action = Action.NONE;
    if (reason != DropReason.NO_VERDICT) {
      reason = DropReason.NO_VERDICT;
    }
    rewrite.clear();
    lastByproduct = keptByproduct;
    if (keptByproduct == Byproducts.NONE) {
      firstByproduct = Byproducts.NONE;
    }
    timerRearmed = keptRearmed;
    recordCount = located;
  }

  void drop(DropReason why) {
    action = Action.DROP;
    reason = why;
  }

  boolean isTimer() {
    return timer;
  }

  /** For {@code locate}. */
  void locate(int index) {
    addRecord(index);
    located = recordCount;
  }

  /** For {@code claim} and {@code fetch}. */
  void touch(int index) {
    for (int i = 0; i < recordCount; i++) {
      if (records[i] == index) {
        return;
      }
    }
    addRecord(index);
  }

  private void addRecord(int index) {
    if (recordCount == records.length) {
      records = Arrays.copyOf(records, 2 * recordCount);
    }
    records[recordCount++] = index;
  }

  @Override
  public StateTable table() {
    if (timerTable == null) {
      throw new IllegalStateException("not a timer");
    }
    return timerTable;
  }

  @Override
  public MemorySegment key() {
    return scratch.memory();
  }

  @Override
  public long keyOffset() {
    return timerKeyOffset;
  }

  @Override
  public int keyLength() {
    return timerKeyLength;
  }
}
