package org.statelessnf.store.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Two 64-bit hashes of some bytes at a time, for Bloom filters: the first chooses where, the two
 * together choose the bits (Kirsch and Mitzenmacher, "Less hashing, same performance", 2006). The
 * same bytes and seed give the same hashes in every process.
 *
 * <p>Multiply and fold, as in wyhash, over words of eight bytes. Not cryptographic; the seed should
 * be a random number that outsiders do not know, so that they cannot choose elements that collide.
 *
 * <p>Not thread-safe: the hashes are kept in the object so that hashing allocates nothing.
 */
public final class ElementHash {
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long ODD = 0xD6E8FEB86659FD93L;

  private long first;
  private long second;

  /**
   * Hashes an element; the result is in {@link #first} and {@link #second}.
   *
   * @param memory segment that holds it
   * @param offset where it starts
   * @param length its length in bytes
   * @param seed a number all processes agree on
   */
  public void hash(MemorySegment memory, long offset, int length, long seed) {
    long key = mix(seed + GOLDEN);
    long one = key ^ length;
    long two = mix(key + GOLDEN);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      long word = memory.get(WORD, offset + at);
      one = fold(one ^ word, key ^ ODD);
      two = fold(two + word, key ^ GOLDEN) + one;
    }
    long tail = 0;
    for (int shift = 0; at < length; at++, shift += Byte.SIZE) {
      tail |= (memory.get(ValueLayout.JAVA_BYTE, offset + at) & 0xFFL) << shift;
    }
    one = fold(one ^ tail, key ^ ODD);
    two = fold(two + tail, key ^ GOLDEN) + one;
    first = mix(one);
    second = mix(two ^ length);
  }

  /** The first hash of the last element. */
  public long first() {
    return first;
  }

  /** The second hash of the last element. */
  public long second() {
    return second;
  }

  private static long fold(long a, long b) {
    return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
  }

  /** Finalizer of splitmix64 (Steele, Lea and Flood, 2014): a bijection. */
  static long mix(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
