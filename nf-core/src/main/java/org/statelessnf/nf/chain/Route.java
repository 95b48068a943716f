package org.statelessnf.nf.chain;

import java.util.List;

/**
 * Which link follows which, in either direction. Those that are always first ({@link
 * org.statelessnf.nf.NetworkFunction#isFirst}) come before all others, in the order of the chain;
 * the others in that order outwards, and in the opposite one inwards.
 */
final class Route {
  private final int[] outwards;
  private final int[] inwards;

  Route(List<Link> links) {
    outwards = new int[links.size() + 1];
    inwards = new int[links.size() + 1];
    int[] forward = links.stream().filter(l -> !isFirst(l)).mapToInt(l -> l.index).toArray();
    int[] backward = new int[forward.length];
    for (int i = 0; i < forward.length; i++) {
      backward[i] = forward[forward.length - 1 - i];
    }
    int[] first = links.stream().filter(Route::isFirst).mapToInt(l -> l.index).toArray();
    join(outwards, first, forward);
    join(inwards, first, backward);
  }

  private static boolean isFirst(Link link) {
    return link.function.isFirst();
  }

  /** Fills in who follows whom: at 0 the entry, at n + 1 what follows link n. */
  private static void join(int[] following, int[] first, int[] others) {
    int at = 0;
    for (int link : first) {
      following[at] = link;
      at = link + 1;
    }
    for (int link : others) {
      following[at] = link;
      at = link + 1;
    }
    following[at] = following.length - 1;
  }

  /** The link that a packet meets first. */
  int entry(boolean outward) {
    return (outward ? outwards : inwards)[0];
  }

  /** The link behind one; none if {@link #isLink} says so. */
  int next(int at, boolean outward) {
    return (outward ? outwards : inwards)[at + 1];
  }

  boolean isLink(int at) {
    return at >= 0 && at < outwards.length - 1;
  }
}
