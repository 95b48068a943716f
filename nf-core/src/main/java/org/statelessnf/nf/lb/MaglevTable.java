package org.statelessnf.nf.lb;

import java.util.Arrays;
import java.util.List;

/**
 * Consistent hashing by lookup table: every back end gets nearly the same share, and when one goes,
 * few flows of the others move (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load
 * Balancer", NSDI 2016, section 3.4). Immutable; depends on the back ends alone, so all instances
 * build the same table.
 */
final class MaglevTable {
  /** A prime, at least 100 times the number of back ends: shares differ by at most about 1 %. */
  static final int SIZE = 65_537;

  private static final long SKIP_SALT = 0x5851F42D4C957F2DL;

  private final List<Endpoint> backends;
  private final short[] table = new short[SIZE];

  MaglevTable(List<Endpoint> backends) {
    this.backends = List.copyOf(backends);
    if (!backends.isEmpty()) {
      populate();
    }
  }

  boolean isEmpty() {
    return backends.isEmpty();
  }

  /** The back end of a flow. Not for an empty table. */
  Endpoint pick(long flowHash) {
    return backends.get(table[(int) Long.remainderUnsigned(Endpoint.mix(flowHash), SIZE)]);
  }

  private void populate() {
    int count = backends.size();
    int[] at = new int[count];
    int[] skip = new int[count];
    for (int i = 0; i < count; i++) {
      long hash = backends.get(i).hash();
      at[i] = (int) Long.remainderUnsigned(hash, SIZE);
      skip[i] = (int) Long.remainderUnsigned(Endpoint.mix(hash ^ SKIP_SALT), SIZE - 1) + 1;
    }
    Arrays.fill(table, (short) -1);
    int filled = 0;
    while (true) {
      for (int i = 0; i < count; i++) {
        while (table[at[i]] >= 0) {
          at[i] = next(at[i], skip[i]);
        }
        table[at[i]] = (short) i;
        at[i] = next(at[i], skip[i]);
        if (++filled == SIZE) {
          return;
        }
      }
    }
  }

  private static int next(int position, int step) {
    int sum = position + step;
    return sum >= SIZE ? sum - SIZE : sum;
  }
}
