package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterSpec;
import org.statelessnf.store.StateStore;

/**
 * A Bloom filter: per segment the number of the newest generation and a ring of as many bitmaps as
 * there are generations. All keys of a segment share a shard, so a script sees them together: a
 * rotation and the questions and adds of other instances are ordered there, and no instance needs
 * to know the generation.
 */
final class RedisBloomFilter extends BloomFilter {
  private static final long SEED_PLACE = 0x51AF5EEDL;
  private static final long SEED_BITS = 0xB10C0FB175L;
  private static final int BITS_PER_HASH = 9;
  private static final int HASHES_PER_WORD = Long.SIZE / BITS_PER_HASH;

  private final BloomShape shape;
  private final boolean module;
  private final Keyspace keyspace;
  private final String path;
  private final byte[] rate;
  private final byte[] capacity;

  /**
   * A filter.
   *
   * @param module whether the server's own filters are used
   */
  RedisBloomFilter(
      StateStore store, FilterSpec spec, BloomShape shape, boolean module, Keyspace keyspace) {
    super(store, spec);
    this.shape = shape;
    this.module = module;
    this.keyspace = keyspace;
    this.path = path(spec);
    this.rate = Resp.word(Double.toString(spec.falsePositiveRate()));
    // Segments fill unevenly; a little room keeps the fullest one within its rate.
    double even = (double) spec.capacity() / shape.segments();
    this.capacity = Resp.word(Long.toString((long) Math.ceil(even + 5 * Math.sqrt(even))));
  }

  static String path(FilterSpec spec) {
    return "f/" + spec.namespace() + "/" + spec.name();
  }

  boolean isModule() {
    return module;
  }

  int segments() {
    return shape.segments();
  }

  /** The segment an element is in. */
  int segment(long place) {
    return (int) Math.unsignedMultiplyHigh(place, shape.segments());
  }

  /** The store's shard that a segment is in. */
  int storeShard(int segment) {
    return segment % keyspace.shards();
  }

  /** Keys of a segment: the newest generation's number, then the ring. */
  byte[][] keys(int segment) {
    byte[][] keys = new byte[1 + spec().generations()][];
    String base = path + "/" + segment;
    int shard = storeShard(segment);
    keys[0] = keyspace.key(shard, base);
    for (int i = 1; i < keys.length; i++) {
      keys[i] = keyspace.key(shard, base + "/" + (i - 1));
    }
    return keys;
  }

  /** The declared rate, as a bulk string. */
  byte[] rate() {
    return rate;
  }

  /** Capacity of a segment, as a bulk string. */
  byte[] capacity() {
    return capacity;
  }

  /** Where an element goes: its segment and block. */
  static long place(ByteBuffer memory, int offset, int length) {
    return Keyspace.hash(memory, offset, length, SEED_PLACE);
  }

  /** Where in its segment an element's block starts, in bytes. */
  int blockOffset(long place) {
    long fraction = place * shape.segments(); // what the choice of the segment left over
    return (int) Math.unsignedMultiplyHigh(fraction, shape.blocks()) * BloomShape.BLOCK_BYTES;
  }

  /** Writes which bits of its block an element sets; {@code into} has room for all hashes. */
  int bits(ByteBuffer memory, int offset, int length, int[] into) {
    long word = 0;
    long seed = Keyspace.hash(memory, offset, length, SEED_BITS);
    for (int i = 0; i < shape.hashes(); i++) {
      if (i % HASHES_PER_WORD == 0) {
        word = Keyspace.mix(seed + i);
      }
      into[i] = (int) (word & (BloomShape.BLOCK_BITS - 1));
      word >>>= BITS_PER_HASH;
    }
    return shape.hashes();
  }

  /** Bits that an element sets at most. */
  static int maxBits() {
    return 32;
  }
}
