package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;
import org.statelessnf.store.Outcome;

/**
 * A request that carries slots of a batch: those that fall into one shard, or a part of them.
 *
 * <p>The answer goes straight into the batch. Once the batch's deadline has passed the exchange is
 * {@link #detach}ed: it forgets the batch, and what arrives later is thrown away. As one thread
 * does both, no answer can be half way through when that happens.
 */
abstract class BatchExchange extends Exchange {
  /** Larger groups are cut; Lua takes some thousand values at once. */
  static final int MAX_SLOTS = 512;

  /** Larger groups are cut, so that no single command keeps the server busy for long. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_RESENDS = 8;

  private final RedisSession session;
  private @Nullable Flight flight;
  private int[] slots = new int[16];
  private int count;
  private int bytes;
  private int shard;
  private int resends;
  private boolean text;
  private @Nullable Wait wait;

  BatchExchange(RedisSession session) {
    this.session = session;
  }

  /** Starts over for a batch in flight. */
  final void begin(Flight of, int inShard) {
    reset();
    flight = of;
    shard = inShard;
    count = 0;
    bytes = 0;
    resends = 0;
    text = false;
    wait = null;
    of.add(this);
  }

  // --- what a kind of request says ---

  /** Whether it may change something at the store. */
  abstract boolean changes();

  /** The server has done as asked: answers the slots that the reply did not name. */
  abstract void succeed();

  /**
   * Something went wrong: answers the slots that have no outcome yet.
   *
   * @param outcome what became of them
   */
  void resolveRest(Outcome outcome) {
    Batch batch = batch();
    for (int i = 0; i < count; i++) {
      if (batch.outcome(slots[i]) == Outcome.PENDING) {
        batch.resolve(slots[i], outcome);
      }
    }
  }

  // --- slots ---

  final void addSlot(int slot, int payloadBytes) {
    if (count == slots.length) {
      slots = Arrays.copyOf(slots, 2 * count);
    }
    slots[count++] = slot;
    bytes += payloadBytes;
  }

  final boolean isFull() {
    return count >= MAX_SLOTS || bytes >= MAX_BYTES;
  }

  final int count() {
    return count;
  }

  final int slot(int index) {
    return slots[index];
  }

  final int shard() {
    return shard;
  }

  final RedisSession session() {
    return session;
  }

  /** Whether it works for a batch in flight, which it may have left for another one since. */
  final boolean worksFor(Flight candidate) {
    return flight == candidate;
  }

  /** Whether nobody waits for this exchange any more. */
  final boolean isDetached() {
    return flight == null;
  }

  final Flight flight() {
    Flight current = flight;
    if (current == null) {
      throw new IllegalStateException("detached");
    }
    return current;
  }

  final Batch batch() {
    Batch batch = flight().batch();
    if (batch == null) {
      throw new IllegalStateException("no batch");
    }
    return batch;
  }

  final ByteBuffer memory() {
    return flight().memory();
  }

  /** Whether the script is sent along with the call, see {@link Script}. */
  final boolean sendsText() {
    return text;
  }

  // --- life ---

  /** Forgets the batch; slots without outcome get the one that fits. */
  final void detach() {
    resolveRest(unanswered());
    flight = null;
    forsake();
    if (wait != null) {
      wait.leave();
      wait.forsake();
      wait = null;
    }
  }

  /** Sends it, and the wait for replicas if there is one to be had. */
  final void sendOver(NodeLink over) {
    over.send(this);
    if (flight != null && changes() && session.waitReplicas() > 0) {
      wait = new Wait(this, session.waitReplicas(), remainingMillis());
      over.send(wait);
    }
  }

  @Override
  final void answered() {
    if (flight == null) {
      session.recycle(this);
      return;
    }
    if (hasError()) {
      retryOrFail(getError());
    } else if (wait == null) {
      settle(true);
    } // else the wait that follows settles it
  }

  @Override
  final void lost(Throwable cause) {
    if (flight != null) {
      finish(unanswered());
    }
  }

  private Outcome unanswered() {
    return wasSent() && changes() ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
  }

  /** The server has done its part; what is not on enough replicas may be lost with the master. */
  private void settle(boolean replicated) {
    if (replicated) {
      succeed();
    } else {
      resolveRest(Outcome.UNKNOWN);
    }
    leave();
    session.recycle(this);
  }

  private void finish(Outcome outcome) {
    resolveRest(outcome);
    leave();
  }

  private void leave() {
    Flight ended = flight();
    flight = null;
    session.ended(ended);
  }

  private void retryOrFail(String error) {
    Wait follower = wait;
    if (follower != null) {
      follower.leave();
      wait = null;
    }
    NodeLink over = link();
    if (over == null || ++resends > MAX_RESENDS) {
      finish(Failures.outcome(error, changes()));
      return;
    }
    switch (Failures.code(error)) {
      case "NOSCRIPT" -> {
        text = true;
        session.resend(this, over, 0);
      }
      case "MOVED" -> {
        session.redirect(this, error, false);
      }
      case "ASK" -> session.redirect(this, error, true);
      case "TRYAGAIN" -> session.resend(this, over, 2);
      case "READONLY" -> {
        // A master that was demoted: find the new one.
        finish(Outcome.UNAVAILABLE);
        over.drop(error);
      }
      default -> finish(Failures.outcome(error, changes()));
    }
  }

  private long remainingMillis() {
    return Math.max(1, (batch().deadlineNanos() - System.nanoTime()) / 1_000_000);
  }

  /** Asks how many replicas have what was written before it on the same connection. */
  private static final class Wait extends Exchange {
    private final byte[] command;
    private final int wanted;
    private @Nullable BatchExchange leader;
    private long replicas;

    Wait(BatchExchange leader, int wanted, long millis) {
      this.leader = leader;
      this.wanted = wanted;
      ByteBuffer out =
          ByteBuffer.allocate(
              Resp.arraySize(3)
                  + Resp.bulkSize(4)
                  + Resp.numberSize(wanted)
                  + Resp.numberSize(millis));
      Resp.array(out, 3);
      Resp.bulk(out, Resp.ascii("WAIT"));
      Resp.decimal(out, wanted);
      Resp.decimal(out, millis);
      this.command = out.array();
    }

    /** The request it follows is sent again, or has failed. */
    void leave() {
      leader = null;
    }

    @Override
    int size() {
      return command.length;
    }

    @Override
    void write(ByteBuffer out) {
      out.put(command);
    }

    @Override
    public void set(long integer) {
      replicas = integer;
    }

    @Override
    void answered() {
      settle(!hasError() && replicas >= wanted);
    }

    @Override
    void lost(Throwable cause) {
      settle(false);
    }

    private void settle(boolean replicated) {
      BatchExchange waiting = leader;
      leader = null;
      if (waiting != null && !waiting.isDetached() && waiting.isDone()) {
        waiting.settle(replicated);
      }
    }
  }
}
