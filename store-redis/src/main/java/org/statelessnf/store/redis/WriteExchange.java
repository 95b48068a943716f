package org.statelessnf.store.redis;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.WriteBatch;
import org.statelessnf.store.support.Versions;

/**
 * Writes, removes and increments: a plain {@code MSET} where there is nothing to ask, else one
 * script that checks and writes all of them. The reply names only what did not succeed.
 *
 * <p>Versions are the client's (see {@link Versions}), so records go out complete and the reply
 * need not say them.
 */
final class WriteExchange extends BatchExchange {
  private static final byte[] MSET = Resp.word("MSET");
  private static final byte[] ANY = Resp.word("*");
  private static final byte[] NOTHING = Resp.word("");

  /** How the slots are sent. */
  enum Form {
    /** Unconditional, without expiry. */
    MSET,
    /** Puts, each key once, the same time-to-live for all. */
    WRITE,
    /** Anything. */
    MIXED
  }

  private Form form = Form.MIXED;
  private long ttlMillis;
  private long firstVersion;
  private long[] counters = new long[0];
  private int codeIndex;
  private int code;

  WriteExchange(RedisSession session) {
    super(session);
  }

  /**
   * Says how to send.
   *
   * @param as the form
   * @param ttl time-to-live of all slots, -1 for none; only for {@link Form#WRITE}
   * @param first version of the batch's slot 0; slot {@code i} gets {@code first + i}
   */
  void form(Form as, long ttl, long first) {
    form = as;
    ttlMillis = ttl;
    firstVersion = first;
  }

  @Override
  boolean changes() {
    return true;
  }

  @Override
  int size() {
    WriteBatch batch = (WriteBatch) batch();
    int n = count();
    int size =
        switch (form) {
          case MSET -> Resp.arraySize(1 + 2 * n) + MSET.length;
          case WRITE -> scriptSize(Script.WRITE, 4 + 3 * n) + ttlSize();
          case MIXED -> scriptSize(Script.MIXED, 3 + 4 * n);
        };
    for (int i = 0; i < n; i++) {
      int slot = slot(i);
      Op op = batch.op(slot);
      size += Resp.bulkSize(prefix(batch, slot).length + batch.keyLength(slot));
      if (form == Form.WRITE) {
        size += expectationSize(op);
      } else if (form == Form.MIXED) {
        size += Resp.bulkSize(1 + ttlDigits(batch, slot, op));
        size += hasOperand(op) ? Resp.bulkSize(Long.BYTES) : NOTHING.length;
      }
      size += removes(op) ? NOTHING.length : Resp.bulkSize(Long.BYTES + valueLength(batch, slot));
    }
    return size;
  }

  @Override
  void write(ByteBuffer out) {
    WriteBatch batch = (WriteBatch) batch();
    ByteBuffer memory = memory();
    int n = count();
    switch (form) {
      case MSET -> {
        Resp.array(out, 1 + 2 * n);
        out.put(MSET);
        for (int i = 0; i < n; i++) {
          key(out, batch, memory, slot(i));
          record(out, batch, memory, slot(i));
        }
      }
      case WRITE -> {
        Resp.array(out, 4 + 3 * n);
        out.put(Script.WRITE.call(sendsText()));
        Resp.decimal(out, n);
        keys(out, batch, memory);
        if (ttlMillis > 0) {
          Resp.decimal(out, ttlMillis);
        } else {
          out.put(NOTHING);
        }
        for (int i = 0; i < n; i++) {
          expectation(out, batch, slot(i));
          record(out, batch, memory, slot(i));
        }
      }
      case MIXED -> {
        Resp.array(out, 3 + 4 * n);
        out.put(Script.MIXED.call(sendsText()));
        Resp.decimal(out, n);
        keys(out, batch, memory);
        for (int i = 0; i < n; i++) {
          mixed(out, batch, memory, slot(i));
        }
      }
    }
  }

  // --- request ---

  private int scriptSize(Script script, int elements) {
    return Resp.arraySize(elements) + script.call(sendsText()).length + Resp.numberSize(count());
  }

  private int ttlSize() {
    return ttlMillis > 0 ? Resp.numberSize(ttlMillis) : NOTHING.length;
  }

  private void keys(ByteBuffer out, WriteBatch batch, ByteBuffer memory) {
    for (int i = 0; i < count(); i++) {
      key(out, batch, memory, slot(i));
    }
  }

  private void key(ByteBuffer out, WriteBatch batch, ByteBuffer memory, int slot) {
    Resp.bulk(out, prefix(batch, slot), memory, (int) batch.keyOffset(slot), batch.keyLength(slot));
  }

  private void record(ByteBuffer out, WriteBatch batch, ByteBuffer memory, int slot) {
    Resp.record(
        out, version(slot), memory, (int) batch.valueOffset(slot), valueLength(batch, slot));
  }

  private static int expectationSize(Op op) {
    return switch (op) {
      case PUT -> ANY.length;
      case PUT_IF_ABSENT -> NOTHING.length;
      default -> Resp.bulkSize(Long.BYTES);
    };
  }

  private static void expectation(ByteBuffer out, WriteBatch batch, int slot) {
    switch (batch.op(slot)) {
      case PUT -> out.put(ANY);
      case PUT_IF_ABSENT -> out.put(NOTHING);
      default -> Resp.int64(out, batch.expectedVersion(slot));
    }
  }

  private void mixed(ByteBuffer out, WriteBatch batch, ByteBuffer memory, int slot) {
    Op op = batch.op(slot);
    int ttlDigits = ttlDigits(batch, slot, op);
    Resp.bulkHead(out, 1 + ttlDigits);
    out.put((byte) letter(op));
    if (ttlDigits > 0) {
      Resp.number(out, batch.effectiveTtlMillis(slot));
    }
    Resp.crlf(out);
    if (op == Op.INCREMENT) {
      Resp.int64(out, Long.reverseBytes(batch.delta(slot)));
    } else if (hasOperand(op)) {
      Resp.int64(out, batch.expectedVersion(slot));
    } else {
      out.put(NOTHING);
    }
    if (removes(op)) {
      out.put(NOTHING);
    } else {
      record(out, batch, memory, slot);
    }
  }

  private static char letter(Op op) {
    return switch (op) {
      case PUT -> 'p';
      case PUT_IF_ABSENT -> 'a';
      case PUT_IF_VERSION -> 'v';
      case REMOVE -> 'r';
      case REMOVE_IF_VERSION -> 'x';
      case INCREMENT -> 'i';
      default -> throw new IllegalStateException(op + " in a write batch");
    };
  }

  private static boolean hasOperand(Op op) {
    return op == Op.PUT_IF_VERSION || op == Op.REMOVE_IF_VERSION || op == Op.INCREMENT;
  }

  private static boolean removes(Op op) {
    return op == Op.REMOVE || op == Op.REMOVE_IF_VERSION;
  }

  private static int ttlDigits(WriteBatch batch, int slot, Op op) {
    long ttl = removes(op) ? -1 : batch.effectiveTtlMillis(slot);
    return ttl > 0 ? Resp.digits(ttl) : 0;
  }

  private static int valueLength(WriteBatch batch, int slot) {
    return batch.op(slot) == Op.INCREMENT ? 0 : batch.valueLength(slot);
  }

  private byte[] prefix(WriteBatch batch, int slot) {
    return ((RedisTable) batch.table(slot)).prefix(shard());
  }

  private long version(int slot) {
    return firstVersion + slot;
  }

  // --- answer ---

  @Override
  void rewind() {
    code = 0;
  }

  @Override
  public void set(long integer) {
    if (isDetached()) {
      return;
    }
    codeIndex = (int) (integer >> 3) - 1;
    code = (int) (integer & 7);
    int slot = slot(codeIndex);
    WriteBatch batch = (WriteBatch) batch();
    switch (code) {
      case 1 -> batch.mismatch(slot, 0);
      case 3 -> batch.absent(slot);
      case 5 -> batch.resolve(slot, Outcome.FULL);
      default -> {} // 2 and 4: something follows
    }
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (isDetached() || bytes == null || code == 0) {
      return; // the OK of an MSET
    }
    int slot = slot(codeIndex);
    if (bytes.remaining() < Long.BYTES) {
      batch().resolve(slot, Outcome.UNAVAILABLE); // a record that is not ours; it was left alone
    } else if (code == 4) {
      if (counters.length < count()) {
        counters = new long[count()];
      }
      counters[codeIndex] = Long.reverseBytes(bytes.getLong(bytes.position()));
    } else if (code == 2) {
      mismatch((WriteBatch) batch(), slot, bytes);
    }
  }

  private static void mismatch(WriteBatch batch, int slot, ByteBuffer record) {
    long version = record.getLong(record.position());
    int length = record.remaining() - Long.BYTES;
    boolean fits =
        batch.op(slot) != Op.INCREMENT && length <= batch.table(slot).spec().maxValueBytes();
    if (fits) {
      batch.mismatch(slot, version, MemorySegment.ofBuffer(record), Long.BYTES, length);
    } else {
      batch.mismatch(slot, version);
    }
  }

  @Override
  void succeed() {
    WriteBatch batch = (WriteBatch) batch();
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      if (batch.outcome(slot) == Outcome.PENDING) {
        Op op = batch.op(slot);
        if (op == Op.INCREMENT) {
          batch.counted(slot, version(slot), counters[i]);
        } else {
          batch.written(slot, removes(op) ? 0 : version(slot));
        }
      }
    }
  }
}
