package org.statelessnf.store.support;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.Feature;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableClass;
import org.statelessnf.store.TableSpec;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * Keeps the handles of a store: tables, timer queues, filters and sessions, one each per name and
 * namespace. A backend says how to make them.
 */
public abstract class AbstractStateStore implements StateStore {
  private final String uri;
  private final String namespace;
  private final long timeoutNanos;
  private final Map<String, Table> tables = new ConcurrentHashMap<>();
  private final Map<String, TimerQueue> queues = new ConcurrentHashMap<>();
  private final Map<String, BloomFilter> filters = new ConcurrentHashMap<>();
  private final Set<StoreSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger tableIds = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes the common options.
   *
   * @param uri what the store was opened by
   */
  protected AbstractStateStore(StoreUri uri) {
    this.uri = uri.toString();
    this.namespace = uri.namespace();
    this.timeoutNanos = uri.timeout().toNanos();
  }

  /**
   * Makes a table's handle and whatever the table needs at the store. Called once per name, by one
   * thread at a time for the same name.
   *
   * @param spec with the namespace filled in
   * @param id small number, unique within this store
   */
  protected Table createTable(TableSpec spec, int id) {
    return new Table(this, spec, id);
  }

  /**
   * Makes a timer queue's handle. The default is built from plain records.
   *
   * @param spec with the namespace filled in
   */
  protected TimerQueue createTimers(TimerSpec spec) {
    return new RecordTimerQueue(this, spec);
  }

  /**
   * Makes a filter's handle. The default is built from plain records.
   *
   * @param spec with the namespace filled in
   */
  protected BloomFilter createFilter(FilterSpec spec) {
    return new RecordBloomFilter(this, spec);
  }

  /**
   * Milliseconds since the epoch on the clock that judges the deadlines of the default timers. All
   * processes that share the store should agree on it; a backend whose store can be asked for the
   * time does better than the default, which is this process's wall clock. Called by every session
   * several times per batch: it must be cheap and must not block.
   */
  protected long clockMillis() {
    return System.currentTimeMillis();
  }

  /**
   * Random numbers for the default timers and filters: stamps, shards, pauses. A test overrides it
   * to repeat a run. Called on the thread of the session that needs one.
   */
  protected RandomGenerator random() {
    return ThreadLocalRandom.current();
  }

  /** Makes a session; the base class keeps track of it. */
  protected abstract StoreSession createSession();

  /** Releases what the backend holds, after all sessions were closed. Called once. */
  protected abstract void release();

  @Override
  public final String uri() {
    return uri;
  }

  @Override
  public final long defaultTimeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public final Table table(TableSpec spec) {
    requireOpen();
    TableSpec full = spec.namespace().isEmpty() ? spec.inNamespace(namespace) : spec;
    int maxKey = capabilities().maxKeyBytes();
    int maxValue = capabilities().maxValueBytes();
    if (full.maxKeyBytes() > maxKey || full.maxValueBytes() > maxValue) {
      throw new StoreConfigException(
          "table %s wants keys of %d and values of %d bytes, %s takes %d and %d"
              .formatted(
                  full.name(), full.maxKeyBytes(), full.maxValueBytes(), uri, maxKey, maxValue));
    }
    if (full.tableClass() == TableClass.CACHE && !capabilities().has(Feature.CACHE_TABLES)) {
      throw new StoreConfigException(
          "table %s is of class CACHE, which %s does not declare".formatted(full.name(), uri));
    }
    Table table =
        tables.computeIfAbsent(
            path(full.namespace(), full.name()),
            k -> createTable(full, tableIds.getAndIncrement()));
    requireSame(table.spec(), full);
    return table;
  }

  @Override
  public final TimerQueue timers(TimerSpec spec) {
    requireOpen();
    TimerSpec full = spec.namespace().isEmpty() ? spec.inNamespace(namespace) : spec;
    String path = path(full.namespace(), full.name());
    TimerQueue queue = queues.get(path);
    if (queue == null) {
      // Made outside the map: the default opens tables of its own.
      boolean declared = capabilities().has(Feature.TIMERS);
      TimerQueue made = declared ? createTimers(full) : new TimerQueue(this, full);
      TimerQueue raced = queues.putIfAbsent(path, made);
      queue = raced == null ? made : raced;
    }
    requireSame(queue.spec(), full);
    return queue;
  }

  @Override
  public final BloomFilter filter(FilterSpec spec) {
    requireOpen();
    FilterSpec full = spec.namespace().isEmpty() ? spec.inNamespace(namespace) : spec;
    String path = path(full.namespace(), full.name());
    BloomFilter filter = filters.get(path);
    if (filter == null) {
      boolean declared = capabilities().has(Feature.FILTER);
      BloomFilter made = declared ? createFilter(full) : new BloomFilter(this, full);
      BloomFilter raced = filters.putIfAbsent(path, made);
      filter = raced == null ? made : raced;
    }
    requireSame(filter.spec(), full);
    return filter;
  }

  @Override
  public final StoreSession openSession() {
    requireOpen();
    StoreSession session = createSession();
    sessions.add(session);
    if (closed.get()) {
      session.close();
      requireOpen();
    }
    return session;
  }

  @Override
  public final int openSessions() {
    return sessions.size();
  }

  @Override
  public final void close() {
    if (closed.compareAndSet(false, true)) {
      for (StoreSession session : sessions) {
        session.close();
      }
      release();
    }
  }

  /** Whether {@link #close} was called. */
  protected final boolean isClosed() {
    return closed.get();
  }

  final void forget(StoreSession session) {
    sessions.remove(session);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("store " + uri + " is closed");
    }
  }

  private void requireSame(Record open, Record wanted) {
    if (!open.equals(wanted)) {
      throw new StoreConfigException("open as %s, now asked for as %s".formatted(open, wanted));
    }
  }

  private static String path(String namespace, String name) {
    return namespace + "/" + name;
  }
}
