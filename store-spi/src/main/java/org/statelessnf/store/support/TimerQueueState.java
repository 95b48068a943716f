package org.statelessnf.store.support;

import java.util.Arrays;

/** What a session has learned of a queue's shards; hints that save round trips. */
final class TimerQueueState {
  /** Ticks below were seen to be closed: there is no point in placing anything there. */
  final long[] closedSeen = new long[RecordTimerQueue.SHARDS];

  /** Ticks below were seen to be closed and empty, as long as the cursor has the origin below. */
  final long[] emptyBelow = new long[RecordTimerQueue.SHARDS];

  /** The origin of each shard's cursor when {@link #emptyBelow} was learned; 0 for not. */
  final long[] cursorOrigin = new long[RecordTimerQueue.SHARDS];

  TimerQueueState() {
    Arrays.fill(closedSeen, Long.MIN_VALUE);
  }
}
