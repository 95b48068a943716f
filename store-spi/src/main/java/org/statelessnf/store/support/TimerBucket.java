package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a session believes a bucket to hold, so that appending to a bucket that nobody else has
 * written to since takes one round trip. Being wrong costs a round trip, nothing else: appends are
 * conditional on the version.
 */
final class TimerBucket {
  private static final int FIRST_ROOM = 256;

  private @Nullable RecordTimerQueue queue;
  private int shard;
  private long tick;
  private byte[] bytes = new byte[FIRST_ROOM];
  private int length;
  private int staged;
  private long version;
  private boolean stale;

  boolean is(RecordTimerQueue otherQueue, int otherShard, long otherTick) {
    return queue == otherQueue && shard == otherShard && tick == otherTick;
  }

  /** Turns to another bucket, which is believed to be absent. */
  void reset(RecordTimerQueue newQueue, int newShard, long newTick) {
    queue = newQueue;
    shard = newShard;
    tick = newTick;
    load(0, MemorySegment.NULL, 0, 0);
  }

  /** Takes what the store says; version 0 means there is no such bucket. */
  void load(long newVersion, MemorySegment value, long offset, int newLength) {
    ensure(newLength);
    MemorySegment.copy(value, ValueLayout.JAVA_BYTE, offset, bytes, 0, newLength);
    length = newLength;
    staged = newLength;
    version = newVersion;
    stale = false;
  }

  /** Whether there is room for one more id. */
  boolean fits(int idLength) {
    return staged + 1 + idLength <= RecordTimerQueue.MAX_BUCKET_BYTES;
  }

  /**
   * Adds an id to what is to be written.
   *
   * @return false if the bucket is full
   */
  boolean stage(MemorySegment memory, long offset, int idLength) {
    if (!fits(idLength)) {
      return false;
    }
    int end = staged + 1 + idLength;
    ensure(end);
    bytes[staged] = (byte) (idLength - 1);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, staged + 1, idLength);
    staged = end;
    return true;
  }

  /**
   * Takes an id out of what is to be written, once.
   *
   * @return false if it is not there
   */
  boolean unstage(MemorySegment memory, long offset, int idLength) {
    for (int at = 0; at < staged; at += 2 + bytes[at]) {
      if (bytes[at] == idLength - 1
          && MemorySegment.mismatch(
                  memory, offset, offset + idLength, value(), at + 1, at + 1 + idLength)
              < 0) {
        int next = at + 1 + idLength;
        System.arraycopy(bytes, next, bytes, at, staged - next);
        staged -= 1 + idLength;
        return true;
      }
    }
    return false;
  }

  private void ensure(int room) {
    if (room > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(room, 2 * bytes.length));
    }
  }

  /** Forgets what was staged. */
  void unstage() {
    staged = length;
  }

  /** What was staged has been written. */
  void written(long newVersion) {
    length = staged;
    version = newVersion;
  }

  /** It must be read before it is written to. */
  void makeStale() {
    stale = true;
    unstage();
  }

  boolean isStale() {
    return stale;
  }

  boolean hasStaged() {
    return staged > length;
  }

  int shard() {
    return shard;
  }

  long tick() {
    return tick;
  }

  long version() {
    return version;
  }

  MemorySegment value() {
    return MemorySegment.ofArray(bytes);
  }

  int stagedLength() {
    return staged;
  }
}
