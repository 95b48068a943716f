package org.statelessnf.nf.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statelessnf.nf.DropReason;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Takes a batch to the store and back, in rounds: read the records, process, commit.
 *
 * <p>A commit has two steps. First the timers are armed and the claims written; only then are the
 * located records written, each on the condition that it still has the version that was read. A
 * crash at any point therefore leaves no record without a timer and no published record whose claim
 * another may take. A group all of whose writes succeed is settled; one that met a mismatch is read
 * and processed again in the next round, bounded; one that the store did not answer fails by the
 * network function's policy. A write whose outcome is unknown is read back: it counts as done if
 * the record is what was to be written, else the group is processed again.
 *
 * <p>All calls come from the worker's thread and return without blocking.
 */
final class FlightCommit {
  private enum Phase {
    READ,
    PROCESS,
    REREAD,
    ARM,
    WRITE
  }

  private final Flight flight;
  private final FlightStep step;
  private final StoreBinding store;
  private final FlightRing ring;
  private final StoreSession session;
  private final PipeMetrics metrics;
  private final int maxAttempts;
  private final long timeoutNanos;
  private final ReadBatch reads;
  private final ReadBatch rereads;
  private final TimerBatch timers;
  private final WriteBatch claims;
  private final WriteBatch writes;
  private Phase phase = Phase.READ;

  /** Some record could not be read, or is ambiguous. */
  private boolean troubled;

  FlightCommit(
      Flight flight,
      FlightStep step,
      StoreBinding store,
      FlightRing ring,
      PipeConfig config,
      PipeMetrics metrics,
      int maxItems) {
    this.flight = flight;
    this.step = step;
    this.store = store;
    this.ring = ring;
    this.session = store.session();
    this.metrics = metrics;
    this.maxAttempts = config.maxAttempts();
    this.timeoutNanos = config.storeTimeout().toNanos();
    int slots = maxItems * FlightStep.MAX_RECORDS_PER_ITEM;
    this.reads = session.newReadBatch(slots);
    this.rereads = session.newReadBatch(slots);
    this.timers = session.newTimerBatch(slots);
    this.claims = session.newWriteBatch(slots);
    this.writes = session.newWriteBatch(slots);
  }

  /** Starts the reads of a batch that was just filled. */
  void begin() {
    reads.clear();
    MemorySegment keys = flight.scratch.memory();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      record.slot = reads.add(store.table(record.table), keys, record.keyOffset, record.keyLength);
    }
    metrics.batch(flight.packets(), records.size());
    flight.stage = Flight.Stage.READING;
    phase = Phase.READ;
    advance();
  }

  /**
   * Makes progress.
   *
   * @return whether anything happened
   */
  boolean advance() {
    Phase before = phase;
    switch (phase) {
      case READ -> {
        if (ready(reads)) {
          take(reads);
          flight.stage = Flight.Stage.READ;
          phase = Phase.PROCESS;
        }
      }
      case PROCESS -> {} // waits for the pipe to call process
      case REREAD -> {
        if (ready(rereads)) {
          settleResolved();
          take(rereads);
          round();
        }
      }
      case ARM -> {
        boolean timersReady = ready(timers);
        if (ready(claims) && timersReady) {
          takeTimers();
          take(claims);
          startWrites();
        }
      }
      case WRITE -> {
        if (ready(writes)) {
          take(writes);
          finishItems();
          endRound();
        }
      }
    }
    return phase != before || flight.stage == Flight.Stage.SETTLED;
  }

  /** First round, when it is this batch's turn. */
  void process() {
    flight.stage = Flight.Stage.COMMITTING;
    troubled |= flight.forwardedSome;
    round();
  }

  private boolean ready(Batch batch) {
    if (batch.size() == 0 || batch.isDone()) {
      return true;
    }
    return !batch.isInFlight() && session.submit(batch, timeoutNanos) && batch.isDone();
  }

  // --- reading ---

  private void take(ReadBatch batch) {
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
          flight.group().fail(record.item, reason(outcome));
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

  /** After a read-back: groups whose uncertain writes turn out to be done are settled. */
  private void settleResolved() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.unknown && record.slot != Staged.NO_SLOT) {
        Outcome outcome = rereads.outcome(record.slot);
        long version = rereads.version(record.slot);
        boolean found = outcome == Outcome.OK;
        if ((found || outcome == Outcome.ABSENT)
            && version != record.baseVersion
            && record.isAsWritten(
                found,
                rereads.memory(),
                rereads.valueOffset(record.slot),
                rereads.valueLength(record.slot))) {
          written(record, version);
        }
      }
    }
    finishItems();
    // A group with nothing left to write is done; mark the others.
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (flight.groupState(record) == Groups.COMMITTING && record.dirty && !record.written) {
        flight.group().state(record.item, Groups.ACTIVE);
      }
    }
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.unknown && record.written) {
        ring.forward(flight, record);
      }
      if (flight.groupState(record) == Groups.COMMITTING) {
        record.slot = Staged.NO_SLOT; // keep what was written
      }
    }
    for (int i = 0; i < flight.items(); i++) {
      if (flight.group().isRoot(i) && flight.group().state(i) == Groups.COMMITTING) {
        flight.group().state(i, Groups.SETTLED);
      }
    }
  }

  /**
   * Items of groups that have to go on, but which themselves have nothing left to write: they are
   * not to be processed again.
   */
  private void finishItems() {
    for (int i = 0; i < flight.items(); i++) {
      Item item = flight.item(i);
      int state = flight.group().state(i);
      if (state != Groups.SETTLED && !item.done) {
        boolean wrote = false;
        boolean left = false;
        for (int r = 0; r < item.recordCount; r++) {
          Staged record = flight.records.get(item.records[r]);
          wrote |= record.dirty && record.written;
          left |= record.dirty && !record.written;
        }
        item.done = wrote && !left;
      }
    }
  }

  // --- processing ---

  private void round() {
    if (troubled) {
      troubled = false;
      holdBackTroubled();
    }
    step.processActive(store.nowNanos());
    if (flight.forwardedSome) {
      confirmDrops();
    }
    if (!flight.isGrouped() && !hasEffects()) {
      settle();
      return;
    }
    boolean busy = false;
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.item >= 0 && (record.timerDelayMillis >= 0 || record.isDirty())) {
        int state = flight.group().state(record.item);
        if (state == Groups.ACTIVE || state == Groups.COMMITTING) {
          record.dirty = record.isDirty();
          flight.group().state(record.item, Groups.COMMITTING);
          busy = true;
        }
      }
    }
    for (int i = 0; i < flight.items(); i++) {
      if (flight.group().isRoot(i) && flight.group().state(i) == Groups.ACTIVE) {
        flight.group().state(i, Groups.SETTLED);
      }
    }
    if (busy) {
      startArming();
    } else {
      endRound();
    }
  }

  /** Whether any step changed a record or armed a timer. */
  private boolean hasEffects() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.timerDelayMillis >= 0 || record.isDirty()) {
        return true;
      }
    }
    return false;
  }

  private void settle() {
    flight.stage = Flight.Stage.SETTLED;
    phase = Phase.READ;
  }

  /** Keeps groups from being processed on records that could not be read or are ambiguous. */
  private void holdBackTroubled() {
    for (int i = 0; i < flight.items(); i++) {
      Item item = flight.item(i);
      if (flight.group().state(i) != Groups.ACTIVE || item.done) {
        continue;
      }
      for (int r = 0; r < item.located; r++) {
        Staged record = flight.records.get(item.records[r]);
        if (!record.known) {
          flight.group().fail(i, DropReason.STORE_UNAVAILABLE);
        } else if (record.ambiguous) {
          flight.group().raise(i, Groups.STALE);
        }
      }
    }
  }

  /** A drop that rests on a forwarded record is confirmed by a read of the store. */
  private void confirmDrops() {
    for (int i = 0; i < flight.items(); i++) {
      Item item = flight.item(i);
      if (item.action == Item.Action.DROP
          && !item.done
          && flight.group().state(i) == Groups.ACTIVE) {
        for (int r = 0; r < item.recordCount; r++) {
          if (flight.records.get(item.records[r]).forwarded) {
            flight.group().raise(i, Groups.STALE);
          }
        }
      }
    }
  }

  // --- committing ---

  private void startArming() {
    timers.clear();
    claims.clear();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (flight.groupState(record) == Groups.COMMITTING) {
        if (record.timerDelayMillis >= 0) {
          arm(record);
        }
        if (record.claim && record.dirty) {
          record.slot = addWrite(claims, record);
        }
      }
    }
    phase = Phase.ARM;
    advance();
  }

  private void arm(Staged record) {
    int length = 1 + record.keyLength;
    long at = flight.scratch.allocate(length);
    MemorySegment memory = flight.scratch.memory();
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) record.table.index());
    MemorySegment.copy(memory, record.keyOffset, memory, at + 1, record.keyLength);
    record.timerSlot =
        timers.schedule(
            store.timerQueue(),
            memory,
            at,
            length,
            record.timerDelayMillis,
            MemorySegment.NULL,
            0,
            0);
  }

  private int addWrite(WriteBatch batch, Staged record) {
    MemorySegment scratch = flight.scratch.memory();
    if (record.exists()) {
      return batch.putIfVersion(
          store.table(record.table),
          scratch,
          record.keyOffset,
          record.keyLength,
          scratch,
          record.offset(),
          record.length(),
          record.baseVersion);
    }
    return batch.removeIfVersion(
        store.table(record.table), scratch, record.keyOffset, record.keyLength, record.baseVersion);
  }

  private void takeTimers() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.timerSlot == Staged.NO_SLOT) {
        continue;
      }
      Outcome outcome = timers.outcome(record.timerSlot);
      record.timerSlot = Staged.NO_SLOT;
      if (outcome == Outcome.UNKNOWN) {
        flight.group().raise(record.item, Groups.STALE); // arming twice does no harm
      } else if (outcome != Outcome.OK) {
        metrics.storeFailed(outcome);
        flight.group().fail(record.item, reason(outcome));
      }
    }
  }

  private void startWrites() {
    writes.clear();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.dirty && !record.written && flight.groupState(record) == Groups.COMMITTING) {
        record.slot = addWrite(writes, record);
      }
    }
    phase = Phase.WRITE;
    advance();
  }

  private void take(WriteBatch batch) {
    RecordIndex records = flight.records;
    int done = 0;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int slot = record.slot;
      if (slot == Staged.NO_SLOT) {
        continue;
      }
      record.slot = Staged.NO_SLOT;
      Outcome outcome = batch.outcome(slot);
      switch (outcome) {
        case OK, ABSENT -> {
          written(record, outcome == Outcome.OK ? batch.version(slot) : 0);
          done++;
        }
        case MISMATCH -> {
          metrics.conflict();
          flight.group().raise(record.item, Groups.STALE);
        }
        case UNKNOWN -> {
          metrics.storeFailed(outcome);
          record.unknown = true;
          flight.group().raise(record.item, Groups.STALE);
        }
        default -> {
          metrics.storeFailed(outcome);
          flight.group().fail(record.item, reason(outcome));
        }
      }
    }
    metrics.writes(done);
  }

  private void written(Staged record, long version) {
    record.written = true;
    record.writtenVersion = version;
    if (record.exists() && !record.baseExists()) {
      metrics.created(record.table);
    }
  }

  private static DropReason reason(Outcome outcome) {
    return switch (outcome) {
      case FULL -> DropReason.STORE_FULL;
      case UNAVAILABLE, UNKNOWN -> DropReason.STORE_UNAVAILABLE;
      default -> DropReason.STORE_REFUSED;
    };
  }

  // --- ending a round ---

  private void endRound() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.written) {
        ring.forward(flight, record);
      }
    }
    boolean again = false;
    boolean housekeeping = false;
    for (int i = 0; i < flight.items(); i++) {
      int state = flight.group().state(i);
      if (state == Groups.COMMITTING) {
        continue;
      }
      Item item = flight.item(i);
      if ((state == Groups.STALE || state == Groups.INCOMPLETE) && !item.done) {
        flight.counts.forget(i);
        if (++item.attempt >= maxAttempts) {
          boolean deferred = item.action == Item.Action.DEFER;
          flight.group().fail(i, deferred ? item.reason : DropReason.CONFLICT);
        } else {
          housekeeping |= item.action == Item.Action.DEFER;
          again = true;
        }
      }
    }
    for (int i = 0; i < flight.items(); i++) {
      if (flight.group().isRoot(i) && flight.group().state(i) == Groups.COMMITTING) {
        flight.group().state(i, Groups.SETTLED);
      }
    }
    if (housekeeping) {
      store.housekeeping();
    }
    if (again) {
      startRereads();
    } else {
      settle();
    }
  }

  private void startRereads() {
    rereads.clear();
    MemorySegment keys = flight.scratch.memory();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int state = flight.groupState(record);
      boolean stale = state == Groups.STALE;
      if (state == Groups.INCOMPLETE) {
        record.reset();
      }
      if (stale || (!record.known && (state == Groups.INCOMPLETE || record.item < 0))) {
        record.forwarded = false;
        record.ambiguous = false;
        record.slot =
            rereads.add(store.table(record.table), keys, record.keyOffset, record.keyLength);
      }
    }
    markForNextRound();
    metrics.rereads(rereads.size());
    phase = Phase.REREAD;
    advance();
  }

  private void markForNextRound() {
    // Groups with an uncertain write wait, as COMMITTING, for what the read-back says.
    for (int i = 0; i < flight.items(); i++) {
      int state = flight.group().state(i);
      if (flight.group().isRoot(i) && (state == Groups.STALE || state == Groups.INCOMPLETE)) {
        flight.group().state(i, Groups.ACTIVE);
      }
    }
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.unknown && record.slot != Staged.NO_SLOT) {
        flight.group().state(record.item, Groups.COMMITTING);
      }
    }
  }
}
