package org.statelessnf.store.ignite;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Different keys as the set that Ignite asks for. Not a hash set: Ignite only runs over it, and
 * arrays of equal bytes are not equal to one.
 */
final class KeySet extends AbstractSet<byte[]> {
  private final byte[][] keys;
  private int size;

  KeySet(int capacity) {
    this.keys = new byte[capacity][];
  }

  void append(byte[] key) {
    keys[size++] = key;
  }

  /** The first key. */
  byte[] first() {
    return keys[0];
  }

  /** Puts the keys into the order of their bytes: servers lock them in the order given. */
  KeySet sorted() {
    Arrays.sort(keys, 0, size, Arrays::compareUnsigned);
    return this;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Iterator<byte[]> iterator() {
    return Arrays.asList(keys).subList(0, size).iterator();
  }
}
