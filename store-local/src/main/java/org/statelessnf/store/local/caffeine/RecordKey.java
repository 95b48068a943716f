package org.statelessnf.store.local.caffeine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A key: its bytes as words in fields, so that comparing follows no pointer for keys of up to 40
 * bytes. Serves as the key in the map, never changed there, and as a session's probe, which {@link
 * #load} fills again and again: a look-up allocates nothing.
 *
 * <p>Words are little-endian, the last one is filled up with zeros; what exceeds 40 bytes is in
 * {@code rest}. The hash is keyed by a random number of the process (multiply and fold, as wyhash
 * does), so that a sender cannot aim at one bin of the map.
 */
final class RecordKey {
  private static final int INLINE_BYTES = 40;
  private static final byte[] NOTHING = {};

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle ARRAY_WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long SEED_0;
  private static final long SEED_1;
  private static final long SEED_2;
  private static final long SEED_3;

  static {
    SplittableRandom random = new SplittableRandom();
    SEED_0 = random.nextLong() | 1;
    SEED_1 = random.nextLong() | 1;
    SEED_2 = random.nextLong() | 1;
    SEED_3 = random.nextLong() | 1;
  }

  private int hash;
  private int length;
  private long word0;
  private long word1;
  private long word2;
  private long word3;
  private long word4;
  private byte[] rest;

  /** A probe. */
  RecordKey() {
    this.rest = NOTHING;
  }

  private RecordKey(RecordKey from) {
    this.hash = from.hash;
    this.length = from.length;
    this.word0 = from.word0;
    this.word1 = from.word1;
    this.word2 = from.word2;
    this.word3 = from.word3;
    this.word4 = from.word4;
    this.rest = from.length > INLINE_BYTES ? Arrays.copyOf(from.rest, restLength()) : NOTHING;
  }

  /** A key of its own with the same bytes, for the map. */
  RecordKey copy() {
    return new RecordKey(this);
  }

  /**
   * Takes the key of a batch's slot.
   *
   * @param memory the batch's memory
   * @param at where the key starts, a multiple of 8; the last word's padding may be read
   * @param bytes its length, at least 1
   */
  void load(MemorySegment memory, long at, int bytes) {
    length = bytes;
    int inline = Math.min(bytes, INLINE_BYTES);
    word0 = word(memory, at, inline);
    word1 = inline > 8 ? word(memory, at + 8, inline - 8) : 0;
    word2 = inline > 16 ? word(memory, at + 16, inline - 16) : 0;
    word3 = inline > 24 ? word(memory, at + 24, inline - 24) : 0;
    word4 = inline > 32 ? word(memory, at + 32, inline - 32) : 0;
    long mixed =
        fold(word0 ^ SEED_0, word1 ^ SEED_1)
            ^ fold(word2 ^ SEED_1, word3 ^ SEED_2)
            ^ fold(word4 ^ SEED_2, bytes ^ SEED_3);
    if (bytes > INLINE_BYTES) {
      mixed = loadRest(memory, at + INLINE_BYTES, mixed);
    }
    mixed = fold(mixed ^ SEED_3, SEED_0);
    hash = (int) (mixed ^ (mixed >>> 32));
  }

  private long loadRest(MemorySegment memory, long at, long mixed) {
    int more = restLength();
    if (rest.length < more) {
      // Whole words, so that hashing needs no special end.
      rest = new byte[(more + 63) & ~63];
    }
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, rest, 0, more);
    Arrays.fill(rest, more, (more + 7) & ~7, (byte) 0);
    long hashed = mixed;
    for (int i = 0; i < more; i += Long.BYTES) {
      hashed = fold(hashed ^ SEED_1, (long) ARRAY_WORD.get(rest, i) ^ SEED_2);
    }
    return hashed;
  }

  private static long word(MemorySegment memory, long at, int bytesLeft) {
    long word = memory.get(WORD, at);
    return bytesLeft >= Long.BYTES ? word : word & ((1L << (bytesLeft * Byte.SIZE)) - 1);
  }

  private static long fold(long a, long b) {
    return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
  }

  private int restLength() {
    return length - INLINE_BYTES;
  }

  /** A copy of the bytes. */
  byte[] toBytes() {
    byte[] words = new byte[INLINE_BYTES];
    ARRAY_WORD.set(words, 0, word0);
    ARRAY_WORD.set(words, 8, word1);
    ARRAY_WORD.set(words, 16, word2);
    ARRAY_WORD.set(words, 24, word3);
    ARRAY_WORD.set(words, 32, word4);
    byte[] bytes = Arrays.copyOf(words, length);
    if (length > INLINE_BYTES) {
      System.arraycopy(rest, 0, bytes, INLINE_BYTES, restLength());
    }
    return bytes;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordKey that
        && ((word0 ^ that.word0)
                | (word1 ^ that.word1)
                | (word2 ^ that.word2)
                | (length ^ that.length))
            == 0
        && (length <= 24 || equalsBeyond(that));
  }

  private boolean equalsBeyond(RecordKey that) {
    return ((word3 ^ that.word3) | (word4 ^ that.word4)) == 0
        && (length <= INLINE_BYTES
            || Arrays.equals(rest, 0, restLength(), that.rest, 0, restLength()));
  }

  @Override
  public String toString() {
    return Arrays.toString(toBytes());
  }
}
