package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Creates and rotates the generations of a filter; see {@link RecordFilters}.
 *
 * <p>A rotation is one conditional write of the filter's record, with a random stamp by which a
 * write that was not answered is recognized. Generations are numbered and never reused, so the
 * blocks of dropped ones can be removed at leisure: the session that rotates does so as long as its
 * deadline allows, and notes how far it came; the next rotation goes on.
 */
final class FilterRotation {
  private static final int SWEEP = 128;

  private final InnerCalls calls;
  private final ReadBatch reads;
  private final WriteBatch writes;
  private final MemorySegment key = RecordBloomFilter.newKey();
  private final MemorySegment value = MemorySegment.ofArray(new byte[RecordBloomFilter.META_BYTES]);

  FilterRotation(AbstractStoreSession session, InnerCalls calls) {
    this.calls = calls;
    this.reads = session.newReadBatch(1);
    this.writes = session.newWriteBatch(SWEEP);
  }

  /** Creates the filter's record, unless another session is faster. */
  void create(RecordBloomFilter filter) {
    RandomGenerator random = calls.random();
    FilterMeta.write(value, random.nextLong(), 1, 1, 1, random.nextLong());
    writeMeta(filter, 0);
  }

  private Outcome writeMeta(RecordBloomFilter filter, long version) {
    writes.clear();
    int length = RecordBloomFilter.metaKey(key);
    writes.putIfVersion(
        filter.table(), key, 0, length, value, 0, RecordBloomFilter.META_BYTES, version);
    calls.run(writes);
    return InnerCalls.outcome(writes, 0);
  }

  private boolean readMeta(RecordBloomFilter filter, FilterMeta meta) {
    reads.clear();
    reads.add(filter.table(), key, 0, RecordBloomFilter.metaKey(key));
    calls.run(reads);
    Outcome outcome = InnerCalls.outcome(reads, 0);
    meta.take(reads, 0, outcome);
    return InnerCalls.isAnswer(outcome);
  }

  /** Starts a new generation and drops the oldest. */
  Outcome rotate(RecordBloomFilter filter, FilterMeta meta) {
    long stamp = calls.random().nextLong();
    long doubtedVersion = 0;
    for (int tries = 0; !calls.over(); tries++) {
      if (readMeta(filter, meta)) {
        if (doubtedVersion != 0) {
          if (meta.isKnown() && meta.stamp() == stamp) {
            sweep(filter, meta);
            return Outcome.OK;
          }
          if (meta.version() != doubtedVersion) {
            return Outcome.UNKNOWN; // done and overtaken, or never done
          }
        }
        if (meta.isKnown()) {
          Outcome outcome = writeRotation(filter, meta, stamp);
          switch (outcome) {
            case OK -> {
              if (readMeta(filter, meta) && meta.isKnown()) {
                sweep(filter, meta);
              }
              return Outcome.OK;
            }
            case MISMATCH, ABSENT -> {}
            case UNKNOWN -> doubtedVersion = meta.version();
            default -> {
              if (doubtedVersion == 0) {
                return outcome;
              }
            }
          }
        } else {
          create(filter);
        }
      } else if (doubtedVersion == 0) {
        return Outcome.UNAVAILABLE;
      }
      if (tries > 1) {
        calls.pause(tries);
      }
    }
    return doubtedVersion == 0 ? Outcome.UNAVAILABLE : Outcome.UNKNOWN;
  }

  private Outcome writeRotation(RecordBloomFilter filter, FilterMeta meta, long stamp) {
    long newest = meta.newest() + 1;
    long oldest = Math.max(meta.oldest(), newest - filter.spec().generations() + 1);
    FilterMeta.write(value, meta.seed(), newest, oldest, meta.swept(), stamp);
    return writeMeta(filter, meta.version());
  }

  /** Removes the blocks of dropped generations, as far as time allows. */
  private void sweep(RecordBloomFilter filter, FilterMeta meta) {
    boolean all = true;
    long swept = meta.swept();
    for (; swept < meta.oldest(); swept++) {
      for (int next = 0; next < filter.geometry().blocks(); ) {
        writes.clear();
        while (!writes.isFull() && next < filter.geometry().blocks()) {
          int length = RecordBloomFilter.blockKey(key, swept, next++);
          writes.remove(filter.table(), key, 0, length);
        }
        calls.run(writes);
        for (int slot = 0; slot < writes.size(); slot++) {
          all &= InnerCalls.isAnswer(InnerCalls.outcome(writes, slot));
        }
        if (!all || calls.over()) {
          return; // the next rotation begins with this generation again
        }
      }
    }
    FilterMeta.write(value, meta.seed(), meta.newest(), meta.oldest(), swept, meta.stamp());
    writeMeta(filter, meta.version());
  }
}
