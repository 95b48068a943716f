package org.statelessnf.nf.reassembly;

/**
 * Which copy of a byte counts if two segments carry it: receivers differ in that, and who searches
 * a stream for them has to know (Ptacek and Newsham 1998; Novak and Sturges 2007). The copies that
 * do not count are overwritten before they leave, so that all receivers read the same.
 */
public enum OverlapPolicy {
  /** The one that came first. */
  FIRST,
  /** The one that came last. */
  LAST,
  /** The first, unless the later segment begins before it. */
  BSD,
  /** The first, unless the later segment begins before it or where it does. */
  LINUX,
  /** The first, unless the later segment begins before it and ends behind it. */
  WINDOWS;

  /**
   * Whether the earlier of two segments that overlap counts where they do.
   *
   * @param earlier first sequence number of the one that came first
   * @param earlierEnd the one behind its last
   * @param later first sequence number of the other
   * @param laterEnd the one behind its last
   */
  boolean favoursEarlier(int earlier, int earlierEnd, int later, int laterEnd) {
    return switch (this) {
      case FIRST -> true;
      case LAST -> false;
      case BSD -> later - earlier >= 0;
      case LINUX -> later - earlier > 0;
      case WINDOWS -> later - earlier >= 0 || laterEnd - earlierEnd <= 0;
    };
  }
}
