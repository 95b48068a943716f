package org.statelessnf.store.example;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.example.MapRecords.MapRecord;
import org.statelessnf.store.support.AbstractStateStore;
import org.statelessnf.store.support.AbstractStoreSession;

/** Executes batches at once, slot by slot, on the caller's thread. */
public class MapSession extends AbstractStoreSession {
  private final MapRecords records;

  /**
   * Opens a session.
   *
   * @param store the handle it belongs to
   * @param records what to work on
   */
  public MapSession(AbstractStateStore store, MapRecords records) {
    super(store);
    this.records = records;
  }

  @Override
  protected void startRead(ReadBatch batch) {
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) { // else a check has answered it
        read(batch, slot);
      }
    }
    complete(batch);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        write(batch, slot);
      }
    }
    complete(batch);
  }

  /**
   * Answers a read.
   *
   * @param batch in flight
   * @param slot a pending slot
   */
  protected void read(ReadBatch batch, int slot) {
    MapChange.Key key = MapChange.key(records, batch.table(slot), batch.key(slot));
    MapRecord record = key.get();
    if (record == null) {
      batch.resolve(slot, Outcome.ABSENT);
    } else {
      MemorySegment value = MemorySegment.ofArray(record.value());
      batch.found(slot, record.version(), value, 0, record.value().length);
    }
  }

  /**
   * Answers a write.
   *
   * @param batch in flight
   * @param slot a pending slot
   */
  protected void write(WriteBatch batch, int slot) {
    change(batch, slot).apply().answer(batch, slot);
  }

  /**
   * What a slot wants to be done.
   *
   * @param batch in flight
   * @param slot a pending slot
   */
  protected final MapChange change(WriteBatch batch, int slot) {
    byte[] value =
        batch
            .memory()
            .asSlice(batch.valueOffset(slot), batch.valueLength(slot))
            .toArray(ValueLayout.JAVA_BYTE);
    return new MapChange(
        records,
        MapChange.key(records, batch.table(slot), batch.key(slot)),
        batch.op(slot),
        batch.expectedVersion(slot),
        value,
        batch.op(slot) == Op.INCREMENT ? batch.delta(slot) : 0);
  }
}
