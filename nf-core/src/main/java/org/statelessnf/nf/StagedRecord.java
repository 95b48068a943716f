package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;

/**
 * A record as a step sees it: as the store returned it, with the changes of earlier packets of the
 * batch applied. Changes become one conditional write when the batch commits; a record whose bytes
 * end as they were read is not written.
 *
 * <p>Valid during the call it was handed to; not to be kept.
 */
public interface StagedRecord {

  /** Whether there is a record. */
  boolean exists();

  /**
   * Memory that holds the value. To be read only; ask again after {@link #write}.
   *
   * @see #offset()
   */
  MemorySegment memory();

  /** Where the value starts in {@link #memory()}. */
  long offset();

  /** Length of the value; 0 if there is no record. */
  int length();

  /**
   * Makes the record exist with a value of the given length, to be written through {@link
   * #memory()} at the returned offset until the step ends. Bytes up to the old length keep their
   * value, further ones are 0.
   *
   * @param length new length, at most the table's bound
   * @return where the value starts in {@link #memory()}, the same as {@link #offset()} from now on
   */
  long write(int length);

  /** Makes the record not exist. */
  void remove();
}
