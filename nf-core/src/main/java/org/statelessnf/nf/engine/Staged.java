package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateTable;

/**
 * A record of a batch: the <b>base</b> as the store returned it (or as an earlier batch of the pipe
 * wrote it) and, once a step changed it, the <b>working copy</b>. The difference becomes one
 * conditional write.
 */
final class Staged implements StagedRecord {
  /** No slot in the request under way. */
  static final int NO_SLOT = -1;

  private final ScratchMemory scratch;

  // Identity.
  StateTable table;
  long keyOffset;
  int keyLength;
  int hash;

  /** An item of the group that this record belongs to; -1 while none does. */
  int item;

  // Base.
  /** Null while the base is absent or lies in the scratch memory. */
  private @Nullable MemorySegment baseMemory;

  private long baseOffset;
  private int baseLength;
  private boolean baseExists;
  long baseVersion;

  /** The base comes from an earlier batch of this pipe, not from a read of this batch. */
  boolean forwarded;

  /** Version that the earlier batch found before it wrote {@link #baseVersion}. */
  long forwardedOver;

  /** Both an earlier batch and somebody else wrote it lately: only another read can tell. */
  boolean ambiguous;

  // Working copy.
  private boolean changed;
  private boolean exists;
  private long workOffset;
  private int workCapacity;
  private int length;

  /** Created by {@code claim}: written first, if-absent. */
  boolean claim;

  /** Delay of the timer to be armed, -1 for none. */
  long timerDelayMillis;

  // Commit.
  /** Whether the base is known; false for a record that was fetched and not read yet. */
  boolean known;

  int slot;

  /** Slot of its timer in the request under way. */
  int timerSlot;

  /** Found dirty when the round's commit began. */
  boolean dirty;

  boolean written;

  /** Version that the commit returned; valid once {@link #written}. */
  long writtenVersion;

  /** A write of it had no certain outcome; the next read decides. */
  boolean unknown;

  Staged(ScratchMemory scratch, StateTable anyTable) {
    this.scratch = scratch;
    this.table = anyTable;
  }

  void init(StateTable newTable, long newKeyOffset, int newKeyLength, int newHash) {
    table = newTable;
    keyOffset = newKeyOffset;
    keyLength = newKeyLength;
    hash = newHash;
    item = -1;
    forwarded = false;
    ambiguous = false;
    timerSlot = NO_SLOT;
    workCapacity = 0;
    known = false;
    slot = NO_SLOT;
    baseAbsent(0);
  }

  void base(long version, MemorySegment memory, long offset, int valueLength) {
    baseVersion = version;
    baseExists = true;
    baseMemory = memory;
    baseOffset = offset;
    baseLength = valueLength;
    known = true;
    reset();
  }

  /** As {@link #base}, out of memory that is about to be used again. */
  void baseCopied(long version, MemorySegment memory, long offset, int valueLength) {
    workCapacity = 0;
    reserveWork(valueLength);
    MemorySegment.copy(memory, offset, scratch.memory(), workOffset, valueLength);
    baseInWork(version, valueLength);
  }

  void baseAbsent(long version) {
    baseVersion = version;
    baseExists = false;
    baseMemory = null;
    baseOffset = 0;
    baseLength = 0;
    reset();
  }

  /** Forgets what steps did: the record is as its base again. */
  void reset() {
    changed = false;
    exists = baseExists;
    length = baseLength;
    claim = false;
    timerDelayMillis = -1;
    dirty = false;
    written = false;
    unknown = false;
  }

  /** What was written is the base of the next leg. */
  void rebase() {
    if (!written) {
      reset(); // as it was read
    } else if (exists) {
      baseOffset = workOffset;
      baseInWork(writtenVersion, length);
    } else {
      baseAbsent(0);
      known = true;
    }
  }

  /** Forgets everything but the key: the record is unknown and belongs to no group. */
  void forget() {
    init(table, keyOffset, keyLength, hash);
  }

  /**
   * An earlier batch of this pipe has written this record, while this batch had its own read under
   * way or done: the newer of the two becomes the base.
   *
   * @param from the record as the earlier batch wrote it
   */
  void earlierWrote(Staged from) {
    boolean read = known && !forwarded && slot == NO_SLOT;
    if (read && baseVersion != from.baseVersion) {
      ambiguous |= baseVersion != from.writtenVersion;
      return;
    }
    if (!forwarded) {
      forwardedOver = from.baseVersion;
    }
    forwarded = true;
    if (from.exists) {
      workCapacity = 0;
      reserveWork(from.length);
      MemorySegment.copy(from.memory(), from.offset(), scratch.memory(), workOffset, from.length);
      baseInWork(from.writtenVersion, from.length);
    } else {
      baseAbsent(0);
    }
    known = true;
  }

  private void baseInWork(long version, int valueLength) {
    // The copy lies in this batch's scratch memory, which may move: address it there.
    baseMemory = null;
    baseOffset = workOffset;
    baseLength = valueLength;
    baseExists = true;
    baseVersion = version;
    known = true;
    workCapacity = 0;
    reset();
  }

  @Override
  public boolean exists() {
    return exists;
  }

  @Override
  public MemorySegment memory() {
    return changed ? scratch.memory() : baseSegment();
  }

  @Override
  public long offset() {
    return changed ? workOffset : baseOffset;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long write(int newLength) {
    if (newLength < 0 || newLength > table.maxValueBytes()) {
      throw new IllegalArgumentException(
          newLength + " bytes in table " + table.name() + ", most are " + table.maxValueBytes());
    }
    int oldLength = exists ? length : 0;
    long from = baseOffset;
    reserveWork(table.maxValueBytes()); // a step may have removed the record without any
    if (!changed) {
      int kept = Math.min(oldLength, newLength);
      if (kept > 0) {
        MemorySegment.copy(baseSegment(), from, scratch.memory(), workOffset, kept);
      }
      changed = true;
    }
    if (newLength > oldLength) {
      scratch.memory().asSlice(workOffset + oldLength, newLength - oldLength).fill((byte) 0);
    }
    exists = true;
    length = newLength;
    return workOffset;
  }

  @Override
  public void remove() {
    changed = true;
    exists = false;
    length = 0;
  }

  /** Whether a write is needed: existence or bytes differ from the base. */
  boolean isDirty() {
    if (!changed) {
      return false;
    }
    if (exists != baseExists) {
      return true;
    }
    if (!exists) {
      return false;
    }
    if (length != baseLength) {
      return true;
    }
    return !KeyHash.equal(baseSegment(), baseOffset, scratch.memory(), workOffset, length);
  }

  boolean baseExists() {
    return baseExists;
  }

  /** Whether a value read back from the store is what this record was to be written as. */
  boolean isAsWritten(boolean found, MemorySegment memory, long offset, int valueLength) {
    if (!found || !exists) {
      return found == exists;
    }
    return valueLength == length
        && KeyHash.equal(memory, offset, scratch.memory(), workOffset, length);
  }

  boolean isKey(StateTable otherTable, MemorySegment memory, long offset, int otherLength) {
    return otherTable.index() == table.index()
        && otherLength == keyLength
        && KeyHash.equalKeys(scratch.memory(), keyOffset, memory, offset, keyLength);
  }

  /** A base that does not lie in the first read's memory was copied to the scratch memory. */
  private MemorySegment baseSegment() {
    return baseMemory == null ? scratch.memory() : baseMemory;
  }

  private void reserveWork(int bytes) {
    if (workCapacity < bytes) {
      workOffset = scratch.allocate(bytes);
      workCapacity = bytes;
    }
  }
}
