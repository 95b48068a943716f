package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;

/** One unit of work of a batch, a packet or an expired timer, with its verdict. Reused. */
final class Item implements TimerEvent {
  /** What is to happen at release. */
  enum Action {
    /** No step gave a verdict yet. */
    NONE,
    FORWARD,
    HAIRPIN,
    DROP,
    /** A step wants a record that was not read yet. */
    FETCH,
    /** A step wants housekeeping first. */
    DEFER
  }

  private static final int USUAL_RECORDS = 4;

  private final ScratchMemory scratch;

  /** Null for a timer. */
  @Nullable Packet packet;

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

  Action action = Action.NONE;
  DropReason reason = DropReason.NO_VERDICT;
  final Rewrite rewrite = new Rewrite();
  int attempt;

  // Timer.
  private @Nullable StateTable timerTable;
  private long timerKeyOffset;
  private int timerKeyLength;
  long timerFence;
  boolean timerRearmed;

  Item(ScratchMemory scratch) {
    this.scratch = scratch;
  }

  void initPacket(Packet newPacket) {
    init();
    packet = newPacket;
  }

  void initTimer(StateTable table, long keyOffset, int keyLength, long fence) {
    init();
    packet = null;
    timerTable = table;
    timerKeyOffset = keyOffset;
    timerKeyLength = keyLength;
    timerFence = fence;
    timerRearmed = false;
  }

  private void init() {
    recordCount = 0;
    located = 0;
    done = false;
    attempt = 0;
    clearVerdict();
  }

  void clearVerdict() {
    action = Action.NONE;
    reason = DropReason.NO_VERDICT;
    rewrite.clear();
    timerRearmed = false;
    recordCount = located;
  }

  void drop(DropReason why) {
    action = Action.DROP;
    reason = why;
  }

  boolean isTimer() {
    return packet == null;
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
