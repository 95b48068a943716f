package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.packet.Packet;

/**
 * Runs the network function over the items of a batch: {@code locate} while it is filled, {@code
 * process} once its records are known. What the function sees as {@link Keys} and {@link Step}.
 */
final class FlightStep implements Keys, Step {
  /** Records that one packet may locate. */
  static final int MAX_RECORDS_PER_ITEM = 32;

  /** Records that a batch has room for, per item: most packets need few. */
  static final int RECORDS_PER_ITEM = 8;

  /** Room for a few packets that need many, in a small batch too. */
  static final int MORE_RECORDS = 256;

  private final Flight flight;
  private final NetworkFunction function;
  private final PipeMetrics metrics;
  private final long patienceNanos;
  private long reserved;
  private int current;
  private long nowNanos;
  private Item item;

  FlightStep(Flight flight, NetworkFunction function, PipeMetrics metrics, long patienceNanos) {
    this.flight = flight;
    this.patienceNanos = patienceNanos;
    this.function = function;
    this.metrics = metrics;
    this.item = flight.item(0);
  }

  // --- filling ---

  /** Adds a packet to the batch and locates its records. */
  void add(Packet packet) {
    item = flight.addPacket(packet);
    current = flight.items() - 1;
    try {
      function.locate(packet, this);
    } catch (RuntimeException e) {
      locateFailed(e);
    }
  }

  /** Adds an expired timer to the batch and locates its records; its key lies in scratch memory. */
  void addTimer(StateTable table, long keyOffset, int keyLength, long fence) {
    item = flight.addTimer(table, keyOffset, keyLength, fence);
    current = flight.items() - 1;
    try {
      function.locate(item, this);
    } catch (RuntimeException e) {
      locateFailed(e);
    }
  }

  private void locateFailed(RuntimeException e) {
    metrics.functionFailed(e);
    flight.group().fail(current, DropReason.NF_FAILED);
  }

  @Override
  public void add(StateTable table, MemorySegment key, long offset, int length) {
    reserved = keep(key, offset, length);
    commit(table, length);
  }

  @Override
  public long reserve(int maxBytes) {
    reserved = flight.scratch.allocate(maxBytes);
    return reserved;
  }

  @Override
  public void commit(StateTable table, int length) {
    if (item.located == MAX_RECORDS_PER_ITEM) {
      throw new IllegalStateException("more than " + MAX_RECORDS_PER_ITEM + " records");
    }
    int index = findOrAdd(table, reserved, length);
    item.locate(index);
    flight.tie(current, flight.records.get(index));
  }

  private int findOrAdd(StateTable table, long keyOffset, int length) {
    if (length < 1 || length > table.maxKeyBytes()) {
      throw new IllegalArgumentException(
          "key of "
              + length
              + " bytes in table "
              + table.name()
              + ", most are "
              + table.maxKeyBytes());
    }
    MemorySegment memory = flight.scratch.memory();
    int hash = KeyHash.of(table.index(), memory, keyOffset, length);
    int index = flight.records.find(table, memory, keyOffset, length, hash);
    if (index >= 0) {
      return index;
    }
    if (flight.records.size() == flight.maxRecords()) {
      throw new IllegalStateException("more than " + flight.maxRecords() + " records in a batch");
    }
    return flight.records.add(table, keyOffset, length, hash);
  }

  // --- processing ---

  /**
   * Processes the items whose groups are active, in order of arrival. An item of a group that
   * turned incomplete is left for the next round, and so are the later ones of its group.
   *
   * @param clockNanos time for timers
   */
  void processActive(long clockNanos) {
    for (int i = 0; i < flight.items(); i++) {
      if (!flight.item(i).done
          && (!flight.isGrouped() || flight.group().state(i) == Groups.ACTIVE)) {
        process(i, clockNanos);
      }
    }
  }

  private void process(int index, long clockNanos) {
    current = index;
    item = flight.item(index);
    item.clearVerdict();
    flight.byproducts.cut(item.lastByproduct);
    Packet packet = item.isTimer() ? null : flight.packetArray()[index];
    try {
      if (packet == null) {
        nowNanos = clockNanos;
        function.onTimer(item, this);
      } else {
        nowNanos = packet.timestampNanos();
        function.process(packet, this);
      }
    } catch (RuntimeException e) {
      metrics.functionFailed(e);
      flight.group().fail(index, DropReason.NF_FAILED);
      return;
    }
    if (item.action == Item.Action.FETCH || item.action == Item.Action.DEFER) {
      flight.group().raise(index, Groups.INCOMPLETE);
    }
  }

  @Override
  public MemorySegment memory() {
    return flight.scratch.memory();
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public int attempt() {
    return item.attempt;
  }

  @Override
  public StagedRecord record(int index) {
    if (index < 0 || index >= item.located) {
      throw new IndexOutOfBoundsException("record " + index + " of " + item.located);
    }
    return flight.records.get(item.records[index]);
  }

  @Override
  public int records() {
    return item.located;
  }

  @Override
  public @Nullable StagedRecord fetch(
      StateTable table, MemorySegment key, long offset, int length) {
    Staged record = stage(table, key, offset, length);
    if (record.known) {
      return record;
    }
    item.action = Item.Action.FETCH;
    return null;
  }

  @Override
  public StagedRecord claim(StateTable table, MemorySegment key, long offset, int length) {
    if (flight.isReadMostly(table)) {
      throw new IllegalArgumentException("table " + table.name() + " is READ_MOSTLY");
    }
    Staged record = stage(table, key, offset, length);
    record.claim = true;
    return record;
  }

  private Staged stage(StateTable table, MemorySegment key, long offset, int length) {
    long at = keep(key, offset, length);
    int index = findOrAdd(table, at, length);
    Staged record = flight.records.get(index);
    if (record.item >= 0 && flight.isGrouped() && flight.groupState(record) == Groups.SETTLED) {
      // Left behind by a group that is done: what we know of it may be out of date.
      record.forget();
    }
    flight.tie(current, record);
    item.touch(index);
    return record;
  }

  @Override
  public void increment(StateTable table, MemorySegment key, long offset, int length, long delta) {
    long at = keep(key, offset, length);
    flight.counts.add(current, table, at, length, delta);
  }

  @Override
  public void armTimer(StagedRecord record, long delayMillis) {
    Staged staged = (Staged) record;
    staged.timerDelayMillis = Math.max(0, delayMillis);
    if (item.isTimer()
        && staged.isKey(item.table(), item.key(), item.keyOffset(), item.keyLength())) {
      item.timerRearmed = true;
    }
  }

  @Override
  public void forward() {
    item.action = Item.Action.FORWARD;
  }

  @Override
  public void hairpin() {
    item.action = Item.Action.HAIRPIN;
  }

  @Override
  public void proceed(MemorySegment carried, long offset, int length) {
    item.proceed(keep(carried, offset, length), length);
    flight.proceeds = true;
  }

  @Override
  public int leg() {
    return item.leg;
  }

  @Override
  public MemorySegment carried() {
    return flight.scratch.memory();
  }

  @Override
  public long carriedOffset() {
    return item.carriedOffset;
  }

  @Override
  public int carriedLength() {
    return item.carriedLength;
  }

  @Override
  public void hold() {
    item.action = Item.Action.HOLD;
  }

  @Override
  public void emit(MemorySegment frame, long offset, int length, boolean toOutside) {
    boolean decided = item.action != Item.Action.NONE;
    int kind = decided ? Byproducts.Kind.FRAME_AFTER : Byproducts.Kind.FRAME_BEFORE;
    flight.byproducts.add(item, kind, keep(frame, offset, length), length, toOutside);
  }

  @Override
  public void discardFrame(DropReason reason) {
    flight.byproducts.add(item, Byproducts.Kind.DISCARDED, reason.index(), 0, false);
  }

  @Override
  public void report(MemorySegment report, long offset, int length) {
    long at = keep(report, offset, length);
    flight.byproducts.add(item, Byproducts.Kind.REPORT, at, length, false);
  }

  /** Copies bytes to the scratch memory, which they may come from; answers where they are. */
  private long keep(MemorySegment bytes, long offset, int length) {
    boolean ours = bytes.equals(flight.scratch.memory());
    long at = flight.scratch.allocate(length);
    MemorySegment memory = flight.scratch.memory();
    MemorySegment.copy(ours ? memory : bytes, offset, memory, at, length);
    return at;
  }

  @Override
  public void drop(DropReason reason) {
    item.drop(reason);
  }

  @Override
  public void defer(DropReason reason) {
    item.action = Item.Action.DEFER;
    item.reason = reason;
  }

  @Override
  public boolean retry() {
    if (item.isTimer() || !item.mayWait(System.nanoTime(), patienceNanos)) {
      return false;
    }
    item.retry();
    flight.proceeds = true;
    Groups _ = flight.group(); // records are read anew by group
    return true;
  }

  @Override
  public Rewrite rewrite() {
    return item.rewrite;
  }
}
