package org.statelessnf.store.ignite;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.statelessnf.store.Durability;
import org.statelessnf.store.StateStore;

/**
 * The way to the records: a node in this process, or clients of a remote cluster. Thread-safe. No
 * method that takes a {@link Call} waits; the call is answered once, by any thread, perhaps by the
 * calling one before the method returns.
 */
interface Grid extends AutoCloseable {
  /** Most groups that {@link #writeGroup} tells apart. */
  int MAX_GROUPS = 16;

  /** Name and version of what stands behind it. */
  String description();

  /** What an acknowledged write survives, as things are at present. */
  Durability durability();

  /**
   * Which server a read of a key should go to, as a small number: keys with the same number go into
   * one request. A wrong number costs a hop and nothing else.
   */
  int readGroup(byte[] key);

  /** The same for a write. */
  int writeGroup(byte[] key);

  /** Whether this process owns a key, by what was known a moment ago. Cheap. */
  boolean isLocal(byte[] key);

  /** Who owns a key. */
  StateStore.Placement placement(byte[] key);

  /**
   * Reads records that lie in this process and are owned by it, if there are any. Does not wait.
   *
   * @param answered takes true for each key that was looked up
   * @param reader gets the answers before the method returns
   */
  void readHere(KeyIndex keys, boolean[] answered, OwnRecords.Reader reader);

  /**
   * Reads.
   *
   * @param group of the keys
   * @param keys different ones
   * @param call takes a map of the entries that are there
   */
  void getAll(int group, KeySet keys, Call call);

  /**
   * Writes at the data.
   *
   * @param group of the keys
   * @param keys different ones, sorted
   * @param ops the operations on them, {@link WriteOps}
   * @param reclaimMillis when memory may be freed at the earliest, -1 never
   * @param call takes a map of the keys for which there is something to tell
   */
  void invokeAll(int group, KeySet keys, byte[] ops, long reclaimMillis, Call call);

  /**
   * Takes keys of due timers from this process's own node; none if it is not one. Does not wait.
   *
   * @param prefix of the queue
   * @param max at most so many
   */
  List<byte[]> dueHere(byte[] prefix, int max);

  /** Other nodes that may have timers; 0 to {@code members() - 1} name them for a moment. */
  int members();

  /**
   * Asks another node for keys of due timers.
   *
   * @param member the node
   * @param prefix of the queue
   * @param max at most so many
   * @param call is told a {@link DueReply}, or fails at once
   */
  void askDue(int member, byte[] prefix, int max, Call call);

  /** Time after which what failed is tried again: by then others may own the keys. */
  long AGAIN_MILLIS = 10;

  /** Runs something that does not wait, a little later. */
  static void later(Runnable work) {
    CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS).execute(work);
  }

  /**
   * Runs over entries, waiting for them.
   *
   * @param filter runs at the servers
   * @return to be closed
   */
  Rows scan(IgniteBiPredicate<byte[], byte[]> filter);

  /** Entries of a scan. */
  interface Rows extends Iterator<Cache.Entry<byte[], byte[]>>, AutoCloseable {
    @Override
    void close();
  }

  @Override
  void close();
}
