package org.statelessnf.store.ramcloud;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a session last saw of keys: version and expiry. A bounded memory that forgets: a hint saves
 * a round trip and decides nothing, since a version is never used again for a key. One thread.
 *
 * <p>Which version a write replaces must be known before it is sent (see {@link WritePlan}), and
 * whether that version has expired; a caller nearly always read the record just before.
 */
final class KeyHints {
  private static final int ENTRIES = 1 << 16;
  private static final int FIELDS = 3;

  /** Bits above an expiry: after so many writes more a key counts as not contended any more. */
  private static final int CONTENDED_SHIFT = 60;

  private static final long CONTENDED = 7L << CONTENDED_SHIFT;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long[] entries = new long[ENTRIES * FIELDS];
  private int found = -1;

  /** A key's hash, unlike in every session. */
  long hash(long table, MemorySegment memory, long offset, int length) {
    long hash = mix(seed ^ table ^ ((long) length << Integer.SIZE));
    for (int i = 0; i < length; i += Long.BYTES) {
      hash = mix(hash ^ memory.get(RcRecord.LONG, offset + i)); // filled up with zeros
    }
    return hash == 0 ? 1 : hash;
  }

  private static long mix(long x) {
    long z = x * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
    return z ^ (z >>> 29);
  }

  /** Looks a key up; if there is a hint, {@link #version} and {@link #expiresAt} tell it. */
  boolean find(long hash) {
    int at = at(hash);
    found = entries[at] == hash && entries[at + 1] != 0 ? at : -1;
    return found >= 0;
  }

  long version() {
    return entries[found + 1];
  }

  long expiresAt() {
    return entries[found + 2] & ~CONTENDED;
  }

  /** Remembers a version; whether the key is contended stays. */
  void put(long hash, long version, long expiresAt) {
    int at = at(hash);
    long contended = entries[at] == hash ? entries[at + 2] & CONTENDED : 0;
    entries[at] = hash;
    entries[at + 1] = version;
    entries[at + 2] = expiresAt | contended;
  }

  /** Remembers that others write to a key, and that its version is not known. */
  void contend(long hash) {
    int at = at(hash);
    entries[at] = hash;
    entries[at + 1] = 0;
    entries[at + 2] = CONTENDED;
  }

  boolean isContended(long hash) {
    int at = at(hash);
    return entries[at] == hash && (entries[at + 2] & CONTENDED) != 0;
  }

  /** A write to a contended key has met nobody. */
  void calm(long hash) {
    int at = at(hash);
    if (isContended(hash)) {
      entries[at + 2] -= 1L << CONTENDED_SHIFT;
    }
  }

  void forget(long hash) {
    int at = at(hash);
    if (entries[at] == hash) {
      entries[at] = 0;
    }
  }

  private static int at(long hash) {
    return (int) (hash >>> 48) * FIELDS;
  }
}
