package org.statelessnf.nf.ips;

/**
 * A content of a signature: a pattern, and where it has to be.
 *
 * @param pattern what is to be found
 * @param negated whether it must not be there
 * @param offset first byte at which it may begin, from the beginning of what is searched
 * @param end byte before which it has to end, from the beginning; {@link #ANYWHERE} if unbounded
 * @param relative whether it is the next part of what the content before began
 * @param distance relative: bytes from the end of the one before to its begin, at least
 * @param within relative: bytes from there in which it has to end; {@link #ANYWHERE} if unbounded
 * @param atEnd whether it has to end where the packet does
 */
record Content(
    Pattern pattern,
    boolean negated,
    int offset,
    int end,
    boolean relative,
    int distance,
    int within,
    boolean atEnd) {
  /** No bound. */
  static final int ANYWHERE = Integer.MAX_VALUE;

  /** Whether it may be anywhere in what is searched. */
  boolean isFree() {
    return offset == 0 && end == ANYWHERE && !relative && !atEnd;
  }
}
