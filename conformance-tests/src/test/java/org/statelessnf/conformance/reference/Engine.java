package org.statelessnf.conformance.reference;

import java.util.List;

/** Executes requests; what a broken store wraps to break it. Thread-safe. */
interface Engine {
  /**
   * Executes requests in order. A claim stands alone and is answered with one reply per timer.
   *
   * @param requests slots of one batch
   */
  List<Reply> apply(List<Request> requests);

  /**
   * All records of a table.
   *
   * @param space namespace and name
   */
  List<Reply> scan(String space);
}
