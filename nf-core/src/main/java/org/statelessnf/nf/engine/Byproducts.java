package org.statelessnf.nf.engine;

import java.util.Arrays;

/**
 * What the steps of a batch made beside their verdicts, until it is released: frames to be sent and
 * reports. Each item has a list of its own, in the order of the step's calls; when an item is
 * processed again, what the leg added is forgotten. The bytes lie in the batch's scratch memory.
 */
final class Byproducts {
  /** No entry. */
  static final int NONE = -1;

  /** What an entry is. */
  static final class Kind {
    /** A frame that leaves before the item's own packet. */
    static final int FRAME_BEFORE = 0;

    /** A frame that leaves after it. */
    static final int FRAME_AFTER = 1;

    static final int REPORT = 2;

    /** A frame that does not leave; its offset is the index of the reason. */
    static final int DISCARDED = 3;

    private Kind() {}
  }

  private static final int INITIAL = 8;

  private int[] kind = new int[INITIAL];
  private long[] offset = new long[INITIAL];
  private int[] length = new int[INITIAL];
  private boolean[] toOutside = new boolean[INITIAL];
  private int[] next = new int[INITIAL];
  private int size;

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Item item, int ofKind, long at, int bytes, boolean outwards) {
    if (size == kind.length) {
      grow();
    }
    kind[size] = ofKind;
    offset[size] = at;
    length[size] = bytes;
    toOutside[size] = outwards;
    next[size] = NONE;
    if (item.firstByproduct == NONE) {
      item.firstByproduct = size;
    } else {
      next[item.lastByproduct] = size;
    }
    item.lastByproduct = size++;
  }

  int kind(int entry) {
    return kind[entry];
  }

  long offset(int entry) {
    return offset[entry];
  }

  int length(int entry) {
    return length[entry];
  }

  boolean toOutside(int entry) {
    return toOutside[entry];
  }

  /** Forgets what an item added after an entry. */
  void cut(int entry) {
    if (entry != NONE) {
      next[entry] = NONE;
    }
  }

  /** The item's next entry, or {@link #NONE}. */
  int next(int entry) {
    return next[entry];
  }

  private void grow() {
    int larger = 2 * kind.length;
    kind = Arrays.copyOf(kind, larger);
    offset = Arrays.copyOf(offset, larger);
    length = Arrays.copyOf(length, larger);
    toOutside = Arrays.copyOf(toOutside, larger);
    next = Arrays.copyOf(next, larger);
  }
}
