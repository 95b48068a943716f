package org.statelessnf.host.bench.load;

import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/**
 * Lookups of keys that are all known, or all unknown as in a SYN scan: plain reads, or a question
 * to the Bloom filter first and reads of what it does not rule out. A slot is a lookup. One thread
 * only.
 */
public final class Lookups implements Workload {
  private final BenchTables tables;
  private final Keys keys;
  private final int size;
  private final boolean known;
  private final boolean filtered;
  private final ReadBatch[] reads;
  private final FilterBatch[] questions;
  private int unknown;
  private long asked;
  private long perhaps;

  /**
   * Makes the workload.
   *
   * @param tables filled; their session's thread runs it
   * @param lanes requests in flight at most
   * @param size lookups of a request
   * @param known whether there are records of the keys
   * @param filtered whether the filter is asked first
   */
  public Lookups(BenchTables tables, int lanes, int size, boolean known, boolean filtered) {
    this.tables = tables;
    this.keys = tables.keys();
    this.size = size;
    this.known = known;
    this.filtered = filtered;
    reads = new ReadBatch[lanes];
    questions = new FilterBatch[filtered ? lanes : 0];
    for (int lane = 0; lane < lanes; lane++) {
      reads[lane] = tables.session().newReadBatch(size);
      if (filtered) {
        questions[lane] = tables.session().newFilterBatch(size);
      }
    }
  }

  @Override
  public Batch fill(int lane) {
    keys.beginGroup();
    if (filtered) {
      questions[lane].clear();
    } else {
      reads[lane].clear();
    }
    for (int i = 0; i < size; i++) {
      long at = known ? keys.offset(keys.nextOther(0, 1)) : keys.unknownOffset(nextUnknown());
      if (filtered) {
        questions[lane].mightContain(tables.filter(), keys.memory(), at, Keys.KEY_BYTES);
      } else {
        reads[lane].add(tables.records(), keys.memory(), at, Keys.KEY_BYTES);
      }
    }
    return filtered ? questions[lane] : reads[lane];
  }

  /** One after the other: a scan has no favourites. */
  private int nextUnknown() {
    unknown = unknown + 1 == keys.count() ? 0 : unknown + 1;
    return unknown;
  }

  @Override
  public int settle(int lane, Failures failures) {
    Batch batch = filtered ? questions[lane] : reads[lane];
    int good = 0;
    for (int slot = 0; slot < batch.size(); slot++) {
      Outcome outcome = batch.outcome(slot);
      if (outcome == Outcome.OK || outcome == Outcome.ABSENT) {
        good++;
      } else {
        failures.add(outcome);
      }
    }
    return good;
  }

  @Override
  public @Nullable Batch followUp(int lane) {
    if (!filtered) {
      return null;
    }
    FilterBatch answers = questions[lane];
    ReadBatch read = reads[lane];
    read.clear();
    for (int slot = 0; slot < answers.size(); slot++) {
      asked++;
      if (answers.mightContain(slot)) {
        perhaps++;
        read.add(
            tables.records(), answers.memory(), answers.keyOffset(slot), answers.keyLength(slot));
      }
    }
    return read.size() == 0 ? null : read;
  }

  /** Share of questions that the filter answered with "perhaps". */
  public double perhapsShare() {
    return asked == 0 ? 0 : (double) perhaps / asked;
  }
}
