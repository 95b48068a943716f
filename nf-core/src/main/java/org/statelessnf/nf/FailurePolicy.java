package org.statelessnf.nf;

/** What becomes of a packet when the store does not answer. */
public enum FailurePolicy {
  /** Fail closed: drop it, {@link DropReason#STORE_UNAVAILABLE}. */
  DROP,
  /** Fail open: pass it unchanged. */
  PASS
}
