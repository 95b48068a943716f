package org.statelessnf.store;

import java.lang.foreign.MemorySegment;

/**
 * A multi-read: one record per slot. Equals the loop of single reads in slot order.
 *
 * <p>Outcomes: {@link Outcome#OK} with version and value, {@link Outcome#ABSENT} with version 0,
 * {@link Outcome#TOO_LARGE}, {@link Outcome#UNAVAILABLE}. A read is never {@link Outcome#UNKNOWN}:
 * one that was not answered is {@code UNAVAILABLE}.
 */
public final class ReadBatch extends Batch {
  private static final int DATA_BYTES_PER_SLOT = 192;

  private final Table[] tables;
  private int localReads = -1;

  /**
   * For sessions; users call {@link StoreSession#newReadBatch}.
   *
   * @param session the session it belongs to
   * @param capacity slots
   */
  public ReadBatch(StoreSession session, int capacity) {
    super(
        session,
        capacity,
        (long) capacity * (DATA_BYTES_PER_SLOT + 2 * session.valueHeadroomBytes()),
        session.valueHeadroomBytes());
    this.tables = new Table[capacity];
  }

  /**
   * Adds a read.
   *
   * @param table a table of this session's store
   * @param key segment that holds the key, copied
   * @param keyOffset where it starts
   * @param keyLength its length in bytes, at least 1
   * @return the slot
   */
  public int add(Table table, MemorySegment key, long keyOffset, int keyLength) {
    int slot = newSlot(Op.READ, key, keyOffset, keyLength, 0, table.spec().maxValueBytes());
    tables[slot] = table;
    return slot;
  }

  /**
   * Adds a read; convenience.
   *
   * @param table a table of this session's store
   * @param key copied
   * @return the slot
   */
  public int add(Table table, byte[] key) {
    return add(table, MemorySegment.ofArray(key), 0, key.length);
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
   * The record's version; 0 if there is no record.
   *
   * @param slot a slot of a done batch
   */
  public long version(int slot) {
    return int64(slot, SlotLayout.VERSION);
  }

  /**
   * Where the value starts in {@link #memory()}.
   *
   * @param slot a slot that is {@link Outcome#OK}
   */
  public long valueOffset(int slot) {
    return int32(slot, SlotLayout.OUT_OFFSET);
  }

  /**
   * Length of the value in bytes, -1 if there is none.
   *
   * @param slot a slot of a done batch
   */
  public int valueLength(int slot) {
    return int32(slot, SlotLayout.OUT_LENGTH);
  }

  /**
   * A copy of the value; allocates.
   *
   * @param slot a slot that is {@link Outcome#OK}
   */
  public byte[] value(int slot) {
    return copy(valueOffset(slot), valueLength(slot));
  }

  @Override
  public void clear() {
    super.clear();
    localReads = -1;
  }

  /**
   * How many of the reads were of records that this process owns ({@link Feature#PLACEMENT}); -1 if
   * the store does not say.
   */
  public int localReads() {
    return localReads;
  }

  // --- for backends ---

  /**
   * For backends: says how many slots are of records that this process owns.
   *
   * @param count see {@link #localReads()}
   */
  public void localReads(int count) {
    this.localReads = count;
  }

  /**
   * For backends: answers a slot with a record.
   *
   * @param slot a pending slot
   * @param version the record's version, not 0
   * @param value segment that holds the value, copied
   * @param offset where it starts
   * @param length its length, at most the table's bound
   */
  public void found(int slot, long version, MemorySegment value, long offset, int length) {
    output(slot, value, offset, length);
    int64(slot, SlotLayout.VERSION, version);
    resolve(slot, Outcome.OK);
  }

  /**
   * For backends that have already put the value where {@link #valueOffset} says.
   *
   * @param slot a pending slot
   * @param version the record's version, not 0
   * @param length length of the value
   */
  public void foundInPlace(int slot, long version, int length) {
    int32(slot, SlotLayout.OUT_LENGTH, length);
    int64(slot, SlotLayout.VERSION, version);
    resolve(slot, Outcome.OK);
  }

  /**
   * For backends: how many bytes may be put at {@link #valueOffset}.
   *
   * @param slot a pending slot
   */
  public int valueCapacity(int slot) {
    return int32(slot, SlotLayout.OUT_CAPACITY);
  }
}
