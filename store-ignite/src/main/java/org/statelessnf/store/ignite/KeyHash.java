package org.statelessnf.store.ignite;

/** Hash of a key's bytes, the same at client and server, over words where there are any. */
final class KeyHash {
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private KeyHash() {}

  static int of(byte[] key) {
    long hash = key.length * FACTOR;
    int i = 0;
    for (; i <= key.length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ (long) RecordLayout.LONG.get(key, i));
    }
    long last = 0;
    for (; i < key.length; i++) {
      last = (last << Byte.SIZE) | (key[i] & 0xffL);
    }
    hash = mix(hash ^ last);
    return (int) (hash ^ (hash >>> Integer.SIZE));
  }

  private static long mix(long word) {
    long product = word * FACTOR;
    return product ^ (product >>> 29);
  }
}
