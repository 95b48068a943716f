package org.statelessnf.store.support;

import org.statelessnf.store.Batch;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerSpec;
import org.statelessnf.store.WriteBatch;

/**
 * Answers the slots that a backend need not see: those past the bounds of their table ({@link
 * Outcome#TOO_LARGE}) and those that need an undeclared feature ({@link Outcome#UNSUPPORTED}).
 */
final class BatchChecks {
  private static final int COUNTER_BYTES = 8;

  private BatchChecks() {}

  static void check(Batch batch, StateStore store) {
    switch (batch) {
      case ReadBatch reads -> check(reads, store);
      case WriteBatch writes -> check(writes, store);
      case TimerBatch timers -> check(timers, store);
      case FilterBatch filters -> check(filters, store);
      case ClaimBatch claim -> {
        requireOwn(claim.queue().store(), store, claim.queue());
        if (!store.capabilities().has(Feature.TIMERS)) {
          claim.result(Outcome.UNSUPPORTED);
        }
      }
    }
  }

  private static void check(ReadBatch batch, StateStore store) {
    for (int slot = 0; slot < batch.size(); slot++) {
      Table table = batch.table(slot);
      requireOwn(table.store(), store, table);
      if (batch.keyLength(slot) > table.spec().maxKeyBytes()) {
        batch.resolve(slot, Outcome.TOO_LARGE);
      }
    }
  }

  private static void check(WriteBatch batch, StateStore store) {
    boolean ttlDeclared = store.capabilities().has(Feature.IDLE_TTL);
    boolean incrementDeclared = store.capabilities().has(Feature.INCREMENT);
    for (int slot = 0; slot < batch.size(); slot++) {
      Table table = batch.table(slot);
      requireOwn(table.store(), store, table);
      TableSpec spec = table.spec();
      Op op = batch.op(slot);
      boolean removes = op == Op.REMOVE || op == Op.REMOVE_IF_VERSION;
      int valueLength = op == Op.INCREMENT ? COUNTER_BYTES : batch.valueLength(slot);
      if (batch.keyLength(slot) > spec.maxKeyBytes() || valueLength > spec.maxValueBytes()) {
        batch.resolve(slot, Outcome.TOO_LARGE);
      } else if ((op == Op.INCREMENT && !incrementDeclared)
          || (!removes && !ttlDeclared && batch.effectiveTtlMillis(slot) > 0)) {
        batch.resolve(slot, Outcome.UNSUPPORTED);
      }
    }
  }

  private static void check(TimerBatch batch, StateStore store) {
    boolean declared = store.capabilities().has(Feature.TIMERS);
    for (int slot = 0; slot < batch.size(); slot++) {
      requireOwn(batch.queue(slot).store(), store, batch.queue(slot));
      TimerSpec spec = batch.queue(slot).spec();
      if (!declared) {
        batch.resolve(slot, Outcome.UNSUPPORTED);
      } else if (batch.keyLength(slot) > spec.maxIdBytes()
          || batch.payloadLength(slot) > spec.maxPayloadBytes()) {
        batch.resolve(slot, Outcome.TOO_LARGE);
      }
    }
  }

  private static void check(FilterBatch batch, StateStore store) {
    boolean declared = store.capabilities().has(Feature.FILTER);
    for (int slot = 0; slot < batch.size(); slot++) {
      requireOwn(batch.filter(slot).store(), store, batch.filter(slot));
      if (!declared) {
        batch.resolve(slot, Outcome.UNSUPPORTED);
      }
    }
  }

  private static void requireOwn(StateStore owner, StateStore store, Object handle) {
    if (owner != store) {
      throw new IllegalArgumentException(handle + " was opened by another store");
    }
  }
}
