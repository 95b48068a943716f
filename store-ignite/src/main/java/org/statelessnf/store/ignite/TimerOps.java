package org.statelessnf.store.ignite;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Timer operations at the data, by the clock of the node that has the primary copy. The value of a
 * timer's record, little-endian:
 *
 * <pre>
 *  +-----------------------------------------------------------------+
 *  | deadline, milliseconds since the epoch (64 bits)                |  0
 *  +-----------------------------------------------------------------+
 *  | when the lease ends, 0 if the timer is not claimed (64)         |  8
 *  +-----------------------------------------------------------------+
 *  | fencing number of the last claim (64)                           | 16
 *  +-----------------------------------------------------------------+
 *  | payload ...                                                     | 24
 *  +-----------------------------------------------------------------+
 * </pre>
 */
final class TimerOps {
  static final byte SCHEDULE = 8;
  static final byte RESCHEDULE = 9;
  static final byte CANCEL = 10;
  static final byte COMPLETE = 11;
  static final byte REARM = 12;
  static final byte CLAIM = 13;

  static final int DEADLINE = 0;
  static final int LEASE_END = 8;
  static final int FENCE = 16;
  static final int PAYLOAD = 24;
  private static final int FENCE_SHIFT = 20;

  private TimerOps() {}

  /** Whether an operation is one of these. */
  static boolean owns(byte kind) {
    return kind >= SCHEDULE && kind <= CLAIM;
  }

  /** Whether an operation can be carried out, as a {@link WriteResults} code. */
  static byte check(byte[] ops, int at, byte @Nullable [] record, long now) {
    byte kind = ops[at + WriteOps.KIND];
    if (kind == SCHEDULE) {
      return WriteResults.OK;
    }
    if (record == null) {
      return WriteResults.ABSENT;
    }
    boolean holds =
        switch (kind) {
          case COMPLETE, REARM ->
              field(record, LEASE_END) != 0
                  && field(record, FENCE) == WriteOps.int64(ops, at + WriteOps.EXPECTED);
          case CLAIM -> dueMillis(record) <= now || isMade(ops, at, record);
          default -> true;
        };
    return holds ? WriteResults.OK : WriteResults.REFUSED;
  }

  /** Carries an operation out; the record afterwards. */
  static byte @Nullable [] apply(byte[] ops, int at, byte @Nullable [] record, long now) {
    byte kind = ops[at + WriteOps.KIND];
    if (kind == CANCEL || kind == COMPLETE) {
      return null;
    }
    if (kind == CLAIM && record != null && isMade(ops, at, record)) {
      return record;
    }
    byte[] made;
    if (kind == SCHEDULE || record == null) {
      int length = WriteOps.int32(ops, at + WriteOps.VALUE_LENGTH);
      made = RecordLayout.create(0, 0, PAYLOAD + length);
      int from = WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET);
      System.arraycopy(ops, from, made, RecordLayout.VALUE + PAYLOAD, length);
      field(made, FENCE, record == null ? 0 : field(record, FENCE));
    } else {
      made = Arrays.copyOf(record, record.length);
    }
    long repeated = kind == CLAIM ? WriteOps.int64(ops, at + WriteOps.EXPECTED) : 0;
    long version = repeated != 0 ? repeated : WriteOps.int64(ops, at + WriteOps.VERSION);
    RecordLayout.LONG.set(made, 0, version);
    long millis = Math.min(WriteOps.int64(ops, at + WriteOps.TTL), Long.MAX_VALUE / 4);
    // A clock that shows t is at t or nearly at t + 1.
    long end = millis == 0 ? now : now + millis + 1;
    if (kind == CLAIM) {
      field(made, LEASE_END, end);
      long unique = (now << FENCE_SHIFT) | ThreadLocalRandom.current().nextLong(1 << FENCE_SHIFT);
      field(made, FENCE, Math.max(field(made, FENCE) + 1, unique));
    } else {
      field(made, DEADLINE, end);
      field(made, LEASE_END, 0);
    }
    return made;
  }

  /** Whether a claim that is repeated was made the first time. */
  private static boolean isMade(byte[] ops, int at, byte[] record) {
    return RecordLayout.version(record) == WriteOps.int64(ops, at + WriteOps.EXPECTED);
  }

  /** When somebody should claim a timer: at its deadline, or when its lease ends. */
  static long dueMillis(byte[] record) {
    long leaseEnd = field(record, LEASE_END);
    return leaseEnd == 0 ? field(record, DEADLINE) : leaseEnd;
  }

  private static long field(byte[] record, int field) {
    return (long) RecordLayout.LONG.get(record, RecordLayout.VALUE + field);
  }

  private static void field(byte[] record, int field, long value) {
    RecordLayout.LONG.set(record, RecordLayout.VALUE + field, value);
  }
}
