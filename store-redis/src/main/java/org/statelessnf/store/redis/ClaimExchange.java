package org.statelessnf.store.redis;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;

/** A claim of due timers in one shard of a queue. */
final class ClaimExchange extends BatchExchange {
  private static final int RECORD_HEAD = 2 * Double.BYTES;
  private static final long MICROS_PER_MILLI = 1000;

  private @Nullable ClaimRounds rounds;
  private int part;
  private byte[] id = new byte[128];
  private int idLength;
  private boolean idRead;

  ClaimExchange(RedisSession session) {
    super(session);
  }

  void target(ClaimRounds of, int shard) {
    rounds = of;
    part = shard;
  }

  /**
   * A claim changes something, but need not be on a replica before it counts: lost in a fail-over,
   * its timer is claimed again under a higher fence, as after a lease that ran out.
   */
  @Override
  boolean changes() {
    return false;
  }

  @Override
  int size() {
    ClaimRounds of = rounds();
    return Resp.arraySize(7)
        + Script.CLAIM.call(sendsText()).length
        + Resp.numberSize(2)
        + Resp.bulkSize(of.queue().due(part).length)
        + Resp.bulkSize(of.queue().data(part).length)
        + Resp.numberSize(of.share(part))
        + Resp.numberSize(of.batch().leaseMillis());
  }

  @Override
  void write(ByteBuffer out) {
    ClaimRounds of = rounds();
    Resp.array(out, 7);
    out.put(Script.CLAIM.call(sendsText()));
    Resp.decimal(out, 2);
    Resp.bulk(out, of.queue().due(part));
    Resp.bulk(out, of.queue().data(part));
    Resp.decimal(out, of.share(part));
    Resp.decimal(out, of.batch().leaseMillis());
  }

  @Override
  void rewind() {
    idRead = false;
  }

  @Override
  public void set(long integer) {
    if (!isDetached()) {
      rounds().answered(part, integer);
    }
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (isDetached() || bytes == null) {
      return;
    }
    if (!idRead) {
      idLength = bytes.remaining();
      if (id.length < idLength) {
        id = new byte[idLength];
      }
      bytes.get(bytes.position(), id, 0, idLength);
      idRead = true;
      return;
    }
    idRead = false;
    int at = bytes.position();
    long fence = (long) bytes.getDouble(at);
    long micros = (long) bytes.getDouble(at + Double.BYTES);
    ((ClaimBatch) batch())
        .claimed(
            MemorySegment.ofArray(id),
            0,
            idLength,
            fence,
            -Math.floorDiv(-micros, MICROS_PER_MILLI),
            MemorySegment.ofBuffer(bytes),
            RECORD_HEAD,
            bytes.remaining() - RECORD_HEAD);
  }

  @Override
  void succeed() {}

  @Override
  void resolveRest(Outcome outcome) {
    boolean refused = hasError() && Failures.outcome(getError(), true) != Outcome.UNKNOWN;
    rounds().failed(part, wasSent() && !refused ? Outcome.UNKNOWN : Outcome.UNAVAILABLE);
  }

  private ClaimRounds rounds() {
    if (rounds == null) {
      throw new IllegalStateException("no claim");
    }
    return rounds;
  }
}
