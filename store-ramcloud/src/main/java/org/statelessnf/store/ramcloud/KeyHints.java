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
  private static final int WAYS = 8; // hashes of a cache line: a set is full after so many keys
  private static final int SETS = 1 << 14;

  /** Bits above an expiry: after so many writes more a key counts as not contended any more. */
  private static final int CONTENDED_SHIFT = 60;

  private static final long CONTENDED = 7L << CONTENDED_SHIFT;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long[] hashes = new long[SETS * WAYS];
  private final long[] entries = new long[SETS * WAYS * 2]; // version, expiry
  private int found = -1;
  private int victim;

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
    found = at >= 0 && entries[at] != 0 ? at : -1;
    return found >= 0;
  }

  long version() {
    return entries[found];
  }

  long expiresAt() {
    return entries[found + 1] & ~CONTENDED;
  }

  /** Remembers a version; whether the key is contended stays. */
  void put(long hash, long version, long expiresAt) {
    int at = place(hash);
    entries[at] = version;
    entries[at + 1] = expiresAt | (entries[at + 1] & CONTENDED);
  }

  /** Remembers that others write to a key, and that its version is not known. */
  void contend(long hash) {
    int at = place(hash);
    entries[at] = 0;
    entries[at + 1] = CONTENDED;
  }

  boolean isContended(long hash) {
    int at = at(hash);
    return at >= 0 && (entries[at + 1] & CONTENDED) != 0;
  }

  /** A write to a contended key has met nobody. */
  void calm(long hash) {
    int at = at(hash);
    if (at >= 0 && (entries[at + 1] & CONTENDED) != 0) {
      entries[at + 1] -= 1L << CONTENDED_SHIFT;
    }
  }

  void forget(long hash) {
    int at = at(hash);
    if (at >= 0) {
      hashes[at / 2] = 0;
    }
  }

  /** Where a key's entry is, -1 if there is none. */
  private int at(long hash) {
    int set = set(hash);
    for (int i = set; i < set + WAYS; i++) {
      if (hashes[i] == hash) {
        return 2 * i;
      }
    }
    return -1;
  }

  /** Where a key's entry is or, from now on, will be. */
  private int place(long hash) {
    int at = at(hash);
    if (at >= 0) {
      return at;
    }
    int set = set(hash);
    int free = set;
    while (free < set + WAYS && hashes[free] != 0) {
      free++;
    }
    if (free == set + WAYS) {
      free = set + (victim++ & (WAYS - 1)); // any will do: what is forgotten costs a round trip
    }
    hashes[free] = hash;
    entries[2 * free + 1] = 0;
    return 2 * free;
  }

  private static int set(long hash) {
    return (int) (hash >>> 50) * WAYS;
  }
}
