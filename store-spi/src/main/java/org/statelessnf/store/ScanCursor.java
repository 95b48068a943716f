package org.statelessnf.store;

/** Runs over the records of a table; see {@link StoreSession#scan}. Same thread as the session. */
public interface ScanCursor extends AutoCloseable {

  /**
   * Moves to the next record.
   *
   * @return false at the end
   * @throws StoreUnavailableException if the store does not answer
   */
  boolean next();

  /** The record's key. */
  byte[] key();

  /** The record's value. */
  byte[] value();

  /** The record's version. */
  long version();

  @Override
  void close();
}
