package org.statelessnf.store.ignite;

import java.util.function.IntUnaryOperator;

/**
 * Deals the keys of a batch to calls: those of one owner and one time-to-live go together, as far
 * as the bounds of a call allow. Belongs to a session and is used again.
 */
final class CallPlan {
  private int[] numbers = new int[0];
  private int[] groups = new int[0];
  private long[] ttls = new long[0];
  private boolean[] taken = new boolean[0];
  private int[] members = new int[0];
  private int keys;
  private int from;
  private int count;
  private int bytes;

  /** Starts with no keys. */
  void begin(int capacity) {
    if (groups.length < capacity) {
      numbers = new int[capacity];
      groups = new int[capacity];
      ttls = new long[capacity];
      taken = new boolean[capacity];
      members = new int[capacity];
    }
    keys = 0;
    from = 0;
  }

  /**
   * Adds a key.
   *
   * @param key its number
   * @param group its owner
   * @param ttlMillis its time-to-live
   */
  void add(int key, int group, long ttlMillis) {
    numbers[keys] = key;
    groups[keys] = group;
    ttls[keys] = ttlMillis;
    taken[keys] = false;
    keys++;
  }

  /**
   * Takes the keys of the next call.
   *
   * @param maxKeys of a call
   * @param maxBytes of a call, unless one key alone has more
   * @param sizes bytes of a key
   * @return false if none are left
   */
  boolean next(int maxKeys, int maxBytes, IntUnaryOperator sizes) {
    while (from < keys && taken[from]) {
      from++;
    }
    count = 0;
    bytes = 0;
    for (int i = from; i < keys && count < maxKeys; i++) {
      if (!taken[i] && groups[i] == groups[from] && ttls[i] == ttls[from]) {
        int size = sizes.applyAsInt(numbers[i]);
        if (count > 0 && bytes + size > maxBytes) {
          break;
        }
        taken[i] = true;
        members[count++] = numbers[i];
        bytes += size;
      }
    }
    return count > 0;
  }

  /** Numbers of the keys taken, the first {@link #count}. */
  int[] members() {
    return members;
  }

  int count() {
    return count;
  }

  int bytes() {
    return bytes;
  }

  /** The owner of the keys taken. */
  int group() {
    return groups[from];
  }

  /** The time-to-live of the keys taken. */
  long ttlMillis() {
    return ttls[from];
  }
}
