package org.statelessnf.nf.engine;

import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;

/**
 * Reads a batch's records: all of them when it was filled, and those that a round needs anew. Two
 * requests, because what the first one read is worked on while the second is under way.
 */
final class FlightReads {
  private final Flight flight;
  private final StoreBinding store;
  private final PipeMetrics metrics;
  private final long timeoutNanos;
  private final ReadBatch reads;
  private final ReadBatch rereads;

  /** Some record could not be read, or is ambiguous. */
  private boolean troubled;

  FlightReads(
      Flight flight, StoreBinding store, PipeMetrics metrics, long timeoutNanos, int slots) {
    this.flight = flight;
    this.store = store;
    this.metrics = metrics;
    this.timeoutNanos = timeoutNanos;
    StoreSession session = store.session();
    this.reads = session.newReadBatch(slots);
    this.rereads = session.newReadBatch(slots);
  }

  /** Asks for all records. */
  void begin() {
    reads.clear();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      add(reads, records.get(i));
    }
    metrics.batch(flight.packets(), records.size());
  }

  /** Begins to ask for some records anew; each by {@link #readAgain}. */
  void beginAgain() {
    rereads.clear();
  }

  void readAgain(Staged record) {
    add(rereads, record);
  }

  private void add(ReadBatch batch, Staged record) {
    record.slot =
        batch.add(
            store.table(record.table), flight.scratch.memory(), record.keyOffset, record.keyLength);
  }

  /** Whether the first reads are answered; sends them if they were not. */
  boolean isReady() {
    return store.isDone(reads, timeoutNanos);
  }

  /** Whether the further reads are answered; sends them if they were not. */
  boolean isReadyAgain() {
    return store.isDone(rereads, timeoutNanos);
  }

  int countAgain() {
    return rereads.size();
  }

  void take() {
    take(reads);
  }

  void takeAgain() {
    take(rereads);
  }

  /** Whether some record could not be read or is ambiguous; asked once. */
  boolean wasTroubled() {
    boolean was = troubled;
    troubled = false;
    return was;
  }

  /** Whether a record whose write had no certain outcome was read back as it was to be written. */
  boolean isReadBack(Staged record) {
    Outcome outcome = rereads.outcome(record.slot);
    boolean found = outcome == Outcome.OK;
    return (found || outcome == Outcome.ABSENT)
        && rereads.version(record.slot) != record.baseVersion
        && record.isAsWritten(
            found,
            rereads.memory(),
            rereads.valueOffset(record.slot),
            rereads.valueLength(record.slot));
  }

  /** The version that a record was read back with. */
  long versionAgain(Staged record) {
    return rereads.version(record.slot);
  }

  private void take(ReadBatch batch) {
    if (batch.localReads() >= 0) {
      metrics.placed(batch.localReads(), batch.size());
    }
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int slot = record.slot;
      if (slot == Staged.NO_SLOT) {
        continue;
      }
      record.slot = Staged.NO_SLOT;
      Outcome outcome = batch.outcome(slot);
      if (outcome == Outcome.OK || outcome == Outcome.ABSENT) {
        takeBase(record, batch, slot, outcome == Outcome.OK);
      } else if (!record.forwarded) {
        record.known = false;
        troubled = true;
        metrics.storeFailed(outcome);
        if (record.item >= 0) {
          flight.group().fail(record.item, FlightWrites.reason(outcome));
        }
      }
    }
  }

  private void takeBase(Staged record, ReadBatch batch, int slot, boolean found) {
    long version = batch.version(slot);
    if (record.forwarded) {
      if (version == record.forwardedOver && version != record.baseVersion) {
        return; // read before the earlier batch's write: what it wrote is the newer one
      }
      record.forwarded = false;
      record.ambiguous = version != record.baseVersion;
      troubled |= record.ambiguous;
    }
    if (found && batch == rereads) {
      // The next round may read other records into the same memory while this one is still needed.
      record.baseCopied(version, batch.memory(), batch.valueOffset(slot), batch.valueLength(slot));
    } else if (found) {
      record.base(version, batch.memory(), batch.valueOffset(slot), batch.valueLength(slot));
    } else {
      record.baseAbsent(version);
      record.known = true;
    }
  }
}
