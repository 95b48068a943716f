package org.statelessnf.host.bench.nf;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.Feature;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.WriteBatch;

/** Takes away what a network function has left in a store. */
final class FunctionState {
  private static final int AT_ONCE = 128;

  private FunctionState() {}

  /**
   * Removes all records, and the timers that may have been armed for them. Nothing where the store
   * cannot list its records.
   *
   * @param store of a benchmark: nobody else's state is in it
   * @param layout what the network function declared
   * @throws StoreUnavailableException if the store does not answer
   */
  static void remove(StateStore store, StateLayout layout) {
    if (!store.capabilities().has(Feature.SCAN)) {
      return;
    }
    int longest = layout.tables().stream().mapToInt(StateTable::maxKeyBytes).max().orElse(1);
    TimerQueue queue = store.timers(TimerSpec.of(layout.owner(), longest + 1, 0));
    try (StoreSession session = store.openSession()) {
      WriteBatch writes = session.newWriteBatch(AT_ONCE);
      TimerBatch timers = session.newTimerBatch(AT_ONCE);
      for (StateTable declared : layout.tables()) {
        Table table = store.table(declared.spec());
        try (ScanCursor cursor = session.scan(table)) {
          while (cursor.next()) {
            byte[] key = cursor.key();
            byte[] id = new byte[key.length + 1]; // as the engine names its timers
            id[0] = (byte) declared.index();
            System.arraycopy(key, 0, id, 1, key.length);
            writes.remove(table, MemorySegment.ofArray(key), 0, key.length);
            timers.cancel(queue, MemorySegment.ofArray(id), 0, id.length);
            if (writes.isFull()) {
              flush(session, writes, timers);
            }
          }
        }
      }
      flush(session, writes, timers);
    }
  }

  private static void flush(StoreSession session, WriteBatch writes, TimerBatch timers) {
    if (writes.size() > 0) {
      session.execute(writes);
      session.execute(timers);
      writes.clear();
      timers.clear();
    }
  }
}
