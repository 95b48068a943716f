package org.statelessnf.host.experiment;

import java.util.List;

/**
 * How one case of the experiment went.
 *
 * @param stateless whether the instances shared a store
 * @param failure whether one was killed
 * @param store where the state was
 * @param downloads in the order in which they ended
 * @param killedMillis when the instance was killed, since the client's start; -1 if none was
 */
record FailoverResult(
    boolean stateless, boolean failure, String store, List<Download> downloads, long killedMillis) {

  FailoverResult {
    downloads = List.copyOf(downloads);
  }

  String name() {
    return (stateless ? "stateless" : "baseline") + (failure ? ", instance killed" : "");
  }

  long completed() {
    return downloads.stream().filter(Download::complete).count();
  }

  long unbroken() {
    return downloads.stream().filter(Download::unbroken).count();
  }

  long brokenConnections() {
    return downloads.stream()
        .mapToLong(download -> download.connections() - (download.complete() ? 1 : 0))
        .sum();
  }

  long elapsedMillis() {
    return downloads.stream().mapToLong(Download::endMillis).max().orElse(0);
  }

  /** Time that a share of the downloads took at most. */
  long percentileMillis(double share) {
    List<Long> times =
        downloads.stream()
            .map(download -> download.endMillis() - download.beginMillis())
            .sorted()
            .toList();
    return times.isEmpty() ? 0 : times.get((int) Math.min(times.size() - 1, share * times.size()));
  }
}
