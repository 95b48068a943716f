package org.statelessnf.nf.nat;

/** Whose packets a mapping lets in (RFC 4787 section 5, RFC 5382 REQ-3). */
public enum Filtering {
  /**
   * Everybody's: most transparent, and one record says it all. Recommended by RFC 4787 REQ-8 where
   * transparency counts, and by RFC 6888 REQ-7.
   */
  ENDPOINT_INDEPENDENT,
  /** Those of addresses that the inside endpoint has sent to. Costs a second record per packet. */
  ADDRESS_DEPENDENT,
  /** Those of endpoints that the inside endpoint has sent to. Costs a second record per packet. */
  ADDRESS_AND_PORT_DEPENDENT
}
