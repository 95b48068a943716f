package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.WriteBatch;

/**
 * Bloom filters (rule F) out of plain records, for backends that have nothing better.
 *
 * <p>A generation is a blocked Bloom filter: the element's hash chooses one block, a record of 512
 * bytes, and some bits within it. So an add is one read and one conditional write, a question one
 * read per live generation, and a batch of them is a multi-read and a multi-write. {@link
 * FilterGeometry} says how many blocks and bits there are. Blocks that nobody has added to do not
 * exist.
 *
 * <p><b>No false negative.</b> Bits are only ever added: a block is read, changed and written if it
 * still has the version that was read; a mismatch or a write that was not answered starts over with
 * reading, which is harmless, for adding twice is adding once. An add is answered {@code OK} only
 * once the bits were seen in the store or their write was acknowledged. Which generations are live
 * is said by the filter's own record, which is read <i>in the same multi-read</i> as the blocks. If
 * it differs from the one that the blocks were chosen by, they are chosen again. So a question
 * never relies on a list of generations older than itself: an add that was acknowledged before the
 * question was asked went to a generation that this list names, or to one that was dropped.
 *
 * <p>An add that is overtaken by a rotation may go to the generation that was newest when it was
 * asked for, as if it had come first.
 *
 * <p>The seed is a random number chosen by whoever creates the filter's record, so that nobody
 * outside can choose elements that collide.
 *
 * <p><b>Weaknesses.</b> Sessions that add to the same block at the same time retry; with few blocks
 * (a filter for fewer than about 400 elements has one) they slow each other down. An add that is
 * overtaken by the rotation that drops its generation may leave a block behind that nobody removes.
 */
final class RecordFilters {
  private static final int MAX_SLOTS = 128;
  private static final int MAX_GENERATIONS = 8;
  private static final int TABLE = 4096;
  private static final int CLEAN = -1;
  private static final int DIRTY = -2;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final InnerCalls calls;
  private final ElementHash hash = new ElementHash();
  private final IdentityHashMap<RecordBloomFilter, FilterMeta> metas = new IdentityHashMap<>();
  private final ReadBatch reads;
  private final WriteBatch writes;
  private final MemorySegment key = RecordBloomFilter.newKey();
  private final FilterRotation rotation;
  private final int[] numbers = new int[FilterGeometry.MAX_HASHES];

  // Slot of reads by generation and block.
  private final int[] seen = new int[TABLE];

  // By slot of reads.
  private final long[] readGeneration = new long[1 + MAX_SLOTS * MAX_GENERATIONS];
  private final int[] readBlock = new int[1 + MAX_SLOTS * MAX_GENERATIONS];
  private final int[] dirty =
      new int[1 + MAX_SLOTS * MAX_GENERATIONS]; // slot of writes, CLEAN or DIRTY

  // By number of the operation within the run.
  private final int[] block = new int[MAX_SLOTS];
  private final long[] bits = new long[MAX_SLOTS];
  private final int[] waitsFor = new int[MAX_SLOTS]; // slot of reads whose write, or -1
  private final boolean[] doubted = new boolean[MAX_SLOTS];

  RecordFilters(AbstractStoreSession session) {
    this.calls = new InnerCalls(session);
    this.reads = session.newReadBatch(1 + MAX_SLOTS * MAX_GENERATIONS);
    this.writes = session.newWriteBatch(MAX_SLOTS);
    this.rotation = new FilterRotation(session, calls);
  }

  /** Answers all slots that are pending; the caller completes the batch. */
  void execute(FilterBatch batch) {
    calls.until(batch.deadlineNanos());
    int from = 0;
    while (from < batch.size()) {
      if (batch.outcome(from) != Outcome.PENDING) {
        from++;
        continue;
      }
      RecordBloomFilter filter = (RecordBloomFilter) batch.filter(from);
      FilterMeta meta = metas.computeIfAbsent(filter, f -> new FilterMeta());
      if (batch.op(from) == Op.FILTER_ROTATE) {
        batch.resolve(from, rotation.rotate(filter, meta));
        from++;
      } else {
        int to = from;
        while (to < batch.size()
            && to - from < MAX_SLOTS
            && batch.filter(to) == filter
            && batch.op(to) != Op.FILTER_ROTATE) {
          to++;
        }
        run(batch, filter, meta, from, to);
        from = to;
      }
    }
  }

  private void run(FilterBatch batch, RecordBloomFilter filter, FilterMeta meta, int from, int to) {
    Arrays.fill(doubted, false);
    int tries = 0;
    while (batch.pendingSlots() > 0 && !calls.over()) {
      int before = batch.pendingSlots();
      if (read(batch, filter, meta, from, to)) {
        evaluate(batch, filter, meta, from, to);
        takeWrites(batch, from, to);
      } else if (!meta.isKnown() && !calls.over()) {
        rotation.create(filter);
      }
      if (isAnswered(batch, from, to)) {
        return;
      }
      tries = batch.pendingSlots() < before ? 0 : tries + 1;
      if (tries > 2) {
        calls.pause(tries);
      }
    }
    for (int slot = from; slot < to; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        batch.resolve(slot, doubted[slot - from] ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
      }
    }
  }

  private static boolean isAnswered(FilterBatch batch, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads the filter's record and, by what is known of it, all blocks that are needed.
   *
   * @return false if it has to be done again, by what is known now
   */
  private boolean read(
      FilterBatch batch, RecordBloomFilter filter, FilterMeta meta, int from, int to) {
    reads.clear();
    reads.add(filter.table(), key, 0, RecordBloomFilter.metaKey(key));
    if (meta.isKnown()) {
      Arrays.fill(seen, 0);
      for (int slot = from; slot < to; slot++) {
        if (batch.outcome(slot) == Outcome.PENDING) {
          hash.hash(batch.memory(), batch.keyOffset(slot), batch.keyLength(slot), meta.seed());
          int blocks = filter.geometry().blocks();
          block[slot - from] = (int) Math.unsignedMultiplyHigh(hash.first(), blocks);
          bits[slot - from] = hash.second();
          boolean adds = batch.op(slot) == Op.FILTER_ADD;
          long oldest = adds ? meta.newest() : meta.oldest();
          for (long generation = meta.newest(); generation >= oldest; generation--) {
            readSlot(filter, generation, block[slot - from], true);
          }
        }
      }
    }
    calls.run(reads);
    Outcome outcome = InnerCalls.outcome(reads, 0);
    if (!InnerCalls.isAnswer(outcome)) {
      for (int slot = from; slot < to; slot++) {
        if (batch.outcome(slot) == Outcome.PENDING && !doubted[slot - from]) {
          batch.resolve(slot, outcome);
        }
      }
      return false;
    }
    return meta.take(reads, 0, outcome);
  }

  /** The slot of reads that a block is read in. */
  private int readSlot(RecordBloomFilter filter, long generation, int blockNumber, boolean add) {
    int place = (int) (((generation << 32 | blockNumber) * GOLDEN) >>> (Long.SIZE - 12));
    while (seen[place] != 0) {
      int slot = seen[place];
      if (readGeneration[slot] == generation && readBlock[slot] == blockNumber) {
        return slot;
      }
      place = (place + 1) & (TABLE - 1);
    }
    if (!add) {
      throw new IllegalStateException("block " + blockNumber + " was not read");
    }
    int length = RecordBloomFilter.blockKey(key, generation, blockNumber);
    int slot = reads.add(filter.table(), key, 0, length);
    seen[place] = slot;
    readGeneration[slot] = generation;
    readBlock[slot] = blockNumber;
    dirty[slot] = CLEAN;
    return slot;
  }

  /** Answers questions, in slot order, sets bits in our copies of the blocks, and writes those. */
  private void evaluate(
      FilterBatch batch, RecordBloomFilter filter, FilterMeta meta, int from, int to) {
    for (int slot = 1; slot < reads.size(); slot++) {
      if (InnerCalls.outcome(reads, slot) == Outcome.ABSENT) {
        long at = reads.valueOffset(slot);
        reads.memory().asSlice(at, FilterGeometry.BLOCK_BYTES).fill((byte) 0);
      }
    }
    for (int slot = from; slot < to; slot++) {
      waitsFor[slot - from] = -1;
      if (batch.outcome(slot) == Outcome.PENDING) {
        if (batch.op(slot) == Op.FILTER_ADD) {
          waitsFor[slot - from] = add(batch, filter, meta, slot, slot - from);
        } else {
          ask(batch, filter, meta, slot, slot - from);
        }
      }
    }
    writes.clear();
    for (int slot = 1; slot < reads.size(); slot++) {
      if (dirty[slot] == DIRTY) {
        int length = RecordBloomFilter.blockKey(key, readGeneration[slot], readBlock[slot]);
        dirty[slot] =
            writes.putIfVersion(
                filter.table(),
                key,
                0,
                length,
                reads.memory(),
                reads.valueOffset(slot),
                FilterGeometry.BLOCK_BYTES,
                reads.version(slot));
      }
    }
    calls.run(writes);
  }

  /** Sets an element's bits; returns the slot of reads whose write it waits for, -1 for none. */
  private int add(FilterBatch batch, RecordBloomFilter filter, FilterMeta meta, int slot, int i) {
    int at = readSlot(filter, meta.newest(), block[i], false);
    Outcome outcome = InnerCalls.outcome(reads, at);
    if (!InnerCalls.isAnswer(outcome)) {
      if (!doubted[i]) {
        batch.resolve(slot, outcome);
      }
      return -1;
    }
    boolean there = bits(reads.valueOffset(at), bits[i], filter.geometry(), true);
    if (there && dirty[at] == CLEAN) {
      batch.resolve(slot, Outcome.OK); // they are in the store
      return -1;
    }
    dirty[at] = DIRTY;
    return at;
  }

  private void ask(FilterBatch batch, RecordBloomFilter filter, FilterMeta meta, int slot, int i) {
    boolean complete = true;
    for (long generation = meta.newest(); generation >= meta.oldest(); generation--) {
      int at = readSlot(filter, generation, block[i], false);
      if (!InnerCalls.isAnswer(InnerCalls.outcome(reads, at))) {
        complete = false;
      } else if (bits(reads.valueOffset(at), bits[i], filter.geometry(), false)) {
        batch.answer(slot, true);
        return;
      }
    }
    if (complete) {
      batch.answer(slot, false);
    } else {
      batch.resolve(slot, Outcome.UNAVAILABLE);
    }
  }

  /** Whether all bits of an element are set in a block; sets them on the way if asked to. */
  private boolean bits(long at, long second, FilterGeometry geometry, boolean set) {
    MemorySegment memory = reads.memory();
    geometry.bits(second, numbers);
    boolean all = true;
    for (int i = 0; i < geometry.hashes(); i++) {
      long place = at + numbers[i] / Byte.SIZE;
      byte old = memory.get(ValueLayout.JAVA_BYTE, place);
      int mask = 1 << (numbers[i] % Byte.SIZE);
      if ((old & mask) == 0) {
        all = false;
        if (!set) {
          return false;
        }
        memory.set(ValueLayout.JAVA_BYTE, place, (byte) (old | mask));
      }
    }
    return all;
  }

  private void takeWrites(FilterBatch batch, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      int i = slot - from;
      if (waitsFor[i] >= 0) {
        Outcome outcome = InnerCalls.outcome(writes, dirty[waitsFor[i]]);
        switch (outcome) {
          case OK -> batch.resolve(slot, Outcome.OK);
          case MISMATCH, ABSENT -> {} // somebody else wrote to the block: again
          case UNKNOWN -> doubted[i] = true; // again: adding twice does no harm
          default -> {
            if (!doubted[i]) {
              batch.resolve(slot, outcome);
            }
          }
        }
      }
    }
  }
}
