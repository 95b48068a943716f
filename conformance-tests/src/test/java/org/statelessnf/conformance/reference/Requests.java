package org.statelessnf.conformance.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.store.Batch;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.ReadBatch;
import org.statelessnf.store.TimerBatch;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.WriteBatch;

/** From a batch to requests, and from replies back into the batch. */
final class Requests {
  private Requests() {}

  /** The slots of a batch that passed the checks, in order. */
  static List<Request> of(Batch batch) {
    List<Request> requests = new ArrayList<>();
    if (batch instanceof ClaimBatch claim) {
      requests.add(
          new Request(
              Op.CLAIM,
              space(claim.queue()),
              empty(),
              empty(),
              0,
              claim.leaseMillis(),
              0,
              claim.max()));
      return requests;
    }
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        requests.add(of(batch, slot));
      }
    }
    return requests;
  }

  /** Answers the pending slots of a batch. */
  static void answer(Batch batch, List<Reply> replies, boolean returnsCurrent) {
    if (batch instanceof ClaimBatch claim) {
      for (Reply reply : replies) {
        byte[] payload = reply.value() == null ? empty() : reply.value();
        claim.claimed(
            MemorySegment.ofArray(reply.key()),
            0,
            reply.key().length,
            reply.version(),
            reply.number(),
            MemorySegment.ofArray(payload),
            0,
            payload.length);
      }
      claim.result(Outcome.OK);
      return;
    }
    int next = 0;
    for (int slot = 0; slot < batch.size(); slot++) {
      if (batch.outcome(slot) == Outcome.PENDING) {
        answer(batch, slot, replies.get(next++), returnsCurrent);
      }
    }
  }

  private static Request of(Batch batch, int slot) {
    byte[] key = batch.key(slot);
    Op op = batch.op(slot);
    return switch (batch) {
      case ReadBatch reads ->
          new Request(op, reads.table(slot).toString(), key, empty(), 0, 0, 0, 0);
      case WriteBatch writes ->
          new Request(
              op,
              writes.table(slot).toString(),
              key,
              copy(batch, writes.valueOffset(slot), writes.valueLength(slot)),
              writes.expectedVersion(slot),
              op == Op.INCREMENT ? writes.delta(slot) : 0,
              writes.effectiveTtlMillis(slot),
              0);
      case TimerBatch timers ->
          new Request(
              op,
              space(timers.queue(slot)),
              key,
              copy(batch, timers.payloadOffset(slot), timers.payloadLength(slot)),
              timers.fence(slot),
              timers.delayMillis(slot),
              0,
              0);
      case FilterBatch filters -> {
        BloomFilter filter = filters.filter(slot);
        yield new Request(
            op, "filter " + filter, key, empty(), 0, 0, 0, filter.spec().generations());
      }
      case ClaimBatch claim -> throw new IllegalStateException("a claim has no slots");
    };
  }

  private static void answer(Batch batch, int slot, Reply reply, boolean returnsCurrent) {
    byte[] value = reply.value();
    switch (batch) {
      case ReadBatch reads -> {
        if (reply.outcome() == Outcome.OK && value != null) {
          reads.found(slot, reply.version(), MemorySegment.ofArray(value), 0, value.length);
        } else {
          reads.resolve(slot, reply.outcome());
        }
      }
      case WriteBatch writes -> {
        switch (reply.outcome()) {
          case OK -> {
            if (batch.op(slot) == Op.INCREMENT) {
              writes.counted(slot, reply.version(), reply.number());
            } else {
              writes.written(slot, reply.version());
            }
          }
          case ABSENT -> writes.absent(slot);
          case MISMATCH -> {
            if (value != null && returnsCurrent && batch.op(slot) != Op.INCREMENT) {
              writes.mismatch(slot, reply.version(), MemorySegment.ofArray(value), 0, value.length);
            } else {
              writes.mismatch(slot, reply.version());
            }
          }
          default -> writes.resolve(slot, reply.outcome());
        }
      }
      case FilterBatch filters -> {
        if (batch.op(slot) == Op.FILTER_TEST && reply.outcome() == Outcome.OK) {
          filters.answer(slot, reply.number() == 1);
        } else {
          filters.resolve(slot, reply.outcome());
        }
      }
      default -> batch.resolve(slot, reply.outcome());
    }
  }

  private static String space(TimerQueue queue) {
    return "queue " + queue;
  }

  private static byte[] copy(Batch batch, long offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(batch.memory(), ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    return bytes;
  }

  private static byte[] empty() {
    return new byte[0];
  }
}
