package org.statelessnf.store.example;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Table;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.example.MapRecords.MapRecord;

/**
 * One conditional write, remove or increment.
 *
 * @param records where versions come from
 * @param key what to change
 * @param op how
 * @param expected version that the record must have, if the operation asks for one
 * @param value the new value
 * @param delta what an increment adds
 */
@SuppressWarnings("ArrayRecordComponent")
public record MapChange(
    MapRecords records, Key key, Op op, long expected, byte[] value, long delta) {

  /**
   * A key in its table.
   *
   * @param table the table's records
   * @param bytes the key
   */
  public record Key(Map<ByteBuffer, MapRecord> table, ByteBuffer bytes) {
    @Nullable MapRecord get() {
      return table.get(bytes);
    }
  }

  /**
   * What became of it.
   *
   * @param outcome as the contract wants it
   * @param version the version after it, or the current one on a mismatch
   * @param counter the new value of a counter
   */
  public record Effect(Outcome outcome, long version, long counter) {
    Effect(Outcome outcome, long version) {
      this(outcome, version, 0);
    }

    /**
     * Answers a slot.
     *
     * @param batch in flight
     * @param slot a pending slot
     */
    public void answer(WriteBatch batch, int slot) {
      switch (outcome) {
        case OK -> {
          if (batch.op(slot) == Op.INCREMENT) {
            batch.counted(slot, version, counter);
          } else {
            batch.written(slot, version);
          }
        }
        case MISMATCH -> batch.mismatch(slot, version);
        case ABSENT -> batch.absent(slot);
        default -> batch.resolve(slot, outcome);
      }
    }
  }

  static Key key(MapRecords records, Table table, byte[] bytes) {
    return new Key(records.table(table.toString()), ByteBuffer.wrap(bytes));
  }

  /** Does it, atomically. */
  public Effect apply() {
    Effect[] effect = new Effect[1];
    key.table()
        .compute(
            key.bytes(),
            (k, record) -> {
              long version = record == null ? 0 : record.version();
              boolean allowed =
                  switch (op) {
                    case PUT_IF_ABSENT -> record == null;
                    case PUT_IF_VERSION, REMOVE_IF_VERSION -> version == expected;
                    case INCREMENT -> record == null || record.value().length == Long.BYTES;
                    default -> true;
                  };
              if (!allowed) {
                effect[0] = new Effect(Outcome.MISMATCH, version);
                return record;
              }
              if (op == Op.REMOVE || op == Op.REMOVE_IF_VERSION) {
                effect[0] = new Effect(record == null ? Outcome.ABSENT : Outcome.OK, 0);
                return null;
              }
              long next = records.nextVersion();
              if (op == Op.INCREMENT) {
                long counter = delta + (record == null ? 0 : number(record.value()));
                effect[0] = new Effect(Outcome.OK, next, counter);
                return new MapRecord(next, bytes(counter));
              }
              effect[0] = new Effect(Outcome.OK, next);
              return new MapRecord(next, value);
            });
    return effect[0];
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] bytes(long value) {
    byte[] bytes = new byte[Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return bytes;
  }
}
