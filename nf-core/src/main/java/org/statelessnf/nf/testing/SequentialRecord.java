package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.store.TableClass;

/**
 * A record between read and write. Read-only until it is written, so that a forgotten write shows.
 */
final class SequentialRecord implements StagedRecord {
  private final RecordId id;
  private final MemorySegment buffer;
  private final MemorySegment readOnly;
  private final boolean claimed;
  private byte @Nullable [] asRead;
  private long version;
  private boolean exists;
  private boolean writable;
  private int length;

  /**
   * An absent record.
   *
   * @param buffer room for the longest value of its table
   * @param claimed whether it was claimed, not read
   */
  SequentialRecord(RecordId id, MemorySegment buffer, boolean claimed) {
    this.id = id;
    this.buffer = buffer;
    this.readOnly = buffer.asReadOnly();
    this.claimed = claimed;
  }

  RecordId id() {
    return id;
  }

  boolean claimed() {
    return claimed;
  }

  long version() {
    return version;
  }

  /** Takes in what the store holds. */
  void read(byte @Nullable [] value, long newVersion) {
    asRead = value;
    version = newVersion;
    reset();
  }

  /** Forgets the changes. */
  void reset() {
    exists = asRead != null;
    writable = false;
    length = 0;
    if (asRead != null) {
      length = asRead.length;
      MemorySegment.copy(asRead, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
    }
  }

  boolean changed() {
    if (!exists || asRead == null) {
      return exists != (asRead != null);
    }
    return MemorySegment.ofArray(asRead).mismatch(buffer.asSlice(0, length)) >= 0;
  }

  byte[] value() {
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public boolean exists() {
    return exists;
  }

  @Override
  public MemorySegment memory() {
    return writable ? buffer : readOnly;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long write(int newLength) {
    if (id.table().tableClass() == TableClass.READ_MOSTLY) {
      throw new IllegalStateException(
          "table " + id.table().name() + " is not for packets to write");
    }
    if (newLength < 0 || newLength > id.table().maxValueBytes()) {
      throw new IllegalArgumentException(
          "value of %d bytes in table %s, which takes up to %d"
              .formatted(newLength, id.table().name(), id.table().maxValueBytes()));
    }
    if (newLength > length) {
      buffer.asSlice(length, newLength - length).fill((byte) 0);
    }
    exists = true;
    writable = true;
    length = newLength;
    return 0;
  }

  @Override
  public void remove() {
    exists = false;
    writable = false;
    length = 0;
  }

  @Override
  public String toString() {
    return id + (exists ? ", " + length + " bytes" : ", absent");
  }
}
