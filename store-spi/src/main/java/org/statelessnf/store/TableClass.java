package org.statelessnf.store;

/** How a table is used; a hint for placement and caching, except for {@link #CACHE}. */
public enum TableClass {
  /** Many small records, each touched by the packets of one flow. */
  FLOW,
  /** Records that several flows or instances contend for: pools, leases, counters. */
  SHARED,
  /** Written by an operator now and then, read all the time. */
  READ_MOSTLY,
  /**
   * Records that may be evicted when space is short. The only class in which a live record may
   * disappear; needs {@link Feature#CACHE_TABLES}.
   */
  CACHE
}
