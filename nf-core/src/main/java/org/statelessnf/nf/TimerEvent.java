package org.statelessnf.nf;

import java.lang.foreign.MemorySegment;

/** A timer that expired and was claimed by this pipe. Valid during the call it is handed to. */
public interface TimerEvent {

  /** Table of the record it was armed for. */
  StateTable table();

  /** Memory that holds the record's key. */
  MemorySegment key();

  /** Where the key starts. */
  long keyOffset();

  /** Length of the key. */
  int keyLength();
}
