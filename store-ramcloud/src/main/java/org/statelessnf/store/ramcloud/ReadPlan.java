package org.statelessnf.store.ramcloud;

import java.lang.foreign.MemorySegment;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/**
 * Turns a multi-read into requests and their answers into outcomes. Values go straight to where the
 * batch wants them: the record's header lies in the headroom in front of a value.
 *
 * <p>A record whose time is over is removed before it is answered {@code ABSENT}, so that nobody
 * sees it again: a write that counts on its version then fails.
 */
final class ReadPlan {
  private static final int READING = 1;
  private static final int DROPPING = 2;

  private final RamcloudSession session;
  private final KeyHints hints;

  ReadPlan(RamcloudSession session, KeyHints hints) {
    this.session = session;
    this.hints = hints;
  }

  void begin(ReadBatch batch, Flight flight) {
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        read(batch, flight, slot);
      }
    }
  }

  private void read(ReadBatch batch, Flight flight, int slot) {
    long table = number(batch, slot);
    int request = flight.request(slot, Requests.READ, Requests.ALWAYS, 0, table);
    flight
        .requests()
        .value(
            request,
            batch.memory().address() + header(batch, slot),
            batch.valueCapacity(slot) + RcRecord.HEADER_BYTES);
    flight.step(slot, READING);
  }

  /** Takes the answers of the last call; further requests may follow. */
  void answered(ReadBatch batch, Flight flight) {
    Requests requests = flight.requests();
    int count = requests.count();
    requests.clear(); // a request for a further step takes the place of one that was looked at
    long now = System.currentTimeMillis();
    for (int request = 0; request < count; request++) {
      int slot = flight.slot(request);
      int status = requests.status(request);
      if (flight.step(slot) == READING) {
        switch (status) {
          case RcStatus.OK ->
              found(batch, flight, slot, requests.version(request), requests.actual(request), now);
          case RcStatus.OBJECT_DOESNT_EXIST -> batch.resolve(slot, Outcome.ABSENT);
          default -> failed(batch, slot, status);
        }
      } else {
        switch (status) {
          case RcStatus.OK, RcStatus.OBJECT_DOESNT_EXIST -> batch.resolve(slot, Outcome.ABSENT);
          case RcStatus.WRONG_VERSION -> read(batch, flight, slot);
          default -> failed(batch, slot, status);
        }
      }
    }
  }

  private void found(
      ReadBatch batch, Flight flight, int slot, long version, int bytes, long nowMillis) {
    if (!RcRecord.isKnown(bytes)) {
      batch.resolve(slot, Outcome.UNAVAILABLE); // not written by this store
      return;
    }
    MemorySegment memory = batch.memory();
    long at = header(batch, slot);
    int length = RcRecord.valueLength(bytes);
    long expiresAt = RcRecord.isCounter(bytes) ? 0 : memory.get(RcRecord.LONG, at);
    if (expiresAt != 0 && RcRecord.isGone(expiresAt, nowMillis)) {
      flight.request(slot, Requests.REMOVE, Requests.IF_VERSION, version, number(batch, slot));
      flight.step(slot, DROPPING);
      return;
    }
    hints.put(hash(batch, slot), version, expiresAt);
    if (length > batch.valueCapacity(slot)) {
      batch.resolve(slot, Outcome.TOO_LARGE); // written through a handle with other bounds
      return;
    }
    if (RcRecord.isCounter(bytes)) {
      memory.set(RcRecord.LONG, batch.valueOffset(slot), memory.get(RcRecord.LONG, at));
    }
    batch.foundInPlace(slot, version, length);
  }

  private void failed(ReadBatch batch, int slot, int status) {
    if (status == RcStatus.TABLE_DOESNT_EXIST) {
      session.renew((RamcloudTable) batch.table(slot));
    }
    batch.resolve(slot, Outcome.UNAVAILABLE);
  }

  private long hash(ReadBatch batch, int slot) {
    return hints.hash(
        number(batch, slot), batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
  }

  private static long header(ReadBatch batch, int slot) {
    return batch.valueOffset(slot) - RcRecord.HEADER_BYTES;
  }

  private static long number(ReadBatch batch, int slot) {
    return ((RamcloudTable) batch.table(slot)).number();
  }
}
