package org.statelessnf.conformance.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Records in maps, one lock around every single operation. */
@SuppressWarnings("ByteBufferBackingArray") // all keys are wrapped whole arrays
class MapEngine implements Engine {
  /** A record; {@code expiresAt} on {@link System#nanoTime}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Stored(long version, byte[] value, boolean expires, long expiresAt) {}

  private final Map<String, Map<ByteBuffer, Stored>> tables = new HashMap<>();
  private final TimerWheel timers;
  private final ExactFilters filters = new ExactFilters();
  private final Journal journal;
  private long version;
  private long records;
  private long capacity = Long.MAX_VALUE;

  MapEngine() {
    this(Journal.NONE, epoch());
  }

  MapEngine(Journal journal, long firstVersion) {
    this.journal = journal;
    this.version = firstVersion;
    this.timers = new TimerWheel(journal);
  }

  /** Versions of an engine that starts again are higher than all it gave before. */
  static long epoch() {
    return System.currentTimeMillis() << 20;
  }

  @Override
  public List<Reply> apply(List<Request> requests) {
    List<Reply> replies = new ArrayList<>();
    for (Request request : requests) {
      synchronized (this) {
        if (request.op() == Op.CLAIM) {
          return timers.claim(request.space(), request.max(), request.number());
        }
        replies.add(apply(request));
      }
    }
    return replies;
  }

  @Override
  public synchronized List<Reply> scan(String space) {
    List<Reply> found = new ArrayList<>();
    for (ByteBuffer key : List.copyOf(table(space).keySet())) {
      Stored stored = live(space, key.array());
      if (stored != null) {
        found.add(new Reply(Outcome.OK, stored.version(), 0, key.array(), stored.value()));
      }
    }
    return found;
  }

  /** Allows no more records than there are now, or as many as one likes. */
  synchronized void full(boolean full) {
    capacity = full ? records : Long.MAX_VALUE;
  }

  /** Puts a record back as it was. */
  synchronized void restoreRecord(String space, byte[] key, @Nullable Stored stored) {
    if (stored == null) {
      drop(space, key);
    } else {
      keep(space, key, stored);
    }
  }

  /** Puts a timer back as it was. */
  synchronized void restore(String space, byte[] id, TimerWheel.@Nullable Timer timer) {
    timers.restore(space, ByteBuffer.wrap(id), timer);
  }

  /** Executes one operation; the lock is held. */
  Reply apply(Request request) {
    String space = request.space();
    byte[] key = request.key();
    return switch (request.op()) {
      case READ -> read(space, key);
      case PUT, PUT_IF_ABSENT, PUT_IF_VERSION, REMOVE, REMOVE_IF_VERSION, INCREMENT ->
          write(request);
      case FILTER_TEST -> filters.apply(request);
      case FILTER_ADD, FILTER_ROTATE -> {
        journal.filter(request);
        yield filters.apply(request);
      }
      case SCHEDULE, RESCHEDULE, CANCEL, COMPLETE, REARM -> timers.apply(request);
      case CLAIM -> throw new IllegalStateException("a claim stands alone");
    };
  }

  Reply read(String space, byte[] key) {
    Stored stored = live(space, key);
    return stored == null
        ? Reply.of(Outcome.ABSENT)
        : Reply.of(Outcome.OK, stored.version(), stored.value());
  }

  Reply write(Request request) {
    Stored stored = live(request.space(), request.key());
    long current = stored == null ? 0 : stored.version();
    byte[] value = stored == null ? null : stored.value();
    boolean allowed =
        switch (request.op()) {
          case PUT_IF_ABSENT -> stored == null;
          case PUT_IF_VERSION, REMOVE_IF_VERSION -> current == request.expected();
          case INCREMENT -> value == null || value.length == Long.BYTES;
          default -> true;
        };
    if (!allowed) {
      return Reply.of(Outcome.MISMATCH, current, value);
    }
    return switch (request.op()) {
      case REMOVE, REMOVE_IF_VERSION -> remove(request.space(), request.key(), stored);
      case INCREMENT -> {
        long counter = (value == null ? 0 : number(value)) + request.number();
        Reply written = store(request, bytes(counter), stored);
        yield written.outcome() == Outcome.OK ? Reply.number(written.version(), counter) : written;
      }
      default -> store(request, request.value(), stored);
    };
  }

  private Reply remove(String space, byte[] key, @Nullable Stored stored) {
    if (stored == null) {
      return Reply.of(Outcome.ABSENT);
    }
    drop(space, key);
    return Reply.of(Outcome.OK);
  }

  private Reply store(Request request, byte[] value, @Nullable Stored before) {
    if (before == null && records >= capacity) {
      return Reply.of(Outcome.FULL);
    }
    boolean expires = request.ttlMillis() > 0;
    long expiresAt =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(expires ? request.ttlMillis() : 0);
    Stored stored = new Stored(nextVersion(), value, expires, expiresAt);
    keep(request.space(), request.key(), stored);
    return Reply.of(Outcome.OK, stored.version());
  }

  long nextVersion() {
    return ++version;
  }

  @Nullable Stored live(String space, byte[] key) {
    Stored stored = table(space).get(ByteBuffer.wrap(key));
    if (stored != null && stored.expires() && System.nanoTime() - stored.expiresAt() >= 0) {
      drop(space, key);
      return null;
    }
    return stored;
  }

  private void keep(String space, byte[] key, Stored stored) {
    if (table(space).put(ByteBuffer.wrap(key), stored) == null) {
      records++;
    }
    journal.record(space, key, stored);
  }

  private void drop(String space, byte[] key) {
    if (table(space).remove(ByteBuffer.wrap(key)) != null) {
      records--;
    }
    journal.record(space, key, null);
  }

  private Map<ByteBuffer, Stored> table(String space) {
    return tables.computeIfAbsent(space, name -> new HashMap<>());
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
