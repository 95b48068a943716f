package org.statelessnf.host.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The keys that a benchmark works on, and the order in which it takes them: a few often, most of
 * them seldom, as flows are (Zipf's law with exponent {@value #EXPONENT}). The order is drawn
 * beforehand and repeats itself. One thread only, except for {@link #memory}.
 *
 * <pre>
 *   key    [ 8 bytes: number ][ 16 bytes: random, from the seed ]
 *   known    numbers 0 to count - 1
 *   unknown  numbers from {@value #UNKNOWN} on, never written
 * </pre>
 */
public final class Keys {
  /** Length of a key, about that of a 5-tuple. */
  public static final int KEY_BYTES = 24;

  /** Length of a value, about that of a flow's state. */
  public static final int VALUE_BYTES = 64;

  static final double EXPONENT = 0.99;
  static final long UNKNOWN = 1L << 40;

  /** Fewest keys: the largest batch of each of {@value #MAX_LANES} lanes must find its own. */
  public static final int MIN_COUNT = 4_096;

  /** Most lanes. */
  public static final int MAX_LANES = 16;

  private static final int DRAWS = 1 << 16;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MemorySegment memory;
  private final MemorySegment value;
  private final int count;
  private final int[] draws;
  private final int[] usedIn;
  private int next;
  private int group;

  /**
   * Makes them.
   *
   * @param count how many are known; as many more are unknown
   * @param seed what they and their order follow from
   */
  public Keys(int count, long seed) {
    this.count = count;
    Arena arena = Arena.ofAuto();
    this.memory = arena.allocate(2L * count * KEY_BYTES, Long.BYTES);
    this.value = arena.allocate(VALUE_BYTES, Long.BYTES);
    this.usedIn = new int[count];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2 * count; i++) {
      long at = (long) i * KEY_BYTES;
      memory.set(LONG, at, i < count ? i : UNKNOWN + i);
      memory.set(LONG, at + 8, random.nextLong());
      memory.set(LONG, at + 16, random.nextLong());
    }
    for (int at = 0; at < VALUE_BYTES; at += Long.BYTES) {
      value.set(LONG, at, random.nextLong());
    }
    this.draws = draw(count, random);
  }

  private static int[] draw(int count, SplittableRandom random) {
    double[] upTo = new double[count];
    double sum = 0;
    int[] popular = new int[count];
    for (int rank = 0; rank < count; rank++) {
      sum += Math.pow(rank + 1.0, -EXPONENT);
      upTo[rank] = sum;
      int other = random.nextInt(rank + 1); // a shuffle: neighbours in rank are none in memory
      popular[rank] = popular[other];
      popular[other] = rank;
    }
    int[] drawn = new int[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      int rank = Arrays.binarySearch(upTo, random.nextDouble() * sum);
      drawn[i] = popular[Math.min(count - 1, rank < 0 ? -rank - 1 : rank)];
    }
    return drawn;
  }

  /** How many are known. */
  public int count() {
    return count;
  }

  /** Where all keys are. */
  public MemorySegment memory() {
    return memory;
  }

  /** A value of {@value #VALUE_BYTES} bytes. */
  public MemorySegment value() {
    return value;
  }

  /**
   * Where a known key starts.
   *
   * @param index from 0
   */
  public long offset(int index) {
    return (long) index * KEY_BYTES;
  }

  /**
   * Where an unknown key starts.
   *
   * @param index from 0, below {@link #count}
   */
  public long unknownOffset(int index) {
    return (long) (count + index) * KEY_BYTES;
  }

  /** A known key's index. */
  public int next() {
    int drawn = draws[next];
    next = (next + 1) % DRAWS;
    return drawn;
  }

  /** From here on {@link #nextOther} answers only indexes that it has not answered since. */
  public void beginGroup() {
    group++;
  }

  /**
   * A known key's index that is not yet in the group (network functions ask for each record once in
   * a batch) and belongs to the lane: two writes in flight on one key would race.
   *
   * @param lane from 0, below {@code lanes}
   * @param lanes how many share the keys; 1 if they need not
   */
  public int nextOther(int lane, int lanes) {
    int index = next();
    index += lane - index % lanes;
    if (index >= count) {
      index = lane;
    }
    while (usedIn[index] == group) {
      index += lanes;
      if (index >= count) {
        index = lane;
      }
    }
    usedIn[index] = group;
    return index;
  }
}
