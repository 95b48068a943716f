package org.statelessnf.store.ignite;

import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheEntryProcessor;

/**
 * Asks the node that owns a key which timers are due on it. Touches no entry. Arguments: the
 * cache's name, the prefix of the queue, and how many at most. The result is a {@link DueReply}.
 */
public final class AskDue implements CacheEntryProcessor<byte[], byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  /** For Ignite, which makes one from the wire. */
  public AskDue() {}

  @Override
  public byte[] process(MutableEntry<byte[], byte[]> entry, Object... arguments) {
    byte[] prefix = (byte[]) arguments[1];
    return DueTimers.of(entry.unwrap(Ignite.class), prefix)
        .ask((String) arguments[0], prefix, (int) arguments[2], false)
        .toBytes();
  }
}
