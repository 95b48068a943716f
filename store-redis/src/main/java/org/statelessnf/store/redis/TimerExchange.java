package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerBatch;

/** Timer operations on one shard of a queue, by one script. */
final class TimerExchange extends BatchExchange {
  private static final byte[] NOTHING = Resp.word("");

  private @Nullable RedisTimerQueue queue;
  private int part;

  TimerExchange(RedisSession session) {
    super(session);
  }

  void target(RedisTimerQueue of, int shard) {
    queue = of;
    part = shard;
  }

  boolean isFor(RedisTimerQueue of, int shard) {
    return queue == of && part == shard && !isFull();
  }

  @Override
  boolean changes() {
    return true;
  }

  @Override
  int size() {
    TimerBatch batch = (TimerBatch) batch();
    RedisTimerQueue of = queue();
    int size =
        Resp.arraySize(5 + 4 * count())
            + Script.TIMERS.call(sendsText()).length
            + Resp.numberSize(2)
            + Resp.bulkSize(of.due(part).length)
            + Resp.bulkSize(of.data(part).length);
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      Op op = batch.op(slot);
      size += Resp.bulkSize(1) + Resp.bulkSize(batch.keyLength(slot));
      size += hasDelay(op) ? Resp.numberSize(batch.delayMillis(slot)) : NOTHING.length;
      if (op == Op.SCHEDULE) {
        size += Resp.bulkSize(batch.payloadLength(slot));
      } else {
        size += hasFence(op) ? Resp.numberSize(batch.fence(slot)) : NOTHING.length;
      }
    }
    return size;
  }

  @Override
  void write(ByteBuffer out) {
    TimerBatch batch = (TimerBatch) batch();
    ByteBuffer memory = memory();
    RedisTimerQueue of = queue();
    Resp.array(out, 5 + 4 * count());
    out.put(Script.TIMERS.call(sendsText()));
    Resp.decimal(out, 2);
    Resp.bulk(out, of.due(part));
    Resp.bulk(out, of.data(part));
    for (int i = 0; i < count(); i++) {
      int slot = slot(i);
      Op op = batch.op(slot);
      Resp.letter(out, letter(op));
      Resp.bulk(out, memory, (int) batch.keyOffset(slot), batch.keyLength(slot));
      if (hasDelay(op)) {
        Resp.decimal(out, batch.delayMillis(slot));
      } else {
        out.put(NOTHING);
      }
      if (op == Op.SCHEDULE) {
        Resp.bulk(out, memory, (int) batch.payloadOffset(slot), batch.payloadLength(slot));
      } else if (hasFence(op)) {
        Resp.decimal(out, batch.fence(slot));
      } else {
        out.put(NOTHING);
      }
    }
  }

  @Override
  public void set(long integer) {
    if (isDetached()) {
      return;
    }
    int slot = slot((int) (integer >> 3) - 1);
    batch()
        .resolve(
            slot,
            switch ((int) (integer & 7)) {
              case 1 -> Outcome.MISMATCH;
              case 3 -> Outcome.ABSENT;
              default -> Outcome.FULL;
            });
  }

  @Override
  void succeed() {
    resolveRest(Outcome.OK);
  }

  private RedisTimerQueue queue() {
    if (queue == null) {
      throw new IllegalStateException("no queue");
    }
    return queue;
  }

  private static char letter(Op op) {
    return switch (op) {
      case SCHEDULE -> 's';
      case RESCHEDULE -> 'm';
      case CANCEL -> 'c';
      case COMPLETE -> 'f';
      case REARM -> 'g';
      default -> throw new IllegalStateException(op + " in a timer batch");
    };
  }

  private static boolean hasDelay(Op op) {
    return op == Op.SCHEDULE || op == Op.RESCHEDULE || op == Op.REARM;
  }

  private static boolean hasFence(Op op) {
    return op == Op.COMPLETE || op == Op.REARM;
  }
}
