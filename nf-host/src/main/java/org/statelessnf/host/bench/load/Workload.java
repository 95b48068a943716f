package org.statelessnf.host.bench.load;

import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Batch;

/**
 * What is asked of a store, over and over. Requests are made in lanes, each of which has one
 * request at a time. One thread only, that of the session whose batches it fills.
 */
public interface Workload {
  /**
   * Makes the next request.
   *
   * @param lane from 0, below the number of lanes it was made for; it has no request in flight
   * @return a batch, filled and ready to be submitted
   */
  Batch fill(int lane);

  /**
   * Takes note of an answer.
   *
   * @param lane whose batch is done
   * @param failures where slots that did not end as they should are counted
   * @return how many slots did
   */
  int settle(int lane, Failures failures);

  /**
   * What must follow an answer before the lane's next request, outside of what is measured.
   *
   * @param lane whose batch was settled
   * @return a batch to be submitted, null for none
   */
  default @Nullable Batch followUp(int lane) {
    return null;
  }
}
