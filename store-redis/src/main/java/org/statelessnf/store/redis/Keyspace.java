package org.statelessnf.store.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How keys are laid out.
 *
 * <pre>
 *  PREFIX [{TAG}] r/NAMESPACE/TABLE/KEY              a record: version (8 bytes, big-endian), value
 *  PREFIX [{TAG}] t/NAMESPACE/QUEUE/due              timers, by the time they are due
 *  PREFIX [{TAG}] t/NAMESPACE/QUEUE/data             timers, their fences and payloads
 *  PREFIX [{TAG}] f/NAMESPACE/FILTER/SEGMENT         a filter's newest generation
 *  PREFIX [{TAG}] f/NAMESPACE/FILTER/SEGMENT/N       a generation's bits
 *  PREFIX [{TAG}] layout                             what all processes must agree upon
 * </pre>
 *
 * <p>In a cluster every key carries a hash tag, one out of as many as there are shards. Keys of a
 * shard share a slot, so one command or script can take all of a batch's keys that fall into it.
 * The tags are chosen so that their slots are spread evenly: with contiguous slot ranges, every
 * master gets its share of shards. Which shard a key falls into is decided by a hash of the key and
 * must never change.
 */
final class Keyspace {
  private static final int SLOTS = 16384;
  private static final int TAG_LENGTH = 3;
  private static final char[] DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".toCharArray();

  private final String prefix;
  private final String[] tags;
  private final int[] slots;

  /**
   * Lays keys out.
   *
   * @param prefix what every key starts with
   * @param shards how many hash tags there are
   * @param tagged whether keys carry hash tags at all
   */
  Keyspace(String prefix, int shards, boolean tagged) {
    this.prefix = prefix;
    this.tags = new String[shards];
    this.slots = new int[shards];
    for (int shard = 0; shard < shards; shard++) {
      tags[shard] = tagged ? "{" + tag(shard, shards) + "}" : "";
      slots[shard] = tagged ? SlotHash.getSlot(tags[shard]) : 0;
    }
  }

  /** How many hash tags there are. */
  int shards() {
    return tags.length;
  }

  /** The cluster's slot of a shard. */
  int slot(int shard) {
    return slots[shard];
  }

  /** What comes before the keys of a table in a shard. */
  byte[] records(int shard, String namespace, String table) {
    return key(shard, "r/" + namespace + "/" + table + "/");
  }

  /** A glob pattern that matches the records of a table in any shard. */
  byte[] recordsPattern(String namespace, String table) {
    String anyTag = tags[0].isEmpty() ? "" : "{" + "?".repeat(TAG_LENGTH) + "}";
    String tail = "r/" + namespace + "/" + table + "/*";
    String head = prefix.replaceAll("([*?\\[\\]^\\\\-])", "\\\\$1");
    return (head + anyTag + tail).getBytes(StandardCharsets.UTF_8);
  }

  /** A key that is not a record's. */
  byte[] key(int shard, String name) {
    return (prefix + tags[shard] + name).getBytes(StandardCharsets.UTF_8);
  }

  /** Which shard a hash falls into. */
  int shard(long hash) {
    return tags.length == 1 ? 0 : (int) Math.unsignedMultiplyHigh(hash, tags.length);
  }

  /**
   * A hash of a key, the same on every machine: eight bytes at a time, little-endian, through the
   * finalizer of SplitMix64.
   *
   * @param memory any buffer
   * @param offset where the key starts
   * @param length its length
   * @param seed so that independent hashes can be had
   */
  static long hash(ByteBuffer memory, int offset, int length, long seed) {
    long hash = seed + length;
    int at = offset;
    int end = offset + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = memory.getLong(at);
      hash = mix(hash ^ (memory.order() == ByteOrder.BIG_ENDIAN ? Long.reverseBytes(word) : word));
    }
    if (at < end) {
      long word = 0;
      for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
        word |= (memory.get(at) & 0xFFL) << shift;
      }
      hash = mix(hash ^ word);
    }
    return mix(hash);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood; OOPSLA 2014). */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The first tag whose slot lies in the shard's share of the slots. */
  private static String tag(int shard, int shards) {
    char[] tag = new char[TAG_LENGTH];
    int radix = DIGITS.length;
    for (int number = 0; number < radix * radix * radix; number++) {
      tag[0] = DIGITS[number / (radix * radix)];
      tag[1] = DIGITS[number / radix % radix];
      tag[2] = DIGITS[number % radix];
      String text = new String(tag);
      if ((long) SlotHash.getSlot(text) * shards / SLOTS == shard) {
        return text;
      }
    }
    throw new IllegalStateException("no tag for shard " + shard + " of " + shards);
  }
}
