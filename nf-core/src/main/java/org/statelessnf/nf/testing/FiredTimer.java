package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.TimerEvent;

/** A timer as the network function sees it. */
record FiredTimer(RecordId id, MemorySegment key) implements TimerEvent {
  FiredTimer(RecordId id) {
    this(id, MemorySegment.ofArray(id.bytes()));
  }

  @Override
  public StateTable table() {
    return id.table();
  }

  @Override
  public long keyOffset() {
    return 0;
  }

  @Override
  public int keyLength() {
    return id.bytes().length;
  }
}
