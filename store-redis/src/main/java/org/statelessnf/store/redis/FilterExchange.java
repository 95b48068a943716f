package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/**
 * Filter operations on one segment of a filter, by one script. A rotation is part of the exchange
 * of every segment; it is answered when the last of them has ended.
 */
final class FilterExchange extends BatchExchange {
  private static final byte[] NOTHING = Resp.word("");

  private final int[] bits = new int[RedisBloomFilter.maxBits()];
  private @Nullable RedisBloomFilter filter;
  private byte[][] keys = new byte[0][];
  private int segment;
  private boolean changes;
  private int next;
  private int generation;
  private boolean found;

  FilterExchange(RedisSession session) {
    super(session);
  }

  void target(RedisBloomFilter of, int inSegment) {
    if (filter != of || segment != inSegment) {
      filter = of;
      segment = inSegment;
      keys = of.keys(inSegment);
    }
    changes = false;
  }

  boolean isFor(RedisBloomFilter of, int inSegment) {
    return filter == of && segment == inSegment && !isFull();
  }

  void add(int slot, Op op, int bytes) {
    addSlot(slot, bytes);
    changes |= op != Op.FILTER_TEST;
  }

  @Override
  boolean changes() {
    return changes;
  }

  // --- request ---

  @Override
  int size() {
    FilterBatch batch = (FilterBatch) batch();
    RedisBloomFilter of = filter();
    int words = of.isModule() ? 2 : 3;
    int size =
        Resp.arraySize(3 + keys.length + (of.isModule() ? 2 : 0) + words * count())
            + script().call(sendsText()).length
            + Resp.numberSize(keys.length);
    for (byte[] key : keys) {
      size += Resp.bulkSize(key.length);
    }
    size += of.isModule() ? of.rate().length + of.capacity().length : 0;
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      size += Resp.bulkSize(1);
      if (batch.op(slot) == Op.FILTER_ROTATE) {
        size += (words - 1) * NOTHING.length;
      } else if (of.isModule()) {
        size += Resp.bulkSize(batch.keyLength(slot));
      } else {
        int offset = offset(of, batch, slot);
        size += Resp.numberSize(offset);
        size +=
            batch.op(slot) == Op.FILTER_ADD
                ? Resp.bulkSize(bitsLength(of, batch, slot, offset))
                : NOTHING.length;
      }
    }
    return size;
  }

  @Override
  void write(ByteBuffer out) {
    FilterBatch batch = (FilterBatch) batch();
    RedisBloomFilter of = filter();
    int words = of.isModule() ? 2 : 3;
    Resp.array(out, 3 + keys.length + (of.isModule() ? 2 : 0) + words * count());
    out.put(script().call(sendsText()));
    Resp.decimal(out, keys.length);
    for (byte[] key : keys) {
      Resp.bulk(out, key);
    }
    if (of.isModule()) {
      out.put(of.rate()).put(of.capacity());
    }
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      Op op = batch.op(slot);
      Resp.letter(out, op == Op.FILTER_ADD ? 'a' : op == Op.FILTER_TEST ? 't' : 'r');
      if (op == Op.FILTER_ROTATE) {
        for (int word = 1; word < words; word++) {
          out.put(NOTHING);
        }
      } else if (of.isModule()) {
        Resp.bulk(out, memory(), (int) batch.keyOffset(slot), batch.keyLength(slot));
      } else {
        int offset = offset(of, batch, slot);
        Resp.decimal(out, offset);
        if (op == Op.FILTER_ADD) {
          writeBits(out, of, batch, slot, offset);
        } else {
          out.put(NOTHING);
        }
      }
    }
  }

  private int offset(RedisBloomFilter of, FilterBatch batch, int slot) {
    return of.blockOffset(
        RedisBloomFilter.place(memory(), (int) batch.keyOffset(slot), batch.keyLength(slot)));
  }

  private int bitsLength(RedisBloomFilter of, FilterBatch batch, int slot, int offset) {
    int n = of.bits(memory(), (int) batch.keyOffset(slot), batch.keyLength(slot), bits);
    int length = n - 1;
    for (int i = 0; i < n; i++) {
      length += Resp.digits((long) offset * Byte.SIZE + bits[i]);
    }
    return length;
  }

  private void writeBits(
      ByteBuffer out, RedisBloomFilter of, FilterBatch batch, int slot, int offset) {
    Resp.bulkHead(out, bitsLength(of, batch, slot, offset));
    int n = of.bits(memory(), (int) batch.keyOffset(slot), batch.keyLength(slot), bits);
    for (int i = 0; i < n; i++) {
      if (i > 0) {
        out.put((byte) ' ');
      }
      Resp.number(out, (long) offset * Byte.SIZE + bits[i]);
    }
    Resp.crlf(out);
  }

  // --- answer ---

  @Override
  void rewind() {
    next = 0;
    generation = 0;
    found = false;
  }

  @Override
  public void set(long integer) {
    FilterBatch batch = nextAnswered();
    if (batch == null) {
      return;
    }
    int slot = slot(next++);
    if (batch.op(slot) == Op.FILTER_TEST) {
      batch.answer(slot, integer != 0);
    } else if (integer != 0) {
      batch.resolve(slot, Outcome.FULL);
    }
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    FilterBatch batch = nextAnswered();
    if (batch == null) {
      return;
    }
    int slot = slot(next);
    if (!found && bytes != null) {
      found = containsAll(batch, slot, bytes);
    }
    if (++generation == filter().spec().generations()) {
      batch.answer(slot, found);
      next++;
      generation = 0;
      found = false;
    }
  }

  /** Skips rotations, which are not answered one by one. */
  private @Nullable FilterBatch nextAnswered() {
    if (isDetached()) {
      return null;
    }
    FilterBatch batch = (FilterBatch) batch();
    while (next < count() && batch.op(slot(next)) == Op.FILTER_ROTATE) {
      next++;
    }
    return next < count() ? batch : null;
  }

  private boolean containsAll(FilterBatch batch, int slot, ByteBuffer block) {
    int n = filter().bits(memory(), (int) batch.keyOffset(slot), batch.keyLength(slot), bits);
    for (int i = 0; i < n; i++) {
      int at = bits[i] / Byte.SIZE;
      // Redis numbers the bits of a byte from the most significant one.
      int mask = 0x80 >>> (bits[i] % Byte.SIZE);
      if (at >= block.remaining() || (block.get(block.position() + at) & mask) == 0) {
        return false;
      }
    }
    return true;
  }

  /** A rotation stays without outcome until those of all segments have ended well. */
  @Override
  void succeed() {
    FilterBatch batch = (FilterBatch) batch();
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      Op op = batch.op(slot);
      if (op != Op.FILTER_ROTATE && batch.outcome(slot) == Outcome.PENDING) {
        batch.resolve(slot, op == Op.FILTER_ADD ? Outcome.OK : Outcome.UNAVAILABLE);
      }
    }
  }

  @Override
  void resolveRest(Outcome outcome) {
    FilterBatch batch = (FilterBatch) batch();
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      if (batch.outcome(slot) == Outcome.PENDING) {
        batch.resolve(
            slot,
            switch (batch.op(slot)) {
              case FILTER_TEST -> Outcome.UNAVAILABLE;
              // Other segments may have rotated.
              case FILTER_ROTATE -> filter().segments() > 1 ? Outcome.UNKNOWN : outcome;
              default -> outcome;
            });
      }
    }
  }

  private Script script() {
    return filter().isModule() ? session().bloomModuleScript() : Script.BLOOM;
  }

  private RedisBloomFilter filter() {
    if (filter == null) {
      throw new IllegalStateException("no filter");
    }
    return filter;
  }
}
