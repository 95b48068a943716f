package org.statelessnf.store.ignite;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ClaimBatch;
import org.statelessnf.store.Outcome;

/**
 * A claim: first of timers that are due on this process's node, which needs no other; if there is
 * room left, nodes are asked that nobody serves, and at times the others.
 */
final class ClaimWork extends Work {
  /** A node that is served by its own claimants is not asked again for so long. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private enum Stage {
    HERE,
    ASK,
    TAKE,
    PAUSE
  }

  private final ClaimBatch batch;
  private final IgniteTimerQueue queue;
  private final Grid grid;
  private final List<Integer> members = new ArrayList<>(); // that may have more
  private final List<Integer> asked = new ArrayList<>();
  private final List<byte[]> keys = new ArrayList<>();
  private Stage stage = Stage.HERE;
  private int quota;
  private boolean answered = true;
  private boolean doubtful;

  // Claims that were not answered, with the version that tells whether they were made.
  private final List<byte[]> doubts = new ArrayList<>();
  private final List<Long> doubtVersions = new ArrayList<>();
  private final List<Long> versions = new ArrayList<>();

  ClaimWork(ClaimBatch batch, Grid grid) {
    this.batch = batch;
    this.queue = (IgniteTimerQueue) batch.queue();
    this.grid = grid;
  }

  @Override
  boolean next() {
    if (stage == Stage.TAKE) {
      asked.clear();
      stage = Stage.ASK;
      if (!keys.isEmpty()) {
        return true;
      }
    } else {
      keys.clear();
      versions.clear();
    }
    if (stage == Stage.PAUSE) {
      stage = Stage.ASK;
      keys.addAll(doubts);
      versions.addAll(doubtVersions);
      doubts.clear();
      doubtVersions.clear();
      return true;
    }
    if (!doubts.isEmpty()) {
      stage = Stage.PAUSE;
      return true;
    }
    int room = batch.max() - batch.claimed();
    if (stage == Stage.HERE) {
      for (int member = 0; member < grid.members(); member++) {
        if (!queue.rests(member)) {
          members.add(member);
        }
      }
      stage = Stage.ASK;
      keys.addAll(grid.dueHere(queue.prefix(), room));
      if (!keys.isEmpty()) {
        return true;
      }
    }
    if (room > 0 && !members.isEmpty()) {
      List<Integer> some = members.subList(0, Math.min(room, members.size()));
      asked.addAll(some);
      some.clear();
      quota = room / asked.size();
      stage = Stage.TAKE;
      return true;
    }
    if (doubtful) {
      batch.result(Outcome.UNKNOWN);
    } else {
      batch.result(answered || batch.claimed() > 0 ? Outcome.OK : Outcome.UNAVAILABLE);
    }
    return false;
  }

  // --- questions ---

  @Override
  int questions() {
    return stage == Stage.PAUSE ? 1 : asked.size();
  }

  @Override
  void ask(int question, Call call) {
    if (stage == Stage.PAUSE) {
      Grid.later(() -> call.told(new byte[0]));
      return;
    }
    grid.askDue(asked.get(question), queue.prefix(), quota, call);
  }

  @Override
  void told(int question, byte @Nullable [] reply) {
    if (stage == Stage.PAUSE) {
      return;
    }
    if (reply == null) {
      answered = false;
      return;
    }
    int member = asked.get(question);
    DueReply due = DueReply.of(reply);
    keys.addAll(due.keys());
    if (due.served()) {
      queue.rest(member, REST_NANOS);
    }
    if (due.keys().size() == quota) {
      members.add(member);
    }
  }

  // --- claims ---

  @Override
  int operations() {
    return stage == Stage.TAKE || stage == Stage.PAUSE ? 0 : keys.size();
  }

  @Override
  byte[] key(int operation) {
    return keys.get(operation);
  }

  @Override
  void encode(int operation, byte[] ops, int at) {
    ops[at + WriteOps.KIND] = TimerOps.CLAIM;
    WriteOps.int64(ops, at + WriteOps.EXPECTED, versions.isEmpty() ? 0 : versions.get(operation));
    WriteOps.int64(ops, at + WriteOps.TTL, batch.leaseMillis());
  }

  @Override
  void applied(int operation, long version) {
    throw new IllegalStateException("a claim that tells nothing");
  }

  @Override
  int answer(int operation, byte result, byte[] results, int at, long version) {
    if (result != WriteResults.TOLD) {
      return at; // somebody was faster, or the timer was put off
    }
    byte[] key = keys.get(operation);
    int length = WriteOps.int32(results, at);
    int value = at + Integer.BYTES;
    batch.claimed(
        MemorySegment.ofArray(key),
        IgniteTimerQueue.PREFIX_BYTES,
        key.length - IgniteTimerQueue.PREFIX_BYTES,
        WriteOps.int64(results, value + TimerOps.FENCE),
        WriteOps.int64(results, value + TimerOps.DEADLINE),
        MemorySegment.ofArray(results),
        (long) value + TimerOps.PAYLOAD,
        length - TimerOps.PAYLOAD);
    return value + length;
  }

  /**
   * A claim that was not answered is asked for once more, if there is time: a record that it was
   * made in is told as it is. If not, nobody gets the timer before the lease has run out.
   */
  @Override
  void failed(int operation, Outcome outcome, long version) {
    if (outcome == Outcome.UNAVAILABLE && versions.isEmpty()) {
      answered = false;
    } else if (batch.deadlineNanos() - System.nanoTime() < AGAIN_NANOS) {
      doubtful = true;
    } else {
      doubts.add(keys.get(operation));
      doubtVersions.add(versions.isEmpty() ? version : versions.get(operation));
    }
  }
}
