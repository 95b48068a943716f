package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import org.jspecify.annotations.Nullable;

/**
 * Locks on single bytes of the control file, far behind its end, which the kernel gives up when a
 * process ends, however it ends. The master lock is held by whoever opens or recovers the store. A
 * process holds its place's lock while it lives: whoever gets that lock knows that the process is
 * dead, without a process id, which another process may have by now, or which means nothing in
 * another container.
 *
 * <p>Thread-safe. No thread that may be interrupted calls this while the store is open: an
 * interrupt would close the channel and give up the locks.
 */
final class ProcessLocks {
  private static final long MASTER = 1L << 40;
  private static final long FIRST_PLACE = MASTER + 1;

  private final FileChannel channel;
  private @Nullable FileLock master; // guarded by this
  private int place = -1; // guarded by this

  ProcessLocks(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the master lock if it is free. */
  synchronized boolean tryMaster() throws IOException {
    if (master != null) {
      return false;
    }
    master = tryByte(MASTER);
    return master != null;
  }

  synchronized void releaseMaster() throws IOException {
    if (master != null) {
      master.release();
      master = null;
    }
  }

  /**
   * Takes a place for this process, to be held until the channel is closed.
   *
   * @return false if another process holds it
   */
  synchronized boolean claim(int wanted) throws IOException {
    if (tryByte(FIRST_PLACE + wanted) == null) {
      return false;
    }
    place = wanted;
    return true;
  }

  /** Whether nobody holds a place. */
  synchronized boolean isDead(int other) throws IOException {
    if (other == place) {
      return false;
    }
    FileLock lock = tryByte(FIRST_PLACE + other);
    if (lock == null) {
      return false;
    }
    lock.release();
    return true;
  }

  private @Nullable FileLock tryByte(long at) throws IOException {
    try {
      return channel.tryLock(at, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // held by this process
    }
  }
}
