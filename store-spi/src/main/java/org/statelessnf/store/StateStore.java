package org.statelessnf.store;

/**
 * A store of network-function state, opened once per process by {@link Stores#open}. Thread-safe:
 * any thread may open tables and sessions; every thread that works with records has a {@link
 * StoreSession} of its own.
 */
public interface StateStore extends AutoCloseable {

  /** The URI it was opened by, without secrets. */
  String uri();

  /** What the store declares about itself. Constant while the store is open. */
  Capabilities capabilities();

  /**
   * Name and version of what stands behind the store, for reports, such as {@code "redis 7.0.15"}.
   */
  String description();

  /**
   * Opens a table, creating it if need be. The same spec gives the same handle.
   *
   * @param spec name and bounds
   * @throws StoreConfigException if the spec contradicts the one the table was opened by before, or
   *     asks for more than {@link #capabilities()} declares
   * @throws StoreUnavailableException if the store does not answer within the default timeout
   */
  Table table(TableSpec spec);

  /**
   * Opens a timer queue, creating it if need be; needs {@link Feature#TIMERS}.
   *
   * @param spec name and bounds
   * @throws StoreConfigException as for {@link #table}
   * @throws StoreUnavailableException as for {@link #table}
   */
  TimerQueue timers(TimerSpec spec);

  /**
   * Opens a Bloom filter, creating it if need be; needs {@link Feature#FILTER}.
   *
   * @param spec name and size
   * @throws StoreConfigException as for {@link #table}
   * @throws StoreUnavailableException as for {@link #table}
   */
  BloomFilter filter(FilterSpec spec);

  /**
   * Opens a session for the calling thread, or for another one that it is handed to once.
   *
   * @throws StoreUnavailableException if the store does not answer within the default timeout
   */
  StoreSession openSession();

  /**
   * Which node owns a key; needs {@link Feature#PLACEMENT}.
   *
   * @param table the key's table
   * @param key the key
   * @return the owner, local or not
   * @throws UnsupportedOperationException if the feature is not declared
   */
  default Placement placement(Table table, byte[] key) {
    throw new UnsupportedOperationException(uri() + " does not declare PLACEMENT");
  }

  /**
   * Where a key lives.
   *
   * @param node name of the owning node
   * @param local whether that node is this process
   */
  record Placement(String node, boolean local) {}

  /** Time an operation has if the caller gives none, in nanoseconds. */
  long defaultTimeoutNanos();

  /** Open sessions; for leak checks. */
  int openSessions();

  /** Closes all sessions, and releases everything. Idempotent (rule C). */
  @Override
  void close();
}
