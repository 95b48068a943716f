package org.statelessnf.store.local.caffeine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.Table;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.AbstractStoreSession;
import org.statelessnf.store.support.ElementHash;

/**
 * Executes batches on the caller's thread, slot by slot, within {@code submit}.
 *
 * <p>Every write is a compare-and-set on the record that was read: read it, see whether the slot's
 * condition holds, exchange exactly that record for a new one, start over if another session was
 * faster. So each operation takes effect at the exchange, or, where nothing is changed, at the
 * read: linearizable per key. A record that has ended is removed, by the same means, before its
 * slot treats it as absent.
 *
 * <p>Versions come in blocks from the store's counter, and no version is given out twice, so none
 * is reused for any key.
 */
final class CaffeineSession extends AbstractStoreSession {
  private final Space space;
  private final StoreClock clock;
  private final ExpiryWheel expiry;
  private final RecordKey probe = new RecordKey();
  private RecordKey[] probes = {};
  private final ElementHash hash = new ElementHash();
  private long nextVersion;
  private long versionLimit;
  private int claims = ThreadLocalRandom.current().nextInt();

  CaffeineSession(CaffeineStore store, Space space) {
    super(store);
    this.space = space;
    this.clock = space.clock();
    this.expiry = space.expiry();
  }

  @Override
  protected void startRead(ReadBatch batch) {
    MemorySegment memory = batch.memory();
    int size = batch.size();
    while (probes.length < size) {
      growProbes(size);
    }
    for (int slot = 0; slot < size; slot++) {
      probes[slot].load(memory, batch.keyOffset(slot), batch.keyLength(slot));
    }
    int slot = 0;
    if (batch.pendingSlots() == size) {
      for (; slot + 4 <= size; slot += 4) {
        byte[] r0 = find(batch, slot);
        byte[] r1 = find(batch, slot + 1);
        byte[] r2 = find(batch, slot + 2);
        byte[] r3 = find(batch, slot + 3);
        answer(batch, memory, slot, r0);
        answer(batch, memory, slot + 1, r1);
        answer(batch, memory, slot + 2, r2);
        answer(batch, memory, slot + 3, r3);
      }
    }
    for (; slot < size; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        answer(batch, memory, slot, find(batch, slot));
      }
    }
    complete(batch);
  }

  private void growProbes(int size) {
    int old = probes.length;
    probes = Arrays.copyOf(probes, size);
    for (int i = old; i < size; i++) {
      probes[i] = new RecordKey();
    }
  }

  private byte @Nullable [] find(ReadBatch batch, int slot) {
    return ((LocalTable) batch.table(slot)).records().map().get(probes[slot]);
  }

  private void answer(ReadBatch batch, MemorySegment memory, int slot, byte @Nullable [] found) {
    byte[] record = found;
    if (record != null && hasEnded(record)) {
      record = live(((LocalTable) batch.table(slot)).records());
    }
    if (record == null) {
      batch.resolve(slot, Outcome.ABSENT);
      return;
    }
    int length = RecordBytes.length(record);
    RecordBytes.copyValue(record, memory, batch.valueOffset(slot));
    batch.foundInPlace(slot, RecordBytes.version(record), length);
  }

  @Override
  protected void startWrite(WriteBatch batch) {
    MemorySegment memory = batch.memory();
    int size = batch.size();
    for (int slot = 0; slot < size; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        probe.load(memory, batch.keyOffset(slot), batch.keyLength(slot));
        Records records = ((LocalTable) batch.table(slot)).records();
        boolean answered;
        do {
          answered = attempt(batch, slot, batch.op(slot), records);
        } while (!answered);
      }
    }
    complete(batch);
  }

  /**
   * Tries a slot once.
   *
   * @return false if another session changed the record meanwhile
   */
  private boolean attempt(WriteBatch batch, int slot, Op op, Records records) {
    byte[] record = records.map().get(probe);
    byte[] current = record;
    if (record != null && hasEnded(record)) {
      if (op == Op.PUT || op == Op.PUT_IF_ABSENT || op == Op.INCREMENT) {
        current = null;
      } else {
        records.remove(probe, record);
        return false; // read again: there is none, or a new one
      }
    }
    return switch (op) {
      case PUT -> write(batch, slot, records, record);
      case PUT_IF_ABSENT ->
          current == null ? write(batch, slot, records, record) : mismatch(batch, slot, current);
      case PUT_IF_VERSION ->
          (current != null && isExpected(batch, slot, current))
              ? write(batch, slot, records, current)
              : mismatch(batch, slot, current);
      case REMOVE -> current == null ? absent(batch, slot) : remove(batch, slot, records, current);
      case REMOVE_IF_VERSION ->
          (current != null && isExpected(batch, slot, current))
              ? remove(batch, slot, records, current)
              : mismatch(batch, slot, current);
      case INCREMENT ->
          (current == null || RecordBytes.length(current) == Long.BYTES)
              ? increment(batch, slot, records, record, current)
              : mismatch(batch, slot, current);
      default -> throw new IllegalStateException("slot " + slot + " asks for " + op);
    };
  }

  private static boolean isExpected(WriteBatch batch, int slot, byte[] current) {
    return RecordBytes.version(current) == batch.expectedVersion(slot);
  }

  private boolean write(WriteBatch batch, int slot, Records records, byte @Nullable [] before) {
    if (before == null && !records.reserve()) {
      batch.resolve(slot, Outcome.FULL);
      return true;
    }
    long end = end(batch, slot);
    int tick = expiry.tickFor(end, before == null ? 0 : RecordBytes.tick(before));
    long version = takeVersion();
    byte[] record =
        RecordBytes.of(
            version, end, tick, batch.memory(), batch.valueOffset(slot), batch.valueLength(slot));
    if (!exchange(records, before, record)) {
      return false;
    }
    batch.written(slot, version);
    return true;
  }

  private boolean increment(
      WriteBatch batch,
      int slot,
      Records records,
      byte @Nullable [] before,
      byte @Nullable [] current) {
    if (before == null && !records.reserve()) {
      batch.resolve(slot, Outcome.FULL);
      return true;
    }
    long end = end(batch, slot);
    int tick = expiry.tickFor(end, before == null ? 0 : RecordBytes.tick(before));
    long version = takeVersion();
    long number = (current == null ? 0 : RecordBytes.counter(current)) + batch.delta(slot);
    if (!exchange(records, before, RecordBytes.ofCounter(version, end, tick, number))) {
      return false;
    }
    batch.counted(slot, version, number);
    return true;
  }

  /**
   * Puts a record in place of the one that was read.
   *
   * @param before the record that was read, ended or not; null for none, with room reserved
   * @return false if another session was faster; the room was given back
   */
  private boolean exchange(Records records, byte @Nullable [] before, byte[] record) {
    int tick = RecordBytes.tick(record);
    if (before == null) {
      RecordKey key = probe.copy();
      if (!records.insert(key, record)) {
        return false;
      }
      if (tick != 0) {
        expiry.add(records, key, tick);
      }
      return true;
    }
    if (!records.replace(probe, before, record)) {
      return false;
    }
    if (tick != 0 && tick != RecordBytes.tick(before)) {
      expiry.add(records, probe.copy(), tick);
    }
    return true;
  }

  private boolean remove(WriteBatch batch, int slot, Records records, byte[] record) {
    if (!records.remove(probe, record)) {
      return false;
    }
    batch.written(slot, 0);
    return true;
  }

  private static boolean absent(WriteBatch batch, int slot) {
    batch.absent(slot);
    return true;
  }

  private long end(WriteBatch batch, int slot) {
    long ttlMillis = batch.effectiveTtlMillis(slot);
    return ttlMillis < 0 ? RecordBytes.NEVER : clock.after(ttlMillis);
  }

  private static boolean mismatch(WriteBatch batch, int slot, byte @Nullable [] current) {
    if (current == null) {
      batch.mismatch(slot, 0);
    } else if (batch.op(slot) == Op.INCREMENT) {
      batch.mismatch(slot, RecordBytes.version(current));
    } else {
      batch.mismatch(
          slot,
          RecordBytes.version(current),
          MemorySegment.ofArray(current),
          RecordBytes.VALUE,
          RecordBytes.length(current));
    }
    return true;
  }

  /** The probe's record, unless it has ended: then it is removed. */
  private byte @Nullable [] live(Records records) {
    while (true) {
      byte[] record = records.map().get(probe);
      if (record == null || !hasEnded(record)) {
        return record;
      }
      if (records.remove(probe, record)) {
        return null;
      }
    }
  }

  private boolean hasEnded(byte[] record) {
    long end = RecordBytes.end(record);
    return end != RecordBytes.NEVER && end <= clock.floor();
  }

  private long takeVersion() {
    if (nextVersion == versionLimit) {
      nextVersion = space.takeVersions();
      versionLimit = nextVersion + Space.VERSION_BLOCK;
    }
    return nextVersion++;
  }

  @Override
  protected void startTimers(TimerBatch batch) {
    int size = batch.size();
    for (int slot = 0; slot < size; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        probe.load(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot));
        ((LocalTimerQueue) batch.queue(slot)).timers().execute(batch, slot, probe);
      }
    }
    complete(batch);
  }

  @Override
  protected void startClaim(ClaimBatch batch) {
    ((LocalTimerQueue) batch.queue()).timers().claim(batch, claims++);
    complete(batch);
  }

  @Override
  protected void startFilter(FilterBatch batch) {
    int size = batch.size();
    for (int slot = 0; slot < size; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        filter(batch, slot, ((LocalBloomFilter) batch.filter(slot)).bits());
      }
    }
    complete(batch);
  }

  private void filter(FilterBatch batch, int slot, FilterBits bits) {
    Op op = batch.op(slot);
    if (op == Op.FILTER_ROTATE) {
      bits.rotate();
      batch.resolve(slot, Outcome.OK);
      return;
    }
    hash.hash(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot), bits.seed());
    if (op == Op.FILTER_ADD) {
      bits.add(hash);
      batch.resolve(slot, Outcome.OK);
    } else {
      batch.answer(slot, bits.mightContain(hash));
    }
  }

  @Override
  protected ScanCursor openScan(Table table) {
    return new LocalScan(((LocalTable) table).records().map(), clock);
  }
}
