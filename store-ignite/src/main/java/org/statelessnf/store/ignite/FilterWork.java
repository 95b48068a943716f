package org.statelessnf.store.ignite;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.support.ElementHash;

/**
 * A filter batch, run by run of slots that are about one filter and can go out together. A round
 * has the operations on the blocks and, at the same time, a look at the filter's first record: if
 * the generation turns out not to be the newest, the round is done once more with the newest. So no
 * add is acknowledged that went to a generation older than the add itself, and no question relies
 * on generations older than itself. Adding twice is adding once.
 */
final class FilterWork extends Work {
  private static final int MAX_RUN = 512;
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final FilterBatch batch;
  private final ElementHash hash = new ElementHash();
  private final byte[] results = new byte[MAX_RUN];
  private final @Nullable Outcome[] failures = new Outcome[MAX_RUN];
  private final int[] blocks = new int[MAX_RUN];
  private final long[] seconds = new long[MAX_RUN];
  private int from;
  private int to;
  private IgniteFilter.@Nullable Meta view;
  private IgniteFilter.@Nullable Meta told;
  private @Nullable Outcome lookFailed;
  private boolean pauses;

  FilterWork(FilterBatch batch) {
    this.batch = batch;
  }

  private IgniteFilter filter() {
    return (IgniteFilter) batch.filter(from);
  }

  private boolean rotates() {
    return batch.op(from) == Op.FILTER_ROTATE;
  }

  @Override
  boolean next() {
    if (pauses) {
      pauses = false;
      prepare();
      return true;
    }
    if (to > from && mustTryAgain()) {
      pauses = true;
      return true;
    }
    if (to > from && !takeRound()) {
      prepare();
      return true;
    }
    from = to;
    while (from < batch.size() && batch.outcome(from) != Outcome.PENDING) {
      from++;
    }
    if (from == batch.size()) {
      return false;
    }
    to = from + 1;
    while (!rotates()
        && to < batch.size()
        && to - from < MAX_RUN
        && batch.filter(to) == batch.filter(from)
        && batch.op(to) != Op.FILTER_ROTATE
        && batch.outcome(to) == Outcome.PENDING) {
      to++;
    }
    view = filter().meta();
    prepare();
    return true;
  }

  /** Whether something was not answered that may be done twice: all but a rotation. */
  private boolean mustTryAgain() {
    if (rotates() || batch.deadlineNanos() - System.nanoTime() < AGAIN_NANOS) {
      return false;
    }
    boolean all = isLost(lookFailed);
    for (int i = 0; i < to - from; i++) {
      all |= isLost(failures[i]);
    }
    return all;
  }

  private static boolean isLost(@Nullable Outcome failed) {
    return failed == Outcome.UNKNOWN;
  }

  /** Takes the answers of a round; false if it has to be done again. */
  private boolean takeRound() {
    IgniteFilter.Meta now = told;
    if (now != null) {
      filter().meta(now);
    }
    if (rotates()) {
      batch.resolve(from, now == null ? failure(lookFailed) : Outcome.OK);
      return true;
    }
    if (now != null && !now.equals(view)) {
      view = now;
      return false;
    }
    for (int slot = from; slot < to; slot++) {
      Outcome failed = failures[slot - from];
      boolean adds = batch.op(slot) == Op.FILTER_ADD;
      if (now == null) {
        // An add may be in the store, but perhaps in a generation that is gone.
        boolean never = view == null || (lookFailed == Outcome.UNAVAILABLE && failed == lookFailed);
        Outcome none = lookFailed == Outcome.FULL && adds ? Outcome.FULL : Outcome.UNAVAILABLE;
        batch.resolve(slot, adds && !never ? Outcome.UNKNOWN : none);
      } else if (failed != null) {
        batch.resolve(slot, adds ? failed : Outcome.UNAVAILABLE);
      } else if (adds) {
        batch.resolve(slot, results[slot - from] == WriteResults.FULL ? Outcome.FULL : Outcome.OK);
      } else {
        batch.answer(slot, results[slot - from] != WriteResults.NOT_THERE);
      }
    }
    return true;
  }

  private static Outcome failure(@Nullable Outcome failed) {
    return failed == null ? Outcome.UNKNOWN : failed;
  }

  private void prepare() {
    told = null;
    lookFailed = null;
    Arrays.fill(failures, null);
    Arrays.fill(results, WriteResults.OK);
    IgniteFilter.Meta known = view;
    if (known != null && !rotates()) {
      for (int slot = from; slot < to; slot++) {
        int i = slot - from;
        hash.hash(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot), known.seed());
        blocks[i] = (int) Math.unsignedMultiplyHigh(hash.first(), filter().geometry().blocks());
        seconds[i] = hash.second();
      }
    }
  }

  // --- a pause, as a question that nobody is asked ---

  @Override
  int questions() {
    return pauses ? 1 : 0;
  }

  @Override
  void ask(int question, Call call) {
    Grid.later(() -> call.told(new byte[0]));
  }

  @Override
  void told(int question, byte @Nullable [] reply) {}

  // --- operations: the look, then those of the run ---

  @Override
  int operations() {
    if (pauses) {
      return 0;
    }
    return 1 + (view == null || rotates() ? 0 : to - from);
  }

  @Override
  byte[] key(int operation) {
    return operation == 0 ? filter().metaKey() : filter().blockKey(blocks[operation - 1]);
  }

  @Override
  int valueLength(int operation) {
    return operation == 0 ? FilterOps.META_BYTES : filter().geometry().hashes() * Short.BYTES;
  }

  @Override
  void copyValue(int operation, byte[] ops, int at) {
    if (operation == 0) {
      // For the first to come. Numbers begin with the time: a filter that was lost in part and is
      // begun anew must not meet blocks of its own future.
      WriteOps.int64(ops, at + FilterOps.SEED, ThreadLocalRandom.current().nextLong());
      WriteOps.int64(ops, at + FilterOps.NEWEST, System.currentTimeMillis());
      return;
    }
    int[] bits = new int[filter().geometry().hashes()];
    filter().geometry().bits(seconds[operation - 1], bits);
    for (int bit : bits) {
      ops[at++] = (byte) bit;
      ops[at++] = (byte) (bit >>> Byte.SIZE);
    }
  }

  @Override
  void encode(int operation, byte[] ops, int at) {
    IgniteFilter.Meta known = view;
    if (operation == 0 || known == null) {
      ops[at + WriteOps.KIND] = rotates() ? FilterOps.ROTATE : FilterOps.LOOK;
      return;
    }
    boolean adds = batch.op(from + operation - 1) == Op.FILTER_ADD;
    ops[at + WriteOps.KIND] = adds ? FilterOps.ADD : FilterOps.TEST;
    WriteOps.int64(ops, at + WriteOps.EXPECTED, known.newest());
    WriteOps.int64(ops, at + WriteOps.DELTA, filter().spec().generations());
  }

  @Override
  void applied(int operation, long version) {
    if (operation == 0) {
      throw new IllegalStateException("a look that tells nothing");
    }
  }

  @Override
  int answer(int operation, byte result, byte[] all, int at, long version) {
    if (operation > 0) {
      results[operation - 1] = result;
      return at;
    }
    if (result != WriteResults.TOLD) {
      lookFailed = Outcome.FULL;
      return at;
    }
    int value = at + Integer.BYTES;
    told =
        new IgniteFilter.Meta(
            WriteOps.int64(all, value + FilterOps.SEED),
            WriteOps.int64(all, value + FilterOps.NEWEST));
    return value + WriteOps.int32(all, at);
  }

  @Override
  void failed(int operation, Outcome outcome, long version) {
    if (operation == 0) {
      lookFailed = outcome;
    } else {
      failures[operation - 1] = outcome;
    }
  }
}
