package org.statelessnf.store.local.chronicle;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import org.statelessnf.store.StoreException;

/**
 * Gets Chronicle Map going. The first map of a process takes a second or more, since its classes
 * are partly generated and compiled then; that is done to a small map in memory, before the lock
 * that other processes wait for is taken.
 */
final class Library {
  private static boolean started; // guarded by the class

  private Library() {}

  /**
   * Loads, generates and compiles, once per process.
   *
   * @throws StoreException if that does not work, since a flag is missing, say
   */
  static synchronized void start() {
    if (started) {
      return;
    }
    quieten("chronicle.analytics.disable");
    quieten("chronicle.announcer.disable");
    byte[] sample = new byte[Long.BYTES];
    try (ChronicleMap<byte[], byte[]> map =
        ChronicleMap.of(byte[].class, byte[].class)
            .name("start")
            .averageKeySize(Long.BYTES)
            .averageValueSize(Long.BYTES)
            .entries(16)
            .skipCloseOnExitHook(true)
            .create()) {
      map.put(sample, sample);
      try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(sample)) {
        context.readLock().lock();
        if (context.entry() == null) {
          throw new StoreException("Chronicle Map does not find what it was given");
        }
      }
    } catch (LinkageError | RuntimeException e) {
      throw new StoreException(
          "Chronicle Map does not start (does java have the flags of docs/chronicle.md, and is it a"
              + " JDK?): "
              + e,
          e);
    }
    started = true;
  }

  /** Chronicle's libraries call home and print a banner unless told otherwise. */
  private static void quieten(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }
}
