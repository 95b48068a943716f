package org.statelessnf.store.ignite;

import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Runs at the primary copy of a key, under its lock: checks the conditions of all operations of a
 * request on that key, in order, and changes the record once. Condition and change are one step.
 * {@link TimerOps} and {@link FilterOps} have the operations on timers and filters.
 *
 * <p>Argument 0 are the {@link WriteOps} of the request. Argument 1, if there is one, is the id of
 * the node that took the request from a client: only this one may carry it out, since Ignite would
 * send it again if it had to be carried out elsewhere and that node died. The result is null if
 * every operation was applied and there is nothing to tell, else one {@link WriteResults} entry per
 * operation.
 *
 * <p>Has no state: Ignite sends it along with every key.
 */
public final class ApplyWrites implements CacheEntryProcessor<byte[], byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  /** For Ignite, which makes one from the wire. */
  public ApplyWrites() {}

  @Override
  public byte @Nullable [] process(MutableEntry<byte[], byte[]> entry, Object... arguments) {
    if (arguments.length > 1
        && !entry.unwrap(Ignite.class).cluster().localNode().id().equals(arguments[1])) {
      return WriteResults.moved();
    }
    byte[] ops = (byte[]) arguments[0];
    long now = System.currentTimeMillis();
    byte[] stored = entry.getValue();
    byte[] before = RecordLayout.isLive(stored, now) ? stored : null;
    byte[] record = before;
    WriteResults results = null;
    int done = 0;
    boolean timers = false;
    for (int op = WriteOps.find(ops, entry.getKey()); op >= 0; done++) {
      int at = WriteOps.at(ops, op);
      long version = record == null ? 0 : RecordLayout.version(record);
      byte kind = ops[at + WriteOps.KIND];
      byte result = check(ops, at, record, version, now);
      if (result == WriteResults.OK && record == null && creates(kind) && !Memory.hasRoom(entry)) {
        result = WriteResults.FULL;
      }
      if (results == null && (result != WriteResults.OK || WriteOps.tells(kind))) {
        results = new WriteResults(done);
      }
      timers |= TimerOps.owns(kind);
      if (result == WriteResults.OK) {
        record = apply(ops, at, record, now);
      }
      if (results != null) {
        results.add(result, kind, version, record);
      }
      op = WriteOps.int32(ops, at + WriteOps.NEXT);
    }
    if (timers) {
      DueTimers.of(entry.unwrap(Ignite.class), entry.getKey()).note(entry.getKey(), record);
    }
    if (record != before) {
      if (record == null) {
        entry.remove();
      } else {
        entry.setValue(record);
      }
    }
    return results == null ? null : results.toBytes();
  }

  private static boolean creates(byte kind) {
    return kind == WriteOps.PUT
        || kind == WriteOps.INCREMENT
        || kind == TimerOps.SCHEDULE
        || FilterOps.creates(kind);
  }

  private static byte check(byte[] ops, int at, byte @Nullable [] record, long version, long now) {
    byte kind = ops[at + WriteOps.KIND];
    if (TimerOps.owns(kind)) {
      return TimerOps.check(ops, at, record, now);
    }
    if (FilterOps.owns(kind)) {
      return FilterOps.check(ops, at, record);
    }
    boolean holds =
        switch (ops[at + WriteOps.CONDITION]) {
          case WriteOps.IF_ABSENT -> record == null;
          case WriteOps.IF_VERSION ->
              record != null && version == WriteOps.int64(ops, at + WriteOps.EXPECTED);
          default -> true;
        };
    return switch (kind) {
      case WriteOps.REMOVE ->
          holds ? record == null ? WriteResults.ABSENT : WriteResults.OK : WriteResults.MISMATCH;
      case WriteOps.INCREMENT ->
          record == null || record.length == RecordLayout.VALUE + Long.BYTES
              ? WriteResults.OK
              : WriteResults.MISMATCH;
      default -> holds ? WriteResults.OK : WriteResults.MISMATCH;
    };
  }

  private static byte @Nullable [] apply(byte[] ops, int at, byte @Nullable [] record, long now) {
    byte kind = ops[at + WriteOps.KIND];
    if (TimerOps.owns(kind)) {
      return TimerOps.apply(ops, at, record, now);
    }
    if (FilterOps.owns(kind)) {
      return FilterOps.apply(ops, at, record);
    }
    if (kind == WriteOps.REMOVE) {
      return null;
    }
    long ttl = WriteOps.int64(ops, at + WriteOps.TTL);
    long expiresAt = ttl < 0 ? 0 : Math.max(1, now + ttl);
    long version = WriteOps.int64(ops, at + WriteOps.VERSION);
    int length =
        kind == WriteOps.INCREMENT ? Long.BYTES : WriteOps.int32(ops, at + WriteOps.VALUE_LENGTH);
    byte[] made = RecordLayout.create(version, expiresAt, length);
    if (kind == WriteOps.INCREMENT) {
      long old = record == null ? 0 : (long) RecordLayout.LONG.get(record, RecordLayout.VALUE);
      long delta = WriteOps.int64(ops, at + WriteOps.DELTA);
      RecordLayout.LONG.set(made, RecordLayout.VALUE, old + delta);
    } else {
      int from = WriteOps.int32(ops, at + WriteOps.VALUE_OFFSET);
      System.arraycopy(ops, from, made, RecordLayout.VALUE, length);
    }
    return made;
  }
}
