package org.statelessnf.store;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A multi-write: conditional and unconditional writes, removes and increments, mixed, one per slot.
 * Equals the loop of single operations in slot order; no atomicity across slots.
 *
 * <p>Outcomes: {@link Outcome#OK} with the new version (for a remove, 0), {@link Outcome#ABSENT}
 * for a remove of nothing, {@link Outcome#MISMATCH} with the current version and perhaps value,
 * {@link Outcome#TOO_LARGE}, {@link Outcome#FULL}, {@link Outcome#UNAVAILABLE}, {@link
 * Outcome#UNKNOWN}, {@link Outcome#UNSUPPORTED}. Versions are never 0 for a record and never used
 * again for the same key, a remove and a new creation included (rule V).
 *
 * <p>A counter is a record of 8 bytes, little-endian; {@code increment} on a missing record starts
 * at 0, on a value of another size it is a {@link Outcome#MISMATCH}.
 */
public final class WriteBatch extends Batch {
  private static final int DATA_BYTES_PER_SLOT = 256;

  private final Table[] tables;
  private final boolean returnsCurrent;

  /**
   * For sessions; users call {@link StoreSession#newWriteBatch}.
   *
   * @param session the session it belongs to
   * @param capacity slots
   */
  public WriteBatch(StoreSession session, int capacity) {
    super(
        session,
        capacity,
        (long) capacity * (DATA_BYTES_PER_SLOT + 2 * session.valueHeadroomBytes()),
        session.valueHeadroomBytes());
    this.tables = new Table[capacity];
    this.returnsCurrent = session.store().capabilities().has(Feature.MISMATCH_VALUE);
  }

  /**
   * Adds an unconditional write.
   *
   * @param table a table of this session's store
   * @param key segment that holds the key, copied
   * @param keyOffset where it starts
   * @param keyLength its length, at least 1
   * @param value segment that holds the value, copied
   * @param valueOffset where it starts
   * @param valueLength its length
   * @return the slot
   */
  public int put(
      Table table,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      int valueLength) {
    return write(Op.PUT, table, key, keyOffset, keyLength, value, valueOffset, valueLength, 0);
  }

  /**
   * Adds a write that succeeds only if there is no record; parameters as for {@link #put}.
   *
   * @return the slot
   */
  public int putIfAbsent(
      Table table,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      int valueLength) {
    return write(
        Op.PUT_IF_ABSENT, table, key, keyOffset, keyLength, value, valueOffset, valueLength, 0);
  }

  /**
   * Adds a write that succeeds only if the record has the expected version; parameters as for
   * {@link #put}.
   *
   * @param expected the version that was read; 0 means the same as {@link #putIfAbsent}
   * @return the slot
   */
  public int putIfVersion(
      Table table,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      int valueLength,
      long expected) {
    return write(
        expected == 0 ? Op.PUT_IF_ABSENT : Op.PUT_IF_VERSION,
        table,
        key,
        keyOffset,
        keyLength,
        value,
        valueOffset,
        valueLength,
        expected);
  }

  /**
   * Adds an unconditional remove.
   *
   * @param table a table of this session's store
   * @param key segment that holds the key, copied
   * @param keyOffset where it starts
   * @param keyLength its length, at least 1
   * @return the slot
   */
  public int remove(Table table, MemorySegment key, long keyOffset, int keyLength) {
    return write(Op.REMOVE, table, key, keyOffset, keyLength, MemorySegment.NULL, 0, 0, 0);
  }

  /**
   * Adds a remove that succeeds only if the record has the expected version.
   *
   * @param table a table of this session's store
   * @param key segment that holds the key, copied
   * @param keyOffset where it starts
   * @param keyLength its length, at least 1
   * @param expected the version that was read, not 0
   * @return the slot
   */
  public int removeIfVersion(
      Table table, MemorySegment key, long keyOffset, int keyLength, long expected) {
    if (expected == 0) {
      throw new IllegalArgumentException("version 0 means absent: there is nothing to remove");
    }
    return write(
        Op.REMOVE_IF_VERSION, table, key, keyOffset, keyLength, MemorySegment.NULL, 0, 0, expected);
  }

  /**
   * Adds an increment, executed at the store.
   *
   * @param table a table of this session's store whose values may be 8 bytes
   * @param key segment that holds the key, copied
   * @param keyOffset where it starts
   * @param keyLength its length, at least 1
   * @param delta what to add, wrapping at 64 bits
   * @return the slot
   */
  public int increment(Table table, MemorySegment key, long keyOffset, int keyLength, long delta) {
    int slot = write(Op.INCREMENT, table, key, keyOffset, keyLength, MemorySegment.NULL, 0, 0, 0);
    int64(slot, SlotLayout.NUMBER, delta);
    return slot;
  }

  /**
   * Overrides the table's idle time-to-live for the record that this slot writes.
   *
   * @param slot a slot just added
   * @param ttlMillis positive, or -1 for none
   */
  public void ttlMillis(int slot, long ttlMillis) {
    requireNotInFlight();
    if (ttlMillis == 0 || ttlMillis < -1) {
      throw new IllegalArgumentException("ttlMillis " + ttlMillis);
    }
    int64(slot, SlotLayout.TTL, ttlMillis);
  }

  /**
   * The table of a slot.
   *
   * @param slot 0 to {@code size() - 1}
   */
  public Table table(int slot) {
    at(slot);
    return tables[slot];
  }

  /**
   * The record's version after the operation, or the current one on a mismatch; 0 if there is none.
   *
   * @param slot a slot of a done batch
   */
  public long version(int slot) {
    return int64(slot, SlotLayout.VERSION);
  }

  /**
   * The counter's new value.
   *
   * @param slot an increment that is {@link Outcome#OK}
   */
  public long counter(int slot) {
    return int64(slot, SlotLayout.NUMBER);
  }

  /**
   * Length of the current value that a mismatch returned, -1 if none was returned.
   *
   * @param slot a slot of a done batch
   */
  public int currentLength(int slot) {
    return int32(slot, SlotLayout.OUT_LENGTH);
  }

  /**
   * Where the current value that a mismatch returned starts in {@link #memory()}.
   *
   * @param slot a slot whose {@link #currentLength} is not -1
   */
  public long currentOffset(int slot) {
    return int32(slot, SlotLayout.OUT_OFFSET);
  }

  /**
   * A copy of the current value that a mismatch returned, or null; allocates.
   *
   * @param slot a slot of a done batch
   */
  public byte @Nullable [] current(int slot) {
    int length = currentLength(slot);
    return length < 0 ? null : copy(currentOffset(slot), length);
  }

  // --- for backends ---

  /**
   * For backends: the version that a conditional slot expects.
   *
   * @param slot a pending slot
   */
  public long expectedVersion(int slot) {
    return int64(slot, SlotLayout.VERSION);
  }

  /**
   * For backends: what an increment adds.
   *
   * @param slot a pending slot
   */
  public long delta(int slot) {
    return int64(slot, SlotLayout.NUMBER);
  }

  /**
   * For backends: the time-to-live of the record to be written, in milliseconds, with the table's
   * filled in; -1 for none.
   *
   * @param slot a pending slot
   */
  public long effectiveTtlMillis(int slot) {
    long own = int64(slot, SlotLayout.TTL);
    if (own != 0) {
      return own;
    }
    var ttl = tables[slot].spec().idleTtl();
    return ttl == null ? -1 : Math.max(1, ttl.toMillis());
  }

  /**
   * For backends: where the value to write starts in {@link #memory()}.
   *
   * @param slot a pending slot
   */
  public long valueOffset(int slot) {
    return int32(slot, SlotLayout.IN_OFFSET);
  }

  /**
   * For backends: length of the value to write.
   *
   * @param slot a pending slot
   */
  public int valueLength(int slot) {
    return int32(slot, SlotLayout.IN_LENGTH);
  }

  /**
   * For backends: answers a write with its new version.
   *
   * @param slot a pending slot
   * @param version not 0, except for a remove
   */
  public void written(int slot, long version) {
    int64(slot, SlotLayout.VERSION, version);
    resolve(slot, Outcome.OK);
  }

  /**
   * For backends: answers an increment.
   *
   * @param slot a pending increment
   * @param version the record's new version, not 0
   * @param value the counter's new value
   */
  public void counted(int slot, long version, long value) {
    int64(slot, SlotLayout.NUMBER, value);
    written(slot, version);
  }

  /**
   * For backends: answers a remove of nothing.
   *
   * @param slot a pending remove
   */
  public void absent(int slot) {
    int64(slot, SlotLayout.VERSION, 0);
    resolve(slot, Outcome.ABSENT);
  }

  /**
   * For backends: answers a conditional slot whose condition did not hold.
   *
   * @param slot a pending slot
   * @param version the current version, 0 if there is no record
   */
  public void mismatch(int slot, long version) {
    int64(slot, SlotLayout.VERSION, version);
    resolve(slot, Outcome.MISMATCH);
  }

  /**
   * For backends that declare {@link Feature#MISMATCH_VALUE}: as {@link #mismatch(int, long)}, with
   * the current value, which is copied.
   *
   * @param slot a pending slot
   * @param version the current version
   * @param value segment that holds the current value
   * @param offset where it starts
   * @param length its length
   */
  public void mismatch(int slot, long version, MemorySegment value, long offset, int length) {
    output(slot, value, offset, length);
    mismatch(slot, version);
  }

  private int write(
      Op op,
      Table table,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      int valueLength,
      long expected) {
    boolean conditional =
        op == Op.PUT_IF_ABSENT || op == Op.PUT_IF_VERSION || op == Op.REMOVE_IF_VERSION;
    int outCapacity = conditional && returnsCurrent ? table.spec().maxValueBytes() : 0;
    int slot = newSlot(op, key, keyOffset, keyLength, valueLength, outCapacity);
    tables[slot] = table;
    if (valueLength > 0) {
      input(slot, value, valueOffset, valueLength);
    }
    int64(slot, SlotLayout.VERSION, expected);
    return slot;
  }
}
