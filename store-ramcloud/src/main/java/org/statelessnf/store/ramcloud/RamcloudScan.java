package org.statelessnf.store.ramcloud;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StoreUnavailableException;

/**
 * Runs over a table: RAMCloud enumerates keys, a multi-read fetches versions and values, some at a
 * time. It shares the session's call thread, between its batches.
 */
final class RamcloudScan implements ScanCursor {
  private static final int MAX_KEYS = 64;
  private static final int KEY_ROOM = 64 * 1024;
  private static final long VALUE_ROOM = 4 << 20;

  private static final class Row {
    private final byte[] key;
    private final byte[] value;
    private final long version;

    Row(byte[] key, byte[] value, long version) {
      this.key = key;
      this.value = value;
      this.version = version;
    }
  }

  private final RamcloudSession session;
  private final RamcloudTable table;
  private final int chunk;
  private final int valueRoom;
  private final ArrayDeque<Row> rows = new ArrayDeque<>();
  private @Nullable Row row;
  private long scan;
  private boolean ended;
  private boolean closed;

  RamcloudScan(RamcloudSession session, RamcloudTable table) {
    this.session = session;
    this.table = table;
    this.valueRoom = (RcRecord.HEADER_BYTES + table.spec().maxValueBytes() + 7) & ~7;
    this.chunk = Math.clamp(VALUE_ROOM / valueRoom, 1, MAX_KEYS);
  }

  @Override
  public boolean next() {
    while (rows.isEmpty() && !ended) {
      fetch();
    }
    row = rows.poll();
    return row != null;
  }

  private void fetch() {
    Chunk task = new Chunk(scan);
    if (!session.call(task, session.store().defaultTimeoutNanos())) {
      ended = true; // the enumeration stays with the call
      scan = 0;
      throw new StoreUnavailableException(session.store().uri() + ": a scan was not answered");
    }
    scan = task.scan;
    if (task.status != RcStatus.OK) {
      ended = true;
      throw new StoreUnavailableException(
          "%s: a scan was answered with status %d".formatted(session.store().uri(), task.status));
    }
    ended = task.count == 0;
    task.collect();
  }

  private Row current() {
    if (row == null) {
      throw new IllegalStateException("next() has not answered true");
    }
    return row;
  }

  @Override
  public byte[] key() {
    return current().key;
  }

  @Override
  public byte[] value() {
    return current().value;
  }

  @Override
  public long version() {
    return current().version;
  }

  @Override
  public void close() {
    if (!closed && scan != 0 && !session.isClosed()) {
      session.call(new End(scan), session.store().defaultTimeoutNanos());
    }
    closed = true;
    ended = true;
    rows.clear();
  }

  /** The next keys and their records. */
  private final class Chunk extends Task {
    private final Requests requests = new Requests(chunk);
    private final MemorySegment keys = Arena.ofAuto().allocate(KEY_ROOM, Long.BYTES);
    private final MemorySegment values =
        Arena.ofAuto().allocate((long) chunk * valueRoom, Long.BYTES);
    private long scan;
    private int status;
    private int count;

    Chunk(long scan) {
      this.scan = scan;
    }

    @Override
    void execute(long client) {
      try {
        fetch(client);
      } finally {
        Reference.reachabilityFence(this); // the memory that was written to
      }
    }

    private void fetch(long client) {
      if (scan == 0) {
        scan = NativeRamcloud.scanOpen(client, table.number());
      }
      int got =
          NativeRamcloud.scanNext(
              client, scan, keys.address(), KEY_ROOM, RamcloudStore.MAX_KEY_BYTES, chunk);
      status = Math.max(0, -got);
      count = Math.max(0, got);
      long at = 0;
      for (int i = 0; i < count; i++) {
        int length = keys.get(ValueLayout.JAVA_INT, at);
        long key = keys.address() + at + Integer.BYTES;
        requests.add(Requests.READ, Requests.ALWAYS, 0, table.number(), key, length);
        requests.value(i, values.address() + (long) i * valueRoom, valueRoom);
        at += (Integer.BYTES + length + 7) & ~7;
      }
      if (count > 0) {
        NativeRamcloud.run(client, requests.address(), count);
      }
    }

    @Override
    void fail(int failure) {
      status = RcStatus.NOT_CONNECTED;
    }

    @Override
    void signal() {
      session.arrived();
    }

    void collect() {
      long now = System.currentTimeMillis();
      long at = 0;
      for (int i = 0; i < count; i++) {
        int length = keys.get(ValueLayout.JAVA_INT, at);
        collect(i, at + Integer.BYTES, length, now);
        at += (Integer.BYTES + length + 7) & ~7;
      }
    }

    private void collect(int i, long keyAt, int keyLength, long now) {
      int bytes = requests.actual(i);
      if (requests.status(i) == RcStatus.OBJECT_DOESNT_EXIST) {
        return; // removed meanwhile
      }
      if (requests.status(i) != RcStatus.OK) {
        throw new StoreUnavailableException(
            "%s: a scan was answered with status %d"
                .formatted(session.store().uri(), requests.status(i)));
      }
      long at = (long) i * valueRoom;
      boolean counter = RcRecord.isCounter(bytes);
      if (!RcRecord.isKnown(bytes)
          || bytes > valueRoom
          || (!counter && RcRecord.isGone(values.get(RcRecord.LONG, at), now))) {
        return;
      }
      long valueAt = counter ? at : at + RcRecord.HEADER_BYTES;
      rows.add(
          new Row(
              copy(keys, keyAt, keyLength),
              copy(values, valueAt, RcRecord.valueLength(bytes)),
              requests.version(i)));
    }

    private static byte[] copy(MemorySegment from, long at, int length) {
      return from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Frees the enumeration. */
  private static final class End extends Task {
    private final long scan;

    End(long scan) {
      this.scan = scan;
    }

    @Override
    void execute(long client) {
      NativeRamcloud.scanClose(client, scan);
    }

    @Override
    void fail(int status) {
      // The client that the enumeration belonged to is gone, and the enumeration with it.
    }
  }
}
