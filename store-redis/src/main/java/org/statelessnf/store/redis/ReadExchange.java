package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;

/** {@code MGET} of a batch's keys. */
final class ReadExchange extends BatchExchange {
  private static final byte[] MGET = Resp.word("MGET");

  private int next;

  ReadExchange(RedisSession session) {
    super(session);
  }

  @Override
  boolean changes() {
    return false;
  }

  @Override
  int size() {
    ReadBatch batch = (ReadBatch) batch();
    int size = Resp.arraySize(1 + count()) + MGET.length;
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      size += Resp.bulkSize(prefix(batch, slot).length + batch.keyLength(slot));
    }
    return size;
  }

  @Override
  void write(ByteBuffer out) {
    ReadBatch batch = (ReadBatch) batch();
    ByteBuffer memory = memory();
    Resp.array(out, 1 + count());
    out.put(MGET);
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      Resp.bulk(
          out, prefix(batch, slot), memory, (int) batch.keyOffset(slot), batch.keyLength(slot));
    }
  }

  private byte[] prefix(ReadBatch batch, int slot) {
    return ((RedisTable) batch.table(slot)).prefix(shard());
  }

  @Override
  void rewind() {
    next = 0;
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (isDetached() || next >= count()) {
      return;
    }
    int slot = slot(next++);
    ReadBatch batch = (ReadBatch) batch();
    if (bytes == null) {
      batch.resolve(slot, Outcome.ABSENT);
      return;
    }
    int at = bytes.position();
    int length = bytes.remaining() - Long.BYTES;
    if (length < 0 || length > batch.valueCapacity(slot)) {
      // Not ours, or written through a table of larger bounds.
      batch.resolve(slot, Outcome.TOO_LARGE);
      return;
    }
    memory().put((int) batch.valueOffset(slot), bytes, at + Long.BYTES, length);
    batch.foundInPlace(slot, bytes.getLong(at), length);
  }

  @Override
  void succeed() {
    resolveRest(Outcome.UNAVAILABLE);
  }
}
