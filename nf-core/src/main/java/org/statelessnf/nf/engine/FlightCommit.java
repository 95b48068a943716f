package org.statelessnf.nf.engine;

import org.statelessnf.nf.DropReason;

/**
 * Takes a batch to the store and back, in rounds: read the records, process, commit.
 *
 * <p>A commit has two steps. First the timers are armed and the claims written; only then are the
 * located records written, each on the condition that it still has the version that was read. A
 * crash at any point therefore leaves no record without a timer and no published record whose claim
 * another may take. A timer that may have fired before its record was written is armed once more. A
 * group all of whose writes succeed is settled; one that met a mismatch is read and processed again
 * in the next round, bounded; one that the store did not answer fails by the network function's
 * policy. A write whose outcome is unknown is read back: it counts as done if the record is what
 * was to be written, else the group is processed again.
 *
 * <p>All calls come from the worker's thread and return without blocking.
 */
final class FlightCommit {
  private enum Phase {
    READ,
    PROCESS,
    REREAD,
    ARM,
    WRITE,
    REARM
  }

  private final Flight flight;
  private final FlightStep step;
  private final StoreBinding store;
  private final FlightRing ring;
  private final PipeMetrics metrics;
  private final int maxAttempts;
  private final FlightReads reads;
  private final FlightWrites writes;
  private Phase phase = Phase.READ;

  FlightCommit(
      Flight flight,
      FlightStep step,
      StoreBinding store,
      FlightRing ring,
      PipeConfig config,
      PipeMetrics metrics) {
    this.flight = flight;
    this.step = step;
    this.store = store;
    this.ring = ring;
    this.metrics = metrics;
    this.maxAttempts = config.maxAttempts();
    long timeoutNanos = config.storeTimeout().toNanos();
    int slots = flight.maxRecords();
    this.reads = new FlightReads(flight, store, metrics, timeoutNanos, slots);
    this.writes = new FlightWrites(flight, store, metrics, timeoutNanos, slots);
  }

  /** Starts the reads of a batch that was just filled. */
  void begin() {
    reads.begin();
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
        if (reads.isReady()) {
          reads.take();
          flight.stage = Flight.Stage.READ;
          phase = Phase.PROCESS;
        }
      }
      case PROCESS -> {} // waits for the pipe to call process
      case REREAD -> {
        if (reads.isReadyAgain()) {
          settleResolved();
          reads.takeAgain();
          round(false);
        }
      }
      case ARM -> {
        if (writes.isArmed()) {
          writes.takeArmed();
          writes.write();
          phase = Phase.WRITE;
          advance();
        }
      }
      case WRITE -> {
        if (writes.isWritten()) {
          writes.takeWritten();
          finishItems();
          if (writes.isLate()) {
            writes.armAgain();
            phase = Phase.REARM;
            advance();
          } else {
            endRound();
          }
        }
      }
      case REARM -> {
        if (writes.isArmedAgain()) {
          writes.takeArmedAgain();
          endRound();
        }
      }
    }
    return phase != before || flight.stage == Flight.Stage.SETTLED;
  }

  /** First round, when it is this batch's turn. */
  void process() {
    flight.stage = Flight.Stage.COMMITTING;
    round(flight.forwardedSome);
  }

  /** After a read-back: groups whose uncertain writes turn out to be done are settled. */
  private void settleResolved() {
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      if (record.unknown && record.slot != Staged.NO_SLOT && reads.isReadBack(record)) {
        writes.written(record, reads.versionAgain(record));
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

  private void round(boolean forwarded) {
    if (reads.wasTroubled() || forwarded) {
      holdBackTroubled();
    }
    do {
      step.processActive(store.nowNanos());
      if (flight.forwardedSome) {
        confirmDrops();
      }
      if (!flight.isGrouped() && !hasEffects() && !flight.proceeds) {
        settle();
        return;
      }
    } while (!flight.isGrouped() && !hasEffects() && flight.beginNextLegs());
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
      writes.arm();
      phase = Phase.ARM;
      advance();
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
        boolean deferred = item.action == Item.Action.DEFER;
        // Not for what another packet of the group lacked: a burst of new flows may share one.
        if (state == Groups.STALE || deferred || item.action == Item.Action.FETCH) {
          item.attempt++;
        }
        if (item.attempt >= maxAttempts) {
          flight.group().fail(i, deferred ? item.reason : DropReason.CONFLICT);
        } else {
          housekeeping |= deferred;
          again = true;
        }
      }
    }
    for (int i = 0; i < flight.items(); i++) {
      if (flight.group().isRoot(i) && flight.group().state(i) == Groups.COMMITTING) {
        flight.group().state(i, Groups.SETTLED);
      }
    }
    boolean onwards = flight.proceeds && flight.beginNextLegs();
    if (housekeeping) {
      store.housekeeping();
    }
    if (onwards && flight.refreshes()) {
      startRereads(); // and let the pipe look after its other batches: there may be many such
      // rounds
    } else if (again) {
      startRereads();
      advance();
    } else if (onwards) {
      round(false);
    } else {
      settle();
    }
  }

  private void startRereads() {
    reads.beginAgain();
    RecordIndex records = flight.records;
    for (int i = 0; i < records.size(); i++) {
      Staged record = records.get(i);
      int state = flight.groupState(record);
      boolean stale = state == Groups.STALE || flight.refreshes(record);
      if (state == Groups.INCOMPLETE) {
        record.reset();
      }
      if (stale || (!record.known && (state == Groups.INCOMPLETE || record.item < 0))) {
        record.forwarded = false;
        record.ambiguous = false;
        reads.readAgain(record);
      }
    }
    markForNextRound();
    metrics.rereads(reads.countAgain());
    phase = Phase.REREAD;
  }

  private void markForNextRound() {
    // Groups with an uncertain write wait, as COMMITTING, for what the read-back says.
    for (int i = 0; i < flight.items(); i++) {
      int state = flight.group().state(i);
      flight.group().refresh(i, false);
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
